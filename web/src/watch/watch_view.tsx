// The watch page: a model that learns to think, while it does.
import { useEffect } from "preact/hooks";
import "uplot/dist/uPlot.min.css";

import "./watch.css";
import "./watch_texts.css";
import { Icon } from "../shared/icons";
import { ThemeButton } from "../shared/theme_button";
import { ViewSwitch } from "../shared/view_switch";
import { AskSection } from "./ask";
import { CurvesSection } from "./curves";
import { GrowthSection } from "./growth";
import { RolloutsSection } from "./rollouts";
import { RunHead } from "./run_head";
import { current, dataOf, hasRuns, list, listTrouble, others, show, startWatching } from "./watch_store";

export default function WatchView() {
  useEffect(() => {
    document.title = "Watch · r1";
    return startWatching();
  }, []);
  const runs = list.value?.runs ?? [];
  return (
    <div class="watch">
      <header class="watch-bar">
        {list.value?.chat !== false && <ViewSwitch />}
        {list.value?.chat === false && <span class="watch-mark">r1 watch</span>}
        {runs.length > 1 && (
          <label class="run-picker">
            <span class="hidden-text">Run</span>
            <select value={current.value} onChange={(e) => show(e.currentTarget.value, others.value)}>
              {runs.map((run) => <option key={run.name} value={run.name}>{run.name}{run.state === "running" ? " · training" : ""}</option>)}
            </select>
          </label>
        )}
        <ThemeButton />
      </header>
      <main class="watch-main">{current.value ? <RunView key={current.value} name={current.value} /> : <NoRuns />}</main>
    </div>
  );
}

function RunView({ name }: { name: string }) {
  const run = dataOf(name);
  const summary = run.summary.value ?? list.value?.runs.find((each) => each.name === name) ?? null;
  const firstStep = summary?.stages.find((stage) => stage.kind === "grpo")?.first ?? 0;
  if (!summary) return <p class="watch-empty muted" role="status">{run.trouble.value || (list.value ? "There is no run of this name here." : "Loading …")}</p>;
  const mayAsk = list.value !== null && !list.value.read_only && summary.weights;
  return (
    <>
      {run.trouble.value && <p class="trouble" role="alert"><Icon name="warning" /> {run.trouble.value}</p>}
      <RunHead run={run} summary={summary} />
      <GrowthSection run={run} firstStep={firstStep} />
      <CurvesSection summary={summary} />
      {summary.rollouts && <RolloutsSection run={run} />}
      {mayAsk && <AskSection run={run} />}
    </>
  );
}

function NoRuns() {
  if (!hasRuns.value)
    return (
      <div class="watch-empty">
        <h1>No runs to watch</h1>
        <p class="muted">This server was started without a folder of runs. <code>r1 serve MODEL --runs DIR</code> shows one beside the chat, and <code>r1 watch DIR</code> alone.</p>
      </div>
    );
  if (listTrouble.value) return <p class="watch-empty trouble" role="alert">{listTrouble.value}</p>;
  if (!list.value) return <p class="watch-empty muted" role="status">Loading …</p>;
  return (
    <div class="watch-empty">
      <h1>No run here yet</h1>
      <p class="muted">It appears as soon as one begins: <code>r1 train recipes/r1-zero-micro.toml --watch</code></p>
    </div>
  );
}
