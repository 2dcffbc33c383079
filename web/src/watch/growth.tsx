// Watch the thinking grow: one held-out question, answered at every evaluation, and a slider through them.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { textOfError } from "../shared/api";
import { Icon } from "../shared/icons";
import { steps } from "./format";
import { getAnswers, type Answer, type AnswerEntry } from "./runs_api";
import type { RunData } from "./run_data";
import { ColouringSwitch, TokenText } from "./tokens";

const SECONDS_A_STEP = 0.9;

export function GrowthSection({ run, firstStep }: { run: RunData; firstStep: number }) {
  const { questions, entries } = run.questions.value;
  const [question, setQuestion] = useState(0);
  const [place, setPlace] = useState<number | null>(null); // null: the newest, also when a newer one comes
  const [playing, setPlaying] = useState(false);
  const ofQuestion = useMemo(() => entries.filter((entry) => entry[1] === question), [entries, question]);
  const at = Math.min(place ?? ofQuestion.length - 1, ofQuestion.length - 1);
  const entry = ofQuestion[at];

  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      if (at + 1 >= ofQuestion.length) setPlaying(false);
      else setPlace(at + 1);
    }, 1000 * SECONDS_A_STEP);
    return () => clearTimeout(timer);
  }, [playing, at, ofQuestion.length]);

  if (questions.length === 0) return null;
  const asked = questions[Math.min(question, questions.length - 1)]!;
  const play = () => {
    if (!playing && at >= ofQuestion.length - 1) setPlace(0);
    setPlaying(!playing);
  };
  return (
    <section class="watch-section" aria-labelledby="growth-title">
      <header class="section-head">
        <h2 id="growth-title">Watch the thinking grow</h2>
        <ColouringSwitch />
      </header>
      <p class="hint">The same held-out questions, answered at every evaluation. The model has never been trained on them.</p>
      <div class="growth">
        <div class="growth-questions" role="group" aria-label="Questions">
          {questions.map((each, i) => {
            const last = entries.findLast((e) => e[1] === i);
            return (
              <button key={each.id} type="button" class="growth-question" aria-pressed={i === question} onClick={() => setQuestion(i)}>
                <span class={`verdict-dot ${last?.[2] ? "good" : "bad"}`} aria-hidden="true" />
                <span class="growth-question-text" dir="auto">{each.question}</span>
                <span class="hidden-text">{last?.[2] ? "lately right" : "lately wrong"}</span>
              </button>
            );
          })}
        </div>
        <div class="growth-answer">
          <p class="growth-asked" dir="auto">{asked.question} <span class="muted">Right: {asked.answer}</span></p>
          <div class="growth-slider">
            <button type="button" class="icon-button" aria-label={playing ? "Stop playing" : "Play from the first evaluation"} onClick={play} disabled={ofQuestion.length < 2}>
              <Icon name={playing ? "stop" : "skip"} />
            </button>
            <div class="growth-track">
              <Bars entries={ofQuestion} at={at} onPick={(i) => { setPlaying(false); setPlace(i); }} />
              <input
                type="range"
                min={0}
                max={Math.max(0, ofQuestion.length - 1)}
                value={at}
                disabled={ofQuestion.length < 2}
                aria-label="Evaluation"
                aria-valuetext={entry ? textOf(entry, firstStep) : ""}
                onInput={(e) => { setPlaying(false); setPlace(Number(e.currentTarget.value)); }}
              />
            </div>
          </div>
          {entry && <AnswerView run={run} step={entry[0]} question={question} entry={entry} firstStep={firstStep} />}
        </div>
      </div>
    </section>
  );
}

const textOf = (entry: AnswerEntry, firstStep: number) =>
  `${entry[0] === firstStep ? "before reinforcement learning" : `after ${steps(entry[0] - firstStep)} steps`}, ${entry[2] ? "right" : "wrong"}, ${entry[5]} tokens`;

// Every evaluation a bar: as high as the answer is long, green where it is right.
function Bars({ entries, at, onPick }: { entries: AnswerEntry[]; at: number; onPick: (index: number) => void }) {
  const longest = Math.max(1, ...entries.map((entry) => entry[5]));
  return (
    <div class="growth-bars" aria-hidden="true">
      {entries.map((entry, i) => (
        <span key={entry[0]} class={`growth-bar ${entry[2] ? "good" : "bad"}${i === at ? " here" : ""}`} onClick={() => onPick(i)}>
          <span style={{ height: `${Math.max(8, (100 * entry[5]) / longest)}%` }} />
        </span>
      ))}
    </div>
  );
}

function AnswerView({ run, step, question, entry, firstStep }: { run: RunData; step: number; question: number; entry: AnswerEntry; firstStep: number }) {
  const kept = useRef(new Map<number, Answer[]>());
  const [answers, setAnswers] = useState<{ step: number; answers: Answer[] } | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const known = kept.current.get(step);
    if (known) return setAnswers({ step, answers: known });
    const stop = new AbortController();
    getAnswers(run.name, step, stop.signal).then(
      (got) => {
        if (kept.current.size > 200) kept.current.clear();
        kept.current.set(step, got.answers);
        setAnswers(got);
        setTrouble("");
      },
      (why) => !stop.signal.aborted && setTrouble(textOfError(why)),
    );
    return () => stop.abort();
  }, [step, run.name, run.curves.value.evaluations.length]);
  const answer = answers?.answers.find((each) => each.question === question);
  const when = entry[0] === firstStep ? "Before reinforcement learning" : `After ${steps(entry[0] - firstStep)} steps`;
  return (
    <>
      <p class="growth-when" role="status">
        <strong>{when}</strong>
        <span class={`badge ${entry[2] ? "good" : "bad"}`}>{entry[2] ? "right" : "wrong"}</span>
        {!entry[3] && <span class="badge">form not kept</span>}
        {!entry[4] && <span class="badge">cut off</span>}
        <span class="muted number">{entry[5]} tokens</span>
      </p>
      {trouble && <p class="error-text" role="alert">{trouble}</p>}
      {answer && (answer.tokens?.length ? <TokenText tokens={answer.tokens} label="Answer" /> : <p class="tokens" dir="auto">{answer.completion || "(nothing)"}</p>)}
    </>
  );
}
