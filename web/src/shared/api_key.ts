// The key that the server asks for. It lives as long as the tab, unless its owner says that this browser may keep it.
import { effect, signal } from "@preact/signals";

import { stored } from "./stored";

const ofTab = stored("key", "", "session");
const ofBrowser = stored("key", "");
export const keepKey = signal(ofBrowser.peek() !== "");
export const apiKey = signal(ofTab.peek() || ofBrowser.peek());
effect(() => {
  ofTab.value = keepKey.value ? "" : apiKey.value;
  ofBrowser.value = keepKey.value ? apiKey.value : "";
});

// What the dialog shows: null, or whether the last key was refused.
export const keyWanted = signal<{ refused: boolean } | null>(null);
let waiting: ((given: boolean) => void)[] = [];

// Asks for a key because `refused` (or none) was not enough. False if nobody gives one.
export function askForKey(refused: string): Promise<boolean> {
  if (apiKey.peek() !== refused) return Promise.resolve(true); // another request got one meanwhile
  keyWanted.value = { refused: refused !== "" };
  return new Promise((resolve) => waiting.push(resolve));
}

export function giveKey(key: string | null) {
  if (key !== null) apiKey.value = key;
  keyWanted.value = null;
  for (const resolve of waiting.splice(0)) resolve(key !== null);
}
