// How full the model's context is: the conversation as the server counted it last, and what is being written now.
import { useEffect, useState } from "preact/hooks";

import type { Message } from "./model";
import { countTokens, server } from "./server";

interface Props {
  path: Message[];
  draft: string;
  running: boolean;
}

export function ContextMeter({ path, draft, running }: Props) {
  const [ofDraft, setOfDraft] = useState(0);
  useEffect(() => {
    if (draft.trim() === "") return setOfDraft(0);
    const abort = new AbortController();
    const timer = setTimeout(() => countTokens(draft, abort.signal).then(setOfDraft, () => {}), 400);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [draft]);
  const most = server.value?.contextTokens;
  if (!most) return <span class="context" />;
  // The thinking of earlier answers is not sent again; of one that is under way it counts.
  const last = path.findLast((m) => m.role === "assistant" && m.promptTokens !== undefined);
  const live = path.at(-1);
  const answer = !last
    ? 0
    : running && live === last
      ? (last.tokens ?? 0)
      : Math.max(0, (last.tokens ?? 0) - (last.standing ? (last.tokens ?? 0) : (last.thinkingTokens ?? 0)));
  const used = (last?.promptTokens ?? 0) + answer + ofDraft;
  const share = Math.min(1, used / most);
  const text = `${used.toLocaleString("en-US")} of ${most.toLocaleString("en-US")} tokens of context`;
  return (
    <span class={share > 0.85 ? "context full" : "context"} title={text}>
      <meter class="hidden-text" min={0} max={most} value={Math.min(used, most)} aria-label="Context">
        {text}
      </meter>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="8" class="ring" />
        <circle
          cx="10"
          cy="10"
          r="8"
          class="ring-used"
          pathLength={100}
          stroke-dasharray={`${100 * share} 100`}
          transform="rotate(-90 10 10)"
        />
      </svg>
      <span class="context-text number">{Math.round(100 * share)}%</span>
    </span>
  );
}
