// The completions of a step: groups of answers to one question, coloured by their advantage.
import { useEffect, useState } from "preact/hooks";

import { textOfError } from "../shared/api";
import { Icon } from "../shared/icons";
import { number, signed, steps } from "./format";
import { getRollouts, getTokens, type Completion, type Group, type Rollouts, type Token } from "./runs_api";
import type { RunData } from "./run_data";
import { ColouringSwitch, TokenText } from "./tokens";

const FIRST_GROUPS = 8;

// The background of an advantage: "better than its group" is green, worse red, as strong as it is far from 0.
const advantageStyle = (advantage: number | null, most: number) => ({
  "--much": `${Math.round((55 * Math.min(1, Math.abs(advantage ?? 0) / most)) || 0)}%`,
});
const advantageKind = (advantage: number | null) => (!advantage ? "even" : advantage > 0 ? "better" : "worse");

export function RolloutsSection({ run }: { run: RunData }) {
  const [step, setStep] = useState(-1); // -1: the newest
  const [rollouts, setRollouts] = useState<Rollouts | null>(null);
  const [trouble, setTrouble] = useState("");
  const [open, setOpen] = useState(0);
  const [all, setAll] = useState(false);
  const newest = step < 0 ? (run.curves.value.series["reward"]?.steps.at(-1) ?? -1) : step;

  useEffect(() => {
    if (newest < 0) return;
    const stop = new AbortController();
    // The newest step moves on while one looks: not more often than one can read.
    const timer = setTimeout(() => {
      getRollouts(run.name, step, stop.signal).then(
        (got) => { setRollouts(got); setTrouble(""); },
        (why) => { if (!stop.signal.aborted) { setRollouts(null); setTrouble(textOfError(why)); } },
      );
    }, step < 0 && rollouts ? 1500 : 0);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [run.name, step, newest]);

  if (newest < 0) return null;
  const groups = rollouts ? (all ? rollouts.groups : rollouts.groups.slice(0, FIRST_GROUPS)) : [];
  const most = Math.max(1e-6, ...groups.flatMap((group) => group.completions.map((c) => Math.abs(c.advantage ?? 0))));
  return (
    <section class="watch-section" aria-labelledby="rollouts-title">
      <header class="section-head">
        <h2 id="rollouts-title">Rollouts</h2>
        <div class="row">
          <ColouringSwitch />
          {rollouts && (
            <div class="row pager">
              <button type="button" class="icon-button" aria-label="Rollouts of the step before" disabled={rollouts.previous === undefined} onClick={() => setStep(rollouts.previous!)}><Icon name="left" /></button>
              <span class="number">step {steps(rollouts.step)}{step < 0 && <span class="muted"> (newest)</span>}</span>
              <button type="button" class="icon-button" aria-label="Rollouts of the next step" disabled={rollouts.next === undefined} onClick={() => setStep(rollouts.next!)}><Icon name="right" /></button>
              {step >= 0 && <button type="button" class="button" onClick={() => setStep(-1)}>Newest</button>}
            </div>
          )}
        </div>
      </header>
      <p class="hint">Answers to one question compete: those better than their group (green) become more likely, those worse (red) less.</p>
      {trouble && <p class="muted" role="status">{trouble}</p>}
      {rollouts && (
        <>
          <ol class="groups">
            {groups.map((group, g) => (
              <GroupView key={g} run={run} rollouts={rollouts} group={group} index={g} most={most} open={open === g} onToggle={() => setOpen(open === g ? -1 : g)} />
            ))}
          </ol>
          {rollouts.groups.length > FIRST_GROUPS && (
            <button type="button" class="button" onClick={() => setAll(!all)}>{all ? "Fewer questions" : `All ${rollouts.groups.length} questions of this step`}</button>
          )}
        </>
      )}
    </section>
  );
}

interface GroupProps {
  run: RunData;
  rollouts: Rollouts;
  group: Group;
  index: number;
  most: number;
  open: boolean;
  onToggle: () => void;
}

function GroupView({ run, rollouts, group, index, most, open, onToggle }: GroupProps) {
  const rewards = group.completions.map((c) => c.reward ?? 0);
  const mean = rewards.reduce((a, b) => a + b, 0) / Math.max(1, rewards.length);
  const id = `group-${index}`;
  return (
    <li class="group">
      <button type="button" class="group-head" aria-expanded={open} aria-controls={id} onClick={onToggle}>
        <span class="group-question" dir="auto">{group.question || group.prompt}</span>
        <span class="group-strip" aria-hidden="true">
          {group.completions.map((c, i) => <span key={i} class={advantageKind(c.advantage)} style={advantageStyle(c.advantage, most)} />)}
        </span>
        <span class="group-mean number"><span class="muted">mean reward</span> {number(mean)}</span>
      </button>
      {open && (
        <div id={id} class="group-body">
          {group.answer !== "" && <p class="muted">Right answer: <strong dir="auto">{group.answer}</strong></p>}
          <table class="rollout-table">
            <caption class="hidden-text">Completions of question {index + 1}, best first</caption>
            <thead>
              <tr>
                <th scope="col">Advantage</th>
                <th scope="col">Reward</th>
                {rollouts.reward_names.map((name) => <th key={name} scope="col" class="part">{name}</th>)}
                <th scope="col" class="part">Tokens</th>
                <th scope="col" class="wide">Completion</th>
              </tr>
            </thead>
            <tbody>
              {group.completions
                .map((completion, i) => ({ completion, i }))
                .sort((a, b) => (b.completion.advantage ?? 0) - (a.completion.advantage ?? 0))
                .map(({ completion, i }) => <RolloutRow key={i} run={run} rollouts={rollouts} group={index} index={i} completion={completion} most={most} />)}
            </tbody>
          </table>
        </div>
      )}
    </li>
  );
}

function RolloutRow({ run, rollouts, group, index, completion, most }: { run: RunData; rollouts: Rollouts; group: number; index: number; completion: Completion; most: number }) {
  const [open, setOpen] = useState(false);
  const [tokens, setTokens] = useState<Token[] | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    setTokens(null);
    if (!open) return;
    const stop = new AbortController();
    getTokens(run.name, rollouts.step, group, index, stop.signal).then((got) => setTokens(got.tokens), (why) => !stop.signal.aborted && setTrouble(textOfError(why)));
    return () => stop.abort();
  }, [open, rollouts.step, group, index]);
  const id = `rollout-${group}-${index}`;
  return (
    <>
      <tr class={`rollout ${advantageKind(completion.advantage)}`} style={advantageStyle(completion.advantage, most)}>
        <td class="number advantage">{completion.advantage === null ? "–" : signed(completion.advantage)}</td>
        <td class="number">{completion.reward === null ? "–" : number(completion.reward)}</td>
        {rollouts.reward_names.map((name, i) => <td key={name} class="number part">{completion.parts[i] == null ? "–" : number(completion.parts[i]!)}</td>)}
        <td class="number part">{completion.tokens}{!completion.finished && <span title="cut off">…</span>}</td>
        <td class="wide">
          <button type="button" class="rollout-text" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
            <span dir="auto">{completion.text.trim() || "(nothing)"}</span>
          </button>
        </td>
      </tr>
      {open && (
        <tr class="rollout-detail">
          <td colSpan={4 + rollouts.reward_names.length} id={id}>
            {tokens ? <TokenText tokens={tokens} label="Completion" /> : <p class="muted">{trouble || "Loading …"}</p>}
          </td>
        </tr>
      )}
    </>
  );
}
