import { signal } from "@preact/signals";

import { Icon } from "../shared/icons";
import { editQuestion } from "./actions";
import { BranchSwitch } from "./branch_switch";
import { CopyButton } from "./copy_button";
import { Editor } from "./editor";
import type { Message } from "./model";

export const editing = signal<string | null>(null); // the message whose text is being edited

export function Question({ message, among }: { message: Message; among: Message[] }) {
  if (editing.value === message.id)
    return (
      <article class="question is-edited" aria-label="Your message">
        <Editor
          label="Edit your message"
          text={message.content}
          action="Send"
          hint="The old version stays, as a branch."
          onDone={(text) => {
            editing.value = null;
            if (text !== null && text.trim()) editQuestion(message, text);
          }}
        />
      </article>
    );
  return (
    <article class="question" aria-label="Your message" data-message={message.id}>
      <div class="bubble" dir="auto">
        {message.content}
      </div>
      <footer class="message-tools">
        <BranchSwitch message={message} among={among} />
        <CopyButton label="Copy message" text={() => message.content} />
        <button type="button" class="icon-button small" aria-label="Edit message" title="Edit" onClick={() => (editing.value = message.id)}>
          <Icon name="edit" />
        </button>
      </footer>
    </article>
  );
}
