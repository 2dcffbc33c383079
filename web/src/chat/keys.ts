// Keys that work wherever the focus is.
import type { RefObject } from "preact";

import { dialog, openDialog } from "./dialogs";
import { path } from "./history";
import { newChat, searchBox, sidebarOpen } from "./sidebar";
import { runningHere, runs, stop } from "./runs";
import { toggleThinking } from "./thinking_open";

export const KEYS: [keys: string, what: string][] = [
  ["Enter", "Send"],
  ["Shift + Enter", "New line"],
  ["Esc", "Stop the answer"],
  ["↑", "Edit your last message, when the box is empty"],
  ["Alt + T", "Show or hide the last thinking"],
  ["Ctrl + K", "Search"],
  ["Ctrl + Shift + O", "New chat"],
  ["Ctrl + ,", "Settings"],
  ["Ctrl + /", "This list"],
];

export function listenToKeys(composer: RefObject<HTMLTextAreaElement>): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return;
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && !dialog.peek()) {
      const run = runningHere();
      if (run) {
        stop(run);
        composer.current?.focus();
      }
      return;
    }
    if (ctrl && event.key === "k") {
      focusSearch();
    } else if (ctrl && event.key === "/") {
      openDialog(dialog.peek()?.name === "keys" ? null : "keys");
    } else if (ctrl && event.key === ",") {
      openDialog("settings");
    } else if (ctrl && event.shiftKey && event.key.toLowerCase() === "o") {
      newChat();
    } else if (event.altKey && event.code === "KeyT") {
      toggleLastThinking();
    } else {
      return;
    }
    event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

// At once, not after the next drawing: what is typed right after the keys belongs into the box.
function focusSearch() {
  sidebarOpen.value = true;
  const box = searchBox.peek();
  const sidebar = box?.closest<HTMLElement>("#sidebar");
  if (sidebar) sidebar.hidden = false;
  box?.focus();
}

function toggleLastThinking() {
  const last = path.peek().findLast((m) => m.role === "assistant" && (m.thinking ?? "").trim());
  if (last) toggleThinking(last, runs.peek().get(last.id));
}
