// What screen readers are told: one quiet line for how the answer fares, one urgent line for errors.
import { signal } from "@preact/signals";

export const quiet = signal("");
export const urgent = signal("");

export function say(text: string, isError = false) {
  (isError ? urgent : quiet).value = text;
}
