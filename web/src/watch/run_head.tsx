// What the run is and does: its state, its stages as a pipeline, the figures that matter, and what one may ask of it.
import { useState } from "preact/hooks";

import { textOfError } from "../shared/api";
import { Dialog } from "../shared/dialog";
import { toast } from "../shared/toasts";
import { latestEvaluations } from "./curves";
import { duration, number, percent, steps } from "./format";
import type { Curves, RunData } from "./run_data";
import { control, type RunState, type RunSummary, type Stage } from "./runs_api";
import { isExactlyZero } from "./series";
import { list } from "./watch_store";

const STATES: Record<RunState, { label: string; kind: "live" | "wait" | "good" | "bad" | "" }> = {
  waiting: { label: "not started", kind: "" },
  running: { label: "training", kind: "live" },
  pausing: { label: "pausing after this step", kind: "wait" },
  paused: { label: "paused", kind: "wait" },
  stopping: { label: "stopping after this step", kind: "wait" },
  stopped: { label: "stopped", kind: "" },
  killed: { label: "ended without a word", kind: "bad" },
  failed: { label: "failed", kind: "bad" },
  done: { label: "done", kind: "good" },
  unreadable: { label: "cannot be read", kind: "bad" },
};

export function RunHead({ run, summary }: { run: RunData; summary: RunSummary }) {
  const state = STATES[summary.state];
  return (
    <section class="run-head" aria-labelledby="run-title">
      <div class="run-title-row">
        <div>
          <h1 id="run-title">{summary.name}</h1>
          {summary.description && <p class="muted">{summary.description}</p>}
        </div>
        <div class="row">
          <span class={`state ${state.kind}`} role="status">{state.label}</span>
          <Controls summary={summary} />
        </div>
      </div>
      {explain(summary) && <p class={`run-message ${state.kind}`}>{explain(summary)}</p>}
      {summary.bad_lines > 0 && <p class="run-message">{summary.bad_lines} lines of metrics.jsonl cannot be read and are left out.</p>}
      <Pipeline run={run} summary={summary} />
      <Figures curves={run.curves.value} />
    </section>
  );
}

function explain(summary: RunSummary): string {
  if (summary.state === "killed") return "Its process is gone. r1 train --resume goes on from the newest checkpoint, to the same bytes.";
  if (summary.state === "stopped" && summary.total_steps > summary.step) return "r1 train --resume goes on from here.";
  if (summary.state === "failed" || summary.state === "unreadable") return summary.message;
  return "";
}

function Pipeline({ run, summary }: { run: RunData; summary: RunSummary }) {
  const left = secondsLeft(run.curves.value, summary);
  const now = summary.stages.findIndex((stage) => stage.done < stage.steps);
  return (
    <ol class="pipeline" aria-label="Stages">
      {summary.stages.map((stage, i) => <StageCard key={stage.name} stage={stage} isNow={i === now} left={i === now && summary.state === "running" ? left : NaN} />)}
    </ol>
  );
}

function StageCard({ stage, isNow, left }: { stage: Stage; isNow: boolean; left: number }) {
  const share = stage.steps > 0 ? stage.done / stage.steps : 1;
  const kind = stage.done >= stage.steps ? "done" : isNow && stage.done > 0 ? "now" : "later";
  return (
    <li class={`stage ${kind}`}>
      <div class="stage-name">
        <strong>{stage.name}</strong>
        <span class="muted">{stage.kind === "grpo" ? "reinforcement learning" : "pre-training"}</span>
      </div>
      <progress max={1} value={share} aria-label={`${stage.name}: ${percent(share)}`} />
      <div class="stage-steps number">
        <span>{steps(stage.done)} / {steps(stage.steps)} steps</span>
        <span class="muted">{Number.isFinite(left) ? `${duration(left)} left` : kind === "done" ? "done" : ""}</span>
      </div>
    </li>
  );
}

// Of the present stage, by its latest steps.
function secondsLeft(curves: Curves, summary: RunSummary): number {
  const stage = summary.stages.find((each) => each.done < each.steps);
  const elapsed = curves.series["time/run_s"];
  if (!stage || !elapsed || elapsed.steps.length < 3) return NaN;
  const end = elapsed.steps.length - 1;
  let begin = Math.max(0, end - 20);
  while (begin < end && elapsed.steps[begin]! <= stage.first) ++begin;
  const made = elapsed.steps[end]! - elapsed.steps[begin]!;
  return made > 0 ? ((elapsed.mean[end]! - elapsed.mean[begin]!) / made) * (stage.steps - stage.done) : NaN;
}

function Figures({ curves }: { curves: Curves }) {
  const { first, last } = latestEvaluations(curves.evaluations);
  const { series } = curves;
  const figures: { label: string; now: string; before?: string }[] = [];
  const evaluated = (label: string, figure: string, format: (value: number) => string) => {
    const row = last?.["all"], base = first?.["all"];
    if (typeof row !== "object" || row[figure] === undefined) return;
    figures.push({ label, now: format(row[figure]!), before: typeof base === "object" && last !== first ? format(base[figure]!) : undefined });
  };
  evaluated("Held-out accuracy", "pass@1", percent);
  evaluated("Form kept", "format", percent);
  evaluated("Answer length", "mean_tokens", (value) => `${number(value)} tokens`);
  const entropy = series["entropy"];
  if (entropy) figures.push({ label: "Entropy", now: `${number(entropy.mean.at(-1) ?? NaN)} nats`, before: number(entropy.mean[0] ?? NaN) });
  const kl = series["old_kl"];
  if (kl) figures.push({ label: "KL to the sampler", now: isExactlyZero(kl) ? "exactly 0" : number(kl.mean.at(-1) ?? NaN) });
  if (figures.length === 0 && series["loss"]) figures.push({ label: "Loss", now: number(series["loss"].mean.at(-1) ?? NaN), before: number(series["loss"].mean[0] ?? NaN) });
  const speed = series["tokens_per_s"];
  if (!last && speed) figures.push({ label: "Speed", now: `${number(speed.mean.at(-1) ?? NaN)} tokens/s` });
  if (figures.length === 0) return null;
  return (
    <dl class="figures">
      {figures.map((figure) => (
        <div key={figure.label} class="figure">
          <dt>{figure.label}</dt>
          <dd class="number">{figure.now}{figure.before !== undefined && figure.before !== figure.now && <small class="muted"> from {figure.before}</small>}</dd>
        </div>
      ))}
    </dl>
  );
}

type Action = "run" | "pause" | "stop";
const ASKED: Record<Action, { title: string; text: string; button: string }> = {
  run: { title: "Go on training?", text: "The run goes on where it was paused, to the same bytes.", button: "Resume" },
  pause: { title: "Pause the training?", text: "After the present step it writes a checkpoint and waits, with its memory kept, until somebody resumes it.", button: "Pause" },
  stop: { title: "Stop the training?", text: "After the present step it writes a checkpoint and its process ends. r1 train --resume goes on from there, to the same bytes.", button: "Stop" },
};

function Controls({ summary }: { summary: RunSummary }) {
  const [asked, setAsked] = useState<Action | null>(null);
  const alive = ["running", "pausing", "paused", "stopping"].includes(summary.state);
  if (!alive || list.value?.read_only) return null;
  if (!summary.writable) return <span class="muted">This server may not write in its folder</span>;
  const waits = summary.state === "paused" || summary.state === "pausing";
  const confirm = async (action: Action) => {
    setAsked(null);
    try {
      await control(summary.name, action);
    } catch (error) {
      toast(textOfError(error), "error");
    }
  };
  return (
    <>
      <button type="button" class="button" disabled={summary.state === "stopping"} onClick={() => setAsked(waits ? "run" : "pause")}>{waits ? "Resume" : "Pause"}</button>
      <button type="button" class="button danger" disabled={summary.state === "stopping"} onClick={() => setAsked("stop")}>Stop</button>
      {asked && (
        <Dialog title={ASKED[asked].title} onClose={() => setAsked(null)}>
          <p>{ASKED[asked].text}</p>
          <div class="row end">
            <button type="button" class="button" onClick={() => setAsked(null)}>Cancel</button>
            <button type="button" class={asked === "stop" ? "button danger" : "button primary"} onClick={() => confirm(asked)}>{ASKED[asked].button}</button>
          </div>
        </Dialog>
      )}
    </>
  );
}
