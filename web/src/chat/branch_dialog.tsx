// Branch here: an answer goes on from any of its tokens, with words of the reader's or another draw.
import { useEffect, useState } from "preact/hooks";

import { Dialog } from "../shared/dialog";
import { branch } from "./actions";
import type { Message } from "./model";
import { server, textOf } from "./server";

interface At {
  tokens: number;
  thinking: string;
  content: string;
}

// What the first tokens say. The thinking's own tokens come first, its closing tag among them.
async function textsUntil(message: Message, tokens: number, signal: AbortSignal): Promise<At> {
  const ids = message.tokenIds!.slice(0, tokens);
  const begun = message.begun ?? { thinking: "", content: "", open: true };
  const text = await textOf(ids, signal);
  const thinking = message.thinking ?? "";
  if (!begun.open) return { tokens, thinking, content: begun.content + text };
  // A model may open its thinking itself.
  const [open, close] = server.peek()?.thinkTags ?? ["<think>", "</think>"];
  const opening = begun.thinking ? -1 : text.indexOf(open);
  const whole = begun.thinking + (opening >= 0 ? text.slice(opening + open.length) : text);
  const closing = whole.indexOf(close);
  if (closing >= 0) return { tokens, thinking, content: whole.slice(closing + close.length).replace(/^\n+/, "") };
  // Where tags are tokens without a text: what is longer than the thinking is the answer.
  if (thinking && whole.startsWith(thinking) && message.content && tokens > (message.thinkingTokens ?? 0))
    return { tokens, thinking, content: whole.slice(thinking.length).replace(/^\n+/, "") };
  return thinking ? { tokens, thinking: whole, content: "" } : { tokens, thinking: "", content: whole };
}

export function BranchDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const most = message.tokenIds!.length;
  const [tokens, setTokens] = useState(
    Math.max(1, Math.min(most - 1, message.thinkingTokens ? Math.floor(message.thinkingTokens / 2) : most - 1)),
  );
  const [inject, setInject] = useState("");
  const [sameSeed, setSameSeed] = useState(false);
  const [at, setAt] = useState<At | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(
      () => textsUntil(message, tokens, abort.signal).then(setAt, () => abort.signal.aborted || setFailed(true)),
      60,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [tokens]);
  const ready = at !== null && at.tokens === tokens;
  const go = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    branch(message, { ...at, inject, sameSeed });
    onClose();
  };
  const text = at ? at.thinking + (at.content ? "\n\n" + at.content : "") : "";
  return (
    <Dialog title="Branch here" onClose={onClose} wide>
      <form class="form" onSubmit={go}>
        <label class="field">
          <span>
            Keep {tokens.toLocaleString("en-US")} of {most.toLocaleString("en-US")} tokens
          </span>
          <input type="range" min={1} max={most} value={tokens} onInput={(e) => setTokens(Number(e.currentTarget.value))} />
        </label>
        <div class="branch-text" tabIndex={0} role="region" aria-label="What stays" dir="auto">
          {failed ? (
            <span class="error-text">The server cannot be asked what these tokens say.</span>
          ) : text.length > 1500 ? (
            "…" + text.slice(-1500)
          ) : (
            text
          )}
          <span class="caret" aria-hidden="true" />
        </div>
        <label class="field">
          <span>Say something for it (may be empty)</span>
          <input
            type="text"
            dir="auto"
            placeholder="Wait, check the units."
            value={inject}
            onInput={(e) => setInject(e.currentTarget.value)}
          />
          <small>{at?.content ? "The answer goes on behind it." : "The thinking goes on behind it."}</small>
        </label>
        <label class="check">
          <input type="checkbox" checked={sameSeed} onChange={(e) => setSameSeed(e.currentTarget.checked)} />
          <span>Same seed: with nothing said, it says again what it said</span>
        </label>
        <div class="row end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={!ready}>
            Go on from here
          </button>
        </div>
      </form>
    </Dialog>
  );
}
