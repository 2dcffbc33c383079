// Side by side: what thinking costs and what it brings.
import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../../shared/icons";
import { BudgetMenu, budgetName } from "../budget";
import { grow } from "../editor";
import { Markdown } from "../markdown/markdown";
import { duration, headline } from "../thinking_panel";
import { budgets, columns, compare, comparing, sameSeed, stopCompare, type Column } from "./compare";

const MOST_COLUMNS = 4;

export function CompareView() {
  const [prompt, setPrompt] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => stopCompare, []);
  useEffect(() => grow(box.current!, 240), [prompt]);
  const submit = (event: Event) => {
    event.preventDefault();
    const text = box.current!.value; // the state may be a keystroke behind
    if (text.trim()) compare(text);
  };
  const shown = columns.value;
  const most = Math.max(1, ...shown.map((c) => c.message?.tokens ?? 0));
  const change = (index: number, budget: number) => (budgets.value = budgets.value.map((b, i) => (i === index ? budget : b)));
  return (
    <main class="compare" aria-label="Compare">
      <form class="compare-form" onSubmit={submit}>
        <label class="field">
          <span class="hidden-text">Prompt for all columns</span>
          <textarea
            ref={box}
            rows={2}
            dir="auto"
            placeholder="One question for all columns"
            value={prompt}
            onInput={(e) => setPrompt(e.currentTarget.value)}
            onKeyDown={(e) => {
              if (e.isComposing || e.key !== "Enter" || e.shiftKey) return;
              e.preventDefault();
              e.currentTarget.form!.requestSubmit();
            }}
          />
        </label>
        <div class="row">
          {budgets.value.map((budget, i) => (
            <span key={i} class="column-choice">
              <BudgetMenu name={`Thinking of column ${i + 1}`} budget={budget} onChange={(b) => change(i, b)} />
              {budgets.value.length > 2 && (
                <button
                  type="button"
                  class="icon-button small"
                  aria-label={`Remove column ${i + 1}`}
                  onClick={() => (budgets.value = budgets.value.filter((_, j) => j !== i))}
                >
                  <Icon name="close" />
                </button>
              )}
            </span>
          ))}
          {budgets.value.length < MOST_COLUMNS && (
            <button type="button" class="button" onClick={() => (budgets.value = [...budgets.value, 512])}>
              <Icon name="plus" /> Column
            </button>
          )}
          <label class="check">
            <input type="checkbox" checked={sameSeed.value} onChange={(e) => (sameSeed.value = e.currentTarget.checked)} />
            <span>Same seed</span>
          </label>
          <span class="spacer" />
          {/* Keys: were it one element, the click that stops would find a button that submits. */}
          {comparing.value ? (
            <button key="stop" type="button" class="button" onClick={stopCompare}>
              <Icon name="stop" /> Stop
            </button>
          ) : (
            <button key="compare" type="submit" class="button primary" disabled={!prompt.trim()}>
              Compare
            </button>
          )}
        </div>
      </form>
      {shown.length === 0 ? (
        <p class="compare-empty muted">
          The same question, with and without thinking, at the same time: what it costs, and what it brings.
        </p>
      ) : (
        <div class={`columns of-${shown.length}`}>
          {shown.map((column) => (
            <ColumnView key={column.id} column={column} most={most} />
          ))}
        </div>
      )}
    </main>
  );
}

function ColumnView({ column, most }: { column: Column; most: number }) {
  const message = column.message;
  const ended = column.phase === "ended";
  const thinking = message?.thinking ?? "";
  const tokens = message?.tokens ?? 0;
  const thought = Math.min(tokens, message?.thinkingTokens ?? 0);
  const name = column.budget === 0 ? "Without thinking" : column.budget < 0 ? "With thinking" : `Thinking: ${budgetName(column.budget)}`;
  return (
    <section class="column" aria-label={name} aria-busy={!ended}>
      <header class="column-head">
        <h2>{name}</h2>
        <span class="muted">
          {ended ? "" : column.phase === "thinking" ? "Thinking" : column.phase === "answering" ? "Answering" : "Waiting"}
        </span>
      </header>
      <div class="column-body">
        {thinking.trim() && (
          <details class="column-thinking" open>
            <summary>{ended || message!.content ? headline(message!) : "Thinking"}</summary>
            <Markdown text={thinking} complete={ended} />
          </details>
        )}
        {message?.content && <Markdown class="answer-text" text={message.content} complete={ended} />}
        {column.failure && (
          <p class="error-text" role="alert">
            {column.failure}
          </p>
        )}
        {ended && message?.state === "length" && <p class="muted">It ran into its limit.</p>}
      </div>
      <footer class="column-cost number">
        <span class="cost-bar" aria-hidden="true">
          <span class="cost-thinking" style={{ width: `${(100 * thought) / most}%` }} />
          <span class="cost-answer" style={{ width: `${(100 * (tokens - thought)) / most}%` }} />
        </span>
        <span>
          {tokens.toLocaleString("en-US")} tokens{thought > 0 && `, ${thought.toLocaleString("en-US")} of thinking`}
          {message?.ms !== undefined && ` · ${duration(message.ms)}`}
        </span>
      </footer>
    </section>
  );
}
