// Where one writes: the text, how much thinking may go into the answer, a vote, and what room is left.
import { signal, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

import { Icon } from "../shared/icons";
import { send } from "./actions";
import { BudgetMenu } from "./budget";
import { ContextMeter } from "./context_meter";
import { grow } from "./editor";
import { changeSettings, current, path } from "./history";
import type { Settings } from "./model";
import { stop, type Run } from "./runs";
import { editing } from "./question";
import { lastQuestion } from "./actions";

// What is being written in each conversation; "" is the new one. It lasts as long as the page.
const drafts = new Map<string, Signal<string>>();

function draftOf(id: string): Signal<string> {
  let draft = drafts.get(id);
  if (!draft) drafts.set(id, (draft = signal("")));
  return draft;
}

interface Props {
  input: RefObject<HTMLTextAreaElement>;
  running: Run | undefined;
  settings: Settings;
}

export function Composer({ input, running, settings }: Props) {
  const id = current.value?.id ?? "";
  const draft = draftOf(id);
  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches) input.current?.focus();
  }, [id]);
  useEffect(() => grow(input.current!, Math.max(120, innerHeight * 0.35)), [draft.value]);

  const canSend = draft.value.trim() !== "" && !running;
  const submit = () => {
    const text = draft.peek();
    if (text.trim() === "" || running) return;
    draft.value = "";
    send(text);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && draft.peek() === "") {
      const last = lastQuestion();
      if (!last || running) return;
      event.preventDefault();
      editing.value = last.id;
    }
  };
  return (
    <form
      class="composer"
      id="composer"
      aria-label="New message"
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      <div class="composer-box">
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          aria-label="Message"
          placeholder="Ask anything"
          enterkeyhint="send"
          value={draft.value}
          onInput={(e) => (draft.value = e.currentTarget.value)}
          onKeyDown={onKey}
        />
        <div class="composer-tools">
          <BudgetMenu budget={settings.budget} onChange={(budget) => changeSettings({ budget })} />
          <label class="vote-choice" title="Several chains think at once and vote">
            <Icon name="vote" />
            <select
              aria-label="Vote"
              value={String(settings.consensus)}
              onChange={(e) => changeSettings({ consensus: Number(e.currentTarget.value) })}
            >
              <option value="0">No vote</option>
              {[3, 5, 8, 16].map((k) => (
                <option key={k} value={String(k)}>
                  Vote of {k}
                </option>
              ))}
            </select>
            <span class="choice-face" aria-hidden="true">
              {settings.consensus > 1 ? `Vote of ${settings.consensus}` : "No vote"}
            </span>
          </label>
          <ContextMeter path={path.value} draft={draft.value} running={running !== undefined} />
          {/* Keys: were it one element, the click that stops would find a button that sends the draft. */}
          {running ? (
            <button key="stop" type="button" class="send stop" aria-label="Stop" title="Stop (Esc)" onClick={() => stop(running)}>
              <Icon name="stop" />
            </button>
          ) : (
            <button key="send" type="submit" class="send" aria-label="Send" title="Send (Enter)" disabled={!canSend}>
              <Icon name="send" />
            </button>
          )}
        </div>
      </div>
    </form>
  );
}
