// A completion token by token: how likely each was, how sure the model was. Colour by either, or none; every value by pointer or keys.
import { signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";

import { number } from "./format";
import type { Token } from "./runs_api";

export type Colouring = "probability" | "entropy" | "none";
export const colouring = signal<Colouring>("probability");

const MOST_NATS = 3; // of entropy: as coloured as it gets

// 0: as expected, 1: as surprising (or unsure) as the colours go.
function strength(token: Token, by: Colouring): number {
  if (by === "entropy") return Math.min(1, (token.entropy ?? 0) / MOST_NATS);
  if (by === "probability") return token.logprob === undefined ? 0 : 1 - Math.exp(Math.min(0, token.logprob));
  return 0;
}

export function describe(token: Token): string {
  const shown = token.text === "" ? "(no text)" : token.text.replace(/\n/g, "⏎");
  const parts = [`“${shown}”`];
  if (token.logprob !== undefined) parts.push(`probability ${(100 * Math.exp(token.logprob)).toFixed(1)}%`, `log-probability ${token.logprob.toFixed(4)}`);
  if (token.entropy !== undefined) parts.push(`entropy ${number(token.entropy)} nats`);
  return parts.join(" · ");
}

export function ColouringSwitch() {
  const names: [Colouring, string][] = [["probability", "Probability"], ["entropy", "Entropy"], ["none", "Plain"]];
  return (
    <div class="segments" role="group" aria-label="Colour tokens by">
      {names.map(([name, label]) => (
        <button key={name} type="button" aria-pressed={colouring.value === name} onClick={() => (colouring.value = name)}>{label}</button>
      ))}
    </div>
  );
}

// Which tokens are inside <think> ... </think>.
function thinkingOf(tokens: Token[]): boolean[] {
  let tail = ""; // enough of the text before for a tag that comes in pieces
  let opened = false, inside = false;
  const thinking: boolean[] = [];
  for (const token of tokens) {
    tail = tail.slice(-"</think>".length) + token.text;
    const open = tail.lastIndexOf("<think>"), close = tail.lastIndexOf("</think>");
    if (open >= 0) opened = true;
    if (open !== close) inside = open > close; // neither: as before
    thinking.push(opened && (inside || tail.endsWith("</think>")));
  }
  return thinking;
}

export function TokenText({ tokens, label }: { tokens: Token[]; label: string }) {
  const [active, setActive] = useState(-1);
  const [spoken, setSpoken] = useState(false);
  const thinking = useMemo(() => thinkingOf(tokens), [tokens]);
  const by = colouring.value;

  const pointAt = (event: PointerEvent) => {
    const index = (event.target as HTMLElement).dataset?.["i"];
    setSpoken(false);
    setActive(index === undefined ? -1 : Number(index));
  };
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowRight: active + 1, ArrowLeft: active - 1, Home: 0, End: tokens.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setSpoken(true);
    setActive(Math.min(tokens.length - 1, Math.max(0, to)));
  };
  const token = tokens[active];
  return (
    <div class="tokens-frame">
      <div
        class="tokens"
        role="group"
        tabIndex={0}
        aria-label={`${label}: ${tokens.length} tokens. Left and right arrow keys go from token to token.`}
        onPointerOver={pointAt}
        onPointerDown={pointAt}
        onPointerLeave={() => setActive(-1)}
        onKeyDown={onKey}
        dir="auto"
      >
        {tokens.map((each, i) => {
          const much = Math.round(100 * strength(each, by));
          const kind = (thinking[i] ? " thinking" : "") + (i === active ? " active" : "");
          return (
            <span key={i} data-i={i} class={`token ${by}${kind}`} style={much > 3 ? { "--much": `${Math.round(much * 0.62)}%` } : undefined}>
              {each.text}
            </span>
          );
        })}
      </div>
      <p class="token-readout number" role={spoken ? "status" : undefined}>
        {token ? <><span class="muted">token {active + 1} of {tokens.length}</span> {describe(token)}</> : <span class="muted">{tokens.length} tokens. Point at one, or use the arrow keys.</span>}
      </p>
    </div>
  );
}
