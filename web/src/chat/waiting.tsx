// Before the first token: the queue, then the prompt being read.
import type { Run } from "./runs";

export function Waiting({ run, hasVote }: { run: Run; hasVote: boolean }) {
  const phase = run.phase.value;
  const progress = run.progress.value;
  if (phase === "waiting" && progress?.ahead !== null && progress)
    return (
      <p class="waiting" data-phase="waiting">
        <span class="pulse" />
        {progress.ahead === 0 ? "Next in the queue" : `Waiting: ${progress.ahead} before you`}
      </p>
    );
  if (phase === "reading" && progress && progress.total > 0) {
    const share = progress.processed / progress.total;
    return (
      <div class="waiting" data-phase="reading">
        <label>
          <span>
            Reading the conversation <span class="number">{Math.round(100 * share)}%</span>
          </span>
          <progress value={share} max={1} />
        </label>
      </div>
    );
  }
  if (phase === "asking" && !hasVote)
    return (
      <p class="waiting" data-phase="asking">
        <span class="pulse" />
        <span class="hidden-text">Asking the server</span>
      </p>
    );
  return null;
}
