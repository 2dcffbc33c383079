// "2/3": the other messages in this place.
import { Icon } from "../shared/icons";
import { showBranch } from "./history";
import type { Message } from "./model";

export function BranchSwitch({ message, among }: { message: Message; among: Message[] }) {
  if (among.length < 2) return null;
  const at = among.findIndex((m) => m.id === message.id);
  const show = (index: number) => among[index] && showBranch(among[index]!);
  return (
    <span class="branch-switch" role="group" aria-label="Versions">
      <button type="button" class="icon-button small" aria-label="Previous version" disabled={at === 0} onClick={() => show(at - 1)}>
        <Icon name="left" />
      </button>
      <span class="number">
        {at + 1}/{among.length}
      </span>
      <button
        type="button"
        class="icon-button small"
        aria-label="Next version"
        disabled={at === among.length - 1}
        onClick={() => show(at + 1)}
      >
        <Icon name="right" />
      </button>
    </span>
  );
}
