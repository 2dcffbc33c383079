// Whether the thinking of an answer is open, and opening or folding it, by a click or by a key.
import { holdStill } from "./following";
import { putMessage, tree } from "./history";
import type { Message } from "./model";
import type { Run } from "./runs";

// Growing, and nothing answered yet.
export const thinkingIsLive = (message: Message, run: Run | undefined) =>
  run !== undefined && message.content === "" && run.phase.value !== "answering";

export const thinkingIsOpen = (message: Message, run: Run | undefined) =>
  message.panel ? message.panel === "open" : thinkingIsLive(message, run);

export function toggleThinking(message: Message, run: Run | undefined) {
  const panel = thinkingIsOpen(message, run) ? "closed" : "open";
  if (!run && panel === "open") holdStill();
  if (run) run.message.panel = panel;
  // What came since this was drawn stays: a click may fall between the answer's end and its drawing.
  putMessage({ ...(tree.peek().get(message.id) ?? message), panel });
}
