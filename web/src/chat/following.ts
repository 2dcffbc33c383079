// Whether the page follows the end of the conversation.
import { signal } from "@preact/signals";

export const following = signal(true);

// What the reader is about to open shall grow below his eyes, not push them away.
export function holdStill() {
  following.value = false;
}
