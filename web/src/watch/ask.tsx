// Ask the model while it is being trained: its newest checkpoint answers.
import { useState } from "preact/hooks";

import { textOfError } from "../shared/api";
import { ask, type Asked } from "./runs_api";
import type { RunData } from "./run_data";
import { steps } from "./format";
import { TokenText } from "./tokens";

interface Turn {
  question: string;
  answer: Asked;
}

const MOST_TURNS = 6;

export function AskSection({ run }: { run: RunData }) {
  const [question, setQuestion] = useState("");
  const [seed, setSeed] = useState(1);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [turns, setTurns] = useState<Turn[]>([]);
  const example = run.questions.value.questions[0]?.question ?? "Compute 12-11+8?";
  const submit = async (event: Event) => {
    event.preventDefault();
    const asked = question.trim() || example;
    setBusy(true);
    setTrouble("");
    try {
      const answer = await ask(run.name, asked, 0.6, seed);
      setTurns([{ question: asked, answer }, ...turns].slice(0, MOST_TURNS));
      setQuestion(asked);
      setSeed(seed + 1); // the same question again is another draw
    } catch (error) {
      setTrouble(textOfError(error));
    }
    setBusy(false);
  };
  return (
    <section class="watch-section" aria-labelledby="ask-title">
      <header class="section-head"><h2 id="ask-title">Ask it now</h2></header>
      <p class="hint">The newest checkpoint answers, in an engine of its own with one thread: the training does not notice.</p>
      <form class="ask-form" onSubmit={submit}>
        <label class="field ask-field">
          <span>Question</span>
          <input value={question} placeholder={example} maxLength={4000} onInput={(e) => setQuestion(e.currentTarget.value)} dir="auto" />
        </label>
        <button type="submit" class="button primary" disabled={busy}>{busy ? "Thinking …" : "Ask"}</button>
      </form>
      {trouble && <p class="error-text" role="alert">{trouble}</p>}
      <div aria-live="polite">
        {turns.map((turn, i) => (
          <article key={turns.length - i} class="asked">
            <p class="growth-when"><strong dir="auto">{turn.question}</strong> <span class="muted">{turn.answer.step >= 0 ? `checkpoint of step ${steps(turn.answer.step)}` : turn.answer.weights}</span></p>
            <TokenText tokens={turn.answer.tokens} label="Answer" />
          </article>
        ))}
      </div>
    </section>
  );
}
