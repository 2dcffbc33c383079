// The curves of the run that is looked at, those of others beside them, and which steps are shown.
import { useEffect, useState } from "preact/hooks";

import { Curve, type Line } from "./curve";
import { number, percent, steps, wholePercent } from "./format";
import { getMetrics, type Evaluation, type Metrics, type Points, type RunSummary } from "./runs_api";
import type { Curves } from "./run_data";
import { BUCKETS, isExactlyZero, sum, within } from "./series";
import { current, dataOf, list, MOST_COMPARED, others, range, show } from "./watch_store";

interface Panel {
  title: string;
  format?: (value: number) => string;
  min?: number;
  max?: number;
  lines: (run: Curves) => { label: string; points?: Points; dashed?: boolean; dots?: boolean }[];
  note?: (run: Curves) => string;
}

function ofEvaluations(run: Curves, figure: string): { label: string; points: Points; dots: boolean }[] {
  const rows = new Map<string, Points>();
  for (const evaluation of run.evaluations) {
    if (evaluation.eval !== "policy") continue;
    for (const [task, row] of Object.entries(evaluation)) {
      if (typeof row !== "object" || typeof row[figure] !== "number") continue;
      const points = rows.get(task) ?? { steps: [], mean: [] };
      rows.set(task, points);
      if (points.steps.at(-1) === evaluation.step) points.mean[points.mean.length - 1] = row[figure]!;
      else {
        points.steps.push(evaluation.step);
        points.mean.push(row[figure]!);
      }
    }
  }
  const tasks = [...rows.keys()].filter((task) => task !== "all");
  const names = ["all", ...(tasks.length > 1 ? tasks : [])].filter((task) => rows.has(task));
  return names.map((task) => ({ label: task === "all" ? "all tasks" : task, points: rows.get(task)!, dots: true }));
}

const one = (label: string, name: string) => (run: Curves) => [{ label, points: run.series[name] }];

const PANELS: Panel[] = [
  { title: "Held-out accuracy", min: 0, max: 1, format: percent, lines: (run) => [...ofEvaluations(run, "pass@1"), askedForSolution(run)] },
  {
    title: "Reward",
    lines: (run) => [
      { label: "reward", points: run.series["reward"] },
      ...Object.keys(run.series).filter((name) => name.startsWith("reward/")).map((name) => ({ label: name.slice(7), points: run.series[name] })),
    ],
  },
  { title: "Form kept, held out", min: 0, max: 1, format: percent, lines: (run) => ofEvaluations(run, "format") },
  {
    title: "Response length, tokens", min: 0,
    lines: (run) => [
      { label: "rollouts", points: run.series["completion_tokens"] },
      ...ofEvaluations(run, "mean_tokens").slice(0, 1).map((line) => ({ ...line, label: "held out" })),
    ],
  },
  { title: "Entropy, nats per token", min: 0, lines: one("rollouts", "entropy") },
  {
    title: "KL to the policy that sampled", lines: one("KL", "old_kl"),
    note: (run) => (run.series["old_kl"] && isExactlyZero(run.series["old_kl"]) ? "exactly 0 at every step: on-policy to the bit" : ""),
  },
  { title: "Tokens clipped", min: 0, format: percent, lines: (run) => [{ label: "clip fraction", points: sum(run.series["clip_low"], run.series["clip_high"]) }] },
  { title: "KL to the reference", min: 0, lines: (run) => [{ label: "KL", points: run.series["kl"] && !isExactlyZero(run.series["kl"]) ? run.series["kl"] : undefined }] },
  { title: "Loss, pre-training", lines: (run) => [{ label: "nats per token", points: run.series["tokens_per_s"] && onStepsOf(run.series["loss"], run.series["tokens_per_s"]) }] },
  { title: "Gradient norm", min: 0, lines: one("norm", "grad_norm") },
  { title: "Learning rate", min: 0, format: (value) => value.toExponential(1), lines: one("rate", "learning_rate") },
  {
    title: "Tokens per second", min: 0,
    lines: (run) => [{ label: "pre-training", points: run.series["tokens_per_s"] }, { label: "sampling", points: run.series["rollout_tokens_per_s"] }],
  },
  { title: "Self-checks per answer, held out", min: 0, lines: (run) => ofEvaluations(run, "self_checks").slice(0, 1) },
  { title: "English in the thinking, held out", min: 0, max: 1, format: percent, lines: (run) => ofEvaluations(run, "english").slice(0, 1) },
];

// What the base knows when it is asked for a worked solution: a level, drawn over all evaluations.
function askedForSolution(run: Curves): { label: string; points?: Points; dashed: boolean } {
  const label = "base, asked for a solution";
  const base = run.evaluations.find((evaluation) => evaluation.eval === "solution");
  const policy = run.evaluations.filter((evaluation) => evaluation.eval === "policy");
  const level = base && typeof base["all"] === "object" ? base["all"]["pass@1"] : undefined;
  if (level === undefined || policy.length < 2) return { label, dashed: true };
  return { label, dashed: true, points: { steps: [policy[0]!.step, policy.at(-1)!.step], mean: [level, level] } };
}

// The part of `points` before the last step of `stage`: the loss of reinforcement learning is another quantity.
function onStepsOf(points: Points | undefined, stage: Points): Points | undefined {
  return points && within(points, 0, (stage.steps.at(-1) ?? 0) + (stage.width ?? 1) / 2);
}

function linesOf(panel: Panel, runs: { name: string; curves: Curves }[], from: number, to: number): Line[] {
  const lines: Line[] = [];
  runs.forEach(({ name, curves }, i) => {
    // Of other runs only the first line of a panel: five runs with five components would be a tangle.
    const all = panel.lines(curves).filter((line) => line.points !== undefined);
    for (const [k, line] of (runs.length > 1 ? all.slice(0, 1) : all).entries()) {
      const points = within(line.points!, from, to);
      if (points.steps.length === 0) continue;
      lines.push({ ...line, points, label: runs.length > 1 ? name : line.label, color: runs.length > 1 ? i : k });
    }
  });
  return lines;
}

// Curves of one stretch of steps in its own detail.
function useDetail(names: string[]): Record<string, Metrics> {
  const [detail, setDetail] = useState<Record<string, Metrics>>({});
  const wanted = range.value;
  useEffect(() => {
    setDetail({});
    if (!wanted) return;
    const stop = new AbortController();
    for (const name of names)
      getMetrics(name, wanted.from, wanted.to, BUCKETS, stop.signal).then((metrics) => setDetail((all) => ({ ...all, [name]: metrics })), () => {});
    return () => stop.abort();
  }, [wanted, names.join("/")]);
  return detail;
}

export function CurvesSection({ summary }: { summary: RunSummary | null }) {
  const names = [current.value, ...others.value];
  const detail = useDetail(names);
  const runs = names.map((name) => {
    const { series, evaluations } = dataOf(name).curves.value;
    return { name, curves: { series: range.value && detail[name] ? { ...series, ...detail[name].series } : series, evaluations } };
  });
  const from = range.value?.from ?? 0, to = range.value?.to ?? Infinity;
  const panels = PANELS.map((panel) => ({ panel, lines: linesOf(panel, runs, from, to) })).filter(({ lines }) => lines.some((line) => line.points.steps.length > 1));
  const grpo = summary?.stages.filter((stage) => stage.kind === "grpo" && stage.done > 0) ?? [];
  return (
    <section class="watch-section" aria-labelledby="curves-title">
      <header class="section-head">
        <h2 id="curves-title">Curves</h2>
        <div class="row">
          <div class="segments" role="group" aria-label="Steps shown">
            <button type="button" aria-pressed={range.value === null} onClick={() => (range.value = null)}>All steps</button>
            {summary && summary.stages.length > 1 && summary.stages.filter((stage) => stage.done > 1).map((stage) => {
              const here = range.value?.from === stage.first && range.value.to === stage.first + stage.steps;
              return (
                <button key={stage.name} type="button" aria-pressed={here} onClick={() => (range.value = { from: stage.first, to: stage.first + stage.steps })}>
                  {stage.name}
                </button>
              );
            })}
            {range.value && !summary?.stages.some((s) => s.first === range.value!.from && s.first + s.steps === range.value!.to) && (
              <button type="button" aria-pressed={true} onClick={() => (range.value = null)}>{steps(range.value.from)} – {steps(range.value.to)}</button>
            )}
          </div>
          <CompareMenu />
        </div>
      </header>
      <p class="hint">Drag over a curve to look closer, double-click to see all again{grpo.length > 0 ? "" : "; curves of reinforcement learning come with its first steps"}.</p>
      {panels.length === 0 && <p class="muted">No curve yet: the first steps are on their way.</p>}
      <div class="curves">
        {panels.map(({ panel, lines }) => (
          <Curve
            key={panel.title}
            title={panel.title}
            note={runs.length === 1 ? panel.note?.(runs[0]!.curves) : undefined}
            lines={lines}
            min={panel.min}
            max={panel.max}
            format={panel.format ?? number}
            axisFormat={panel.format === percent ? wholePercent : undefined}
            onRange={(wanted) => (range.value = wanted)}
          />
        ))}
      </div>
    </section>
  );
}

function CompareMenu() {
  const runs = (list.value?.runs ?? []).filter((run) => run.name !== current.value);
  if (runs.length === 0) return null;
  const chosen = others.value;
  const toggle = (name: string) => show(current.value, chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <details class="menu">
      <summary class="button">Compare{chosen.length > 0 && ` · ${chosen.length + 1} runs`}</summary>
      <div class="menu-body" role="group" aria-label="Runs to compare with">
        {runs.map((run) => (
          <label key={run.name} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(run.name)}
              disabled={!chosen.includes(run.name) && chosen.length >= MOST_COMPARED - 1}
              onChange={() => toggle(run.name)}
            />
            <span>{run.name}</span>
          </label>
        ))}
      </div>
    </details>
  );
}

export function latestEvaluations(evaluations: Evaluation[]) {
  const policy = evaluations.filter((evaluation) => evaluation.eval === "policy" && typeof evaluation["all"] === "object");
  return { first: policy[0], last: policy.at(-1) };
}
