// The conversations of this browser, and the one that is open. Changes are shown at once and kept behind; where they cannot be kept
// (a full disk, a private window), that is said once and the page goes on.
import { computed, signal } from "@preact/signals";

import { go, route } from "../shared/router";
import { stored } from "../shared/stored";
import { toast } from "../shared/toasts";
import { defaultSettings, leafBelow, newId, pathTo, titleOf, type Conversation, type Message, type Settings } from "./model";
import * as store from "./store";

export const conversations = signal<Conversation[]>([]); // the newest first
export const historyRead = signal(false);
export const current = signal<Conversation | null>(null); // null: a new one, that nothing has been said in
export const tree = signal<ReadonlyMap<string, Message>>(new Map());
export const path = computed(() => pathTo(tree.value, current.value?.leaf ?? null));
export const opening = signal(false);

// What a new conversation begins with: the settings of the last one.
export const draftSettings = stored<Settings>("settings", defaultSettings);
export const settings = computed<Settings>(() => ({ ...defaultSettings, ...(current.value?.settings ?? draftSettings.value) }));

let saidFull = false;
function kept(work: Promise<unknown>) {
  work.catch((error: unknown) => {
    if (saidFull) return;
    saidFull = true;
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    toast(
      full
        ? "This browser has no room left for the history. Export or delete conversations."
        : "The history cannot be kept in this browser.",
      "error",
    );
  });
}

const newestFirst = (list: Conversation[]) => list.sort((a, b) => b.updated - a.updated);

export async function readHistory() {
  try {
    const read = await store.allConversations();
    const begun = conversations.peek(); // by a reader who was faster
    conversations.value = newestFirst([...begun, ...read.filter((c) => !begun.some((b) => b.id === c.id))]);
  } catch {
    kept(Promise.reject(new Error("unreadable")));
  }
  historyRead.value = true;
  await openFromRoute();
}

// Shows what the address says.
export async function openFromRoute() {
  const id = route.peek().path[0];
  if (route.peek().view !== "chat" || id === current.peek()?.id) return;
  const found = conversations.peek().find((c) => c.id === id);
  if (!found && id !== undefined && !historyRead.peek()) return; // it may be in what is not read yet
  if (!found) {
    current.value = null;
    tree.value = new Map();
    return;
  }
  opening.value = true;
  try {
    const messages = await store.messagesOf(found.id);
    if (route.peek().path[0] !== id) return;
    tree.value = new Map(messages.map((m) => [m.id, m]));
    current.value = found;
  } catch {
    toast("This conversation cannot be read.", "error");
  } finally {
    opening.value = false;
  }
}

export function updateConversation(change: Partial<Conversation>, of = current.peek()) {
  if (!of) return;
  const changed = { ...of, ...change };
  if (current.peek()?.id === of.id) current.value = changed;
  conversations.value = newestFirst(conversations.peek().map((c) => (c.id === changed.id ? changed : c)));
  kept(store.keepConversation(changed));
}

export function changeSettings(change: Partial<Settings>) {
  const next = { ...settings.peek(), ...change };
  draftSettings.value = next;
  if (current.peek()) updateConversation({ settings: next });
}

// Adds or changes a message of the tree that is shown, and keeps it; `keep` false for the many small steps of a stream.
export function putMessage(message: Message, keep = true) {
  if (message.conversation === current.peek()?.id) {
    const next = new Map(tree.peek());
    next.set(message.id, message);
    tree.value = next;
  }
  if (keep) kept(store.keepMessage(message));
}

export function newMessage(parent: string | null, fields: Pick<Message, "role" | "content"> & Partial<Message>): Message {
  return { id: newId(), conversation: current.peek()!.id, parent, created: Date.now(), ...fields };
}

// Adds a user's message behind `parent`, in a new conversation where there is none.
export function say(text: string, parent: string | null): Message {
  if (!current.peek()) {
    const now = Date.now();
    const begun: Conversation = { id: newId(), title: titleOf(text), created: now, updated: now, leaf: null, settings: settings.peek() };
    current.value = begun;
    tree.value = new Map();
    conversations.value = [begun, ...conversations.peek()];
    go("chat", [begun.id], true);
  }
  const message = newMessage(parent, { role: "user", content: text });
  putMessage(message);
  updateConversation({ leaf: message.id, updated: Date.now() });
  return message;
}

export function showBranch(message: Message) {
  updateConversation({ leaf: leafBelow(tree.peek(), message) });
}

export async function removeConversation(id: string) {
  conversations.value = conversations.peek().filter((c) => c.id !== id);
  if (current.peek()?.id === id) go("chat");
  kept(store.dropConversation(id));
}

export async function clearHistory() {
  conversations.value = [];
  current.value = null;
  tree.value = new Map();
  go("chat");
  kept(store.dropAll());
}

export async function addWhole(whole: { conversation: Conversation; messages: Message[] }[]) {
  await store.keepWhole(whole);
  conversations.value = newestFirst(await store.allConversations());
  if (whole.length === 1) {
    current.value = null;
    go("chat", [whole[0]!.conversation.id]);
    await openFromRoute();
  }
}
