// The thinking of one answer: open and following its end while it grows, folded to one line when it is over, unless the reader has
// decided otherwise. Seconds and tokens are the server's.
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Icon } from "../shared/icons";
import { goOnFromThinking } from "./actions";
import { CopyButton } from "./copy_button";
import { openDialog } from "./dialogs";
import { Editor } from "./editor";
import { Markdown } from "./markdown/markdown";
import type { Message } from "./model";
import { answerNow, type Run } from "./runs";
import { thinkingIsLive, thinkingIsOpen, toggleThinking } from "./thinking_open";

const count = (n: number) => n.toLocaleString("en-US");

export function duration(ms: number): string {
  if (ms < 950) return `${(Math.max(ms, 10) / 1000).toFixed(ms < 95 ? 2 : 1)} s`;
  const s = Math.round(ms / 1000);
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}

// What became of the thinking, in a few words.
export function headline(message: Message): string {
  const time = message.thinkingMs === undefined ? "" : ` for ${duration(message.thinkingMs)}`;
  const inThinking = message.content === "";
  switch (message.thinkingEnd) {
    case "budget":
      return `Thinking stopped at its budget${time && `, after${time.slice(4)}`}`;
    case "reserve":
      return `Thinking ended to leave room for the answer${time && `, after${time.slice(4)}`}`;
    case "loop":
      return `Thinking went in circles and was ended${time && `, after${time.slice(4)}`}`;
    case "requested":
      return `Thought${time}, ended by you`;
    case "natural":
      return `Thought${time}`;
  }
  if (inThinking && message.state === "stopped") return `Thinking stopped by you${time && `, after${time.slice(4)}`}`;
  if (inThinking && message.state === "length") return `Thinking ran out of room${time && `, after${time.slice(4)}`}`;
  if (inThinking && message.state === "failed") return `Thinking broke off${time && `, after${time.slice(4)}`}`;
  return `Thought${time}`;
}

interface Props {
  message: Message;
  run: Run | undefined;
}

export function ThinkingPanel({ message, run }: Props) {
  const id = useId();
  const body = useRef<HTMLDivElement>(null);
  const away = useRef(false);
  const top = useRef(0);
  const [editing, setEditing] = useState(false);
  const live = thinkingIsLive(message, run);
  const open = editing || thinkingIsOpen(message, run);

  // While it grows, its end is in view, unless the reader has scrolled up in it.
  const followEnd = () => {
    const box = body.current;
    if (!box || !live) return;
    if (!away.current) box.scrollTop = box.scrollHeight;
  };
  useEffect(() => {
    followEnd();
    const text = body.current?.firstElementChild;
    if (!live || !text) return;
    const grown = new ResizeObserver(followEnd); // formulas are drawn later, and may be higher
    grown.observe(text);
    return () => grown.disconnect();
  }, [open, live]);

  if (!(message.thinking ?? "").trim()) return null;
  const tokens = message.thinkingTokens;
  return (
    <section class={live ? "thinking live" : "thinking"} role="group" aria-label="Thinking">
      <div class="thinking-head">
        <button type="button" class="thinking-toggle" aria-expanded={open} aria-controls={id} onClick={() => toggleThinking(message, run)}>
          <span class="chevron">
            <Icon name="right" />
          </span>
          <span class="thinking-words">
            <span class="thinking-title">{live ? "Thinking" : headline(message)}</span>
            <span class="thinking-cost number">
              {live && message.thinkingMs !== undefined && `${duration(message.thinkingMs)} · `}
              {tokens !== undefined && `${!live ? "· " : ""}${count(tokens)} tokens`}
            </span>
          </span>
        </button>
        {live && run && (
          <button type="button" class="button small" disabled={run.ending.value} onClick={() => void answerNow(run)}>
            <Icon name="skip" /> {run.ending.value ? "Ending…" : "Answer now"}
          </button>
        )}
      </div>
      <div id={id} class="thinking-body" hidden={!open}>
        {open &&
          (editing ? (
            <Editor
              label="Edit the thinking"
              text={message.thinking!}
              action="Continue from here"
              hint="The model goes on from your text, in a branch."
              onDone={(text) => {
                setEditing(false);
                if (text !== null) goOnFromThinking(message, text);
              }}
            />
          ) : (
            <>
              <div
                ref={body}
                class="thinking-text"
                tabIndex={0}
                role="group"
                aria-label="Text of the thinking"
                onScroll={(e) => {
                  const box = e.currentTarget;
                  if (box.scrollHeight - box.scrollTop - box.clientHeight < 24) away.current = false;
                  else if (box.scrollTop < top.current - 1) away.current = true; // the reader's, not the text's doing
                  top.current = box.scrollTop;
                }}
              >
                <Markdown text={message.thinking!} complete={!live} onDraw={followEnd} />
              </div>
              {!live && (
                <footer class="thinking-tools">
                  <CopyButton label="Copy thinking" short="Copy" text={() => message.thinking!} />
                  <button type="button" class="text-tool" onClick={() => setEditing(true)} disabled={run !== undefined}>
                    <Icon name="edit" />
                    <span>Edit and continue</span>
                  </button>
                  {!!message.tokenIds?.length && (
                    <button type="button" class="text-tool" onClick={() => openDialog("branch", message)} disabled={run !== undefined}>
                      <Icon name="branch" />
                      <span>Branch here</span>
                    </button>
                  )}
                </footer>
              )}
            </>
          ))}
      </div>
    </section>
  );
}
