// One answer: what the server is doing for it, its thinking, its text, how it ended, and what can be done with it.
import { Icon } from "../shared/icons";
import { editAnswer, goOn, regenerate } from "./actions";
import { BranchSwitch } from "./branch_switch";
import { CopyButton } from "./copy_button";
import { openDialog } from "./dialogs";
import { Editor } from "./editor";
import { Markdown } from "./markdown/markdown";
import type { Message } from "./model";
import { editing } from "./question";
import type { Run } from "./runs";
import { duration, ThinkingPanel } from "./thinking_panel";
import { VoteBoard } from "./vote_board";
import { Waiting } from "./waiting";

interface Props {
  message: Message;
  among: Message[];
  run: Run | undefined;
}

export function Answer({ message, among, run }: Props) {
  const busy = run !== undefined;
  const phase = run?.phase.value;
  if (editing.value === message.id)
    return (
      <article class="answer" aria-label="Answer">
        <Editor
          label="Edit the answer"
          text={message.content}
          action="Save"
          hint="The model's own stays, as a branch."
          onDone={(text) => {
            editing.value = null;
            if (text !== null) editAnswer(message, text);
          }}
        />
      </article>
    );
  return (
    <article
      class="answer"
      aria-label="Answer"
      aria-busy={busy || message.state === "streaming"} // also while this tab asks whether another one follows it
      data-message={message.id}
      data-state={message.state}
    >
      {run && <Waiting run={run} hasVote={message.standing !== undefined} />}
      {message.standing && <VoteBoard standing={message.standing} live={busy} />}
      <ThinkingPanel message={message} run={run} />
      {message.content !== "" && <Markdown class="answer-text" text={message.content} complete={!busy} />}
      {busy && phase === "answering" && <span class="caret" aria-hidden="true" />}
      {!busy && <Ending message={message} />}
      {!busy && (
        <footer class="message-tools">
          <BranchSwitch message={message} among={among} />
          {message.content !== "" && <CopyButton label="Copy answer" text={() => message.content} />}
          <button
            type="button"
            class="icon-button small"
            aria-label="Regenerate"
            title="Another answer"
            onClick={() => regenerate(message)}
          >
            <Icon name="retry" />
          </button>
          <button
            type="button"
            class="icon-button small"
            aria-label="Edit answer"
            title="Edit"
            onClick={() => (editing.value = message.id)}
          >
            <Icon name="edit" />
          </button>
          {!!message.tokenIds?.length && (
            <button
              type="button"
              class="icon-button small"
              aria-label="Branch at a token"
              title="Branch at a token"
              onClick={() => openDialog("branch", message)}
            >
              <Icon name="branch" />
            </button>
          )}
          <Cost message={message} />
        </footer>
      )}
    </article>
  );
}

function Cost({ message }: { message: Message }) {
  const { tokens, ms, edited, standing } = message;
  if (edited) return <span class="cost">edited by you</span>;
  if (!tokens) return null;
  const rate = ms && ms > 0 && !standing ? ` · ${Math.round(((tokens - 1) / ms) * 1000).toLocaleString("en-US")} tokens/s` : "";
  return (
    <span class="cost number">
      {tokens.toLocaleString("en-US")} tokens{ms ? ` · ${duration(ms)}` : ""}
      {rate}
    </span>
  );
}

// What the reader should know about an answer that is not whole.
function Ending({ message }: { message: Message }) {
  const empty = message.content === "";
  const again = (
    <button type="button" class="button" onClick={() => goOn(message)}>
      Continue
    </button>
  );
  if (message.state === "length")
    return (
      <div class="notice" role="note">
        <Icon name="warning" />
        <span>{empty ? "The model used its whole limit on thinking, so there is no answer yet." : "The answer reached its limit."}</span>
        <span class="row">
          {again}
          {empty && (
            <button
              type="button"
              class="button"
              onClick={() =>
                regenerate(message, { maxTokens: null, budget: Math.max(16, Math.floor((message.thinkingTokens ?? 512) / 2)) })
              }
            >
              Think less
            </button>
          )}
          <button type="button" class="button quiet" onClick={() => openDialog("settings")}>
            Raise the limit
          </button>
        </span>
      </div>
    );
  if (message.state === "stopped")
    return (
      <div class="notice quiet" role="note">
        <span>
          {message.failure ??
            (empty && (message.thinking ?? "").trim() ? "You stopped it while it was thinking." : "You stopped this answer.")}
        </span>
        {(message.tokenIds?.length || message.thinking || message.content) && again}
      </div>
    );
  if (message.state === "failed")
    return (
      <div class="notice bad" role="note">
        <Icon name="warning" />
        <span>{message.failure}</span>
        <span class="row">
          {(message.thinking || message.content) && again}
          <button type="button" class="button" onClick={() => regenerate(message)}>
            Try again
          </button>
        </span>
      </div>
    );
  if (message.state === "done" && empty) return <p class="muted">The model gave no answer.</p>;
  return null;
}
