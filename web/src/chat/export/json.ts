// JSON: everything, and the way back. The same conversation always gives the same bytes, so an import is exported again unchanged.
import { byAge, defaultSettings, type Conversation, type Message } from "../model";

const FORMAT = "r1-chat";
const VERSION = 1;

export interface Whole {
  conversation: Conversation;
  messages: Message[];
}

// Members in the order of their names, whatever order they were set in.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}

export function toJson(all: Whole[]): string {
  const conversations = all.map(({ conversation, messages }) => ({
    ...conversation,
    messages: [...messages].sort(byAge),
  }));
  return JSON.stringify(sorted({ format: FORMAT, version: VERSION, conversations }), null, 1) + "\n";
}

// Throws Error that says what is wrong with the file.
export function fromJson(text: string): Whole[] {
  let file: { format?: unknown; version?: unknown; conversations?: unknown };
  try {
    file = JSON.parse(text) as typeof file;
  } catch {
    throw new Error("This is no JSON file.");
  }
  if (file?.format !== FORMAT || !Array.isArray(file.conversations)) throw new Error("This is no export of this chat.");
  if (file.version !== VERSION) throw new Error(`This file has version ${String(file.version)}; this page reads version ${VERSION}.`);
  return file.conversations.map(wholeOf);
}

const isText = (value: unknown): value is string => typeof value === "string";

function wholeOf(value: unknown, index: number): Whole {
  const { messages, ...conversation } = value as Conversation & { messages: Message[] };
  const bad = (what: string) => new Error(`Conversation ${index + 1} of the file: ${what}.`);
  if (!isText(conversation.id) || !isText(conversation.title) || !Array.isArray(messages)) throw bad("id, title or messages are missing");
  if (typeof conversation.created !== "number" || typeof conversation.updated !== "number") throw bad("its times are no numbers");
  const byId = new Map(messages.map((m) => [m.id, m]));
  for (const m of messages) {
    if (!isText(m.id) || !isText(m.content) || (m.role !== "user" && m.role !== "assistant") || typeof m.created !== "number")
      throw bad("a message is damaged");
    if (m.conversation !== conversation.id || (m.parent !== null && !byId.has(m.parent))) throw bad("a message belongs nowhere");
    if (m.thinking !== undefined && !isText(m.thinking)) throw bad("a thinking is no text");
    if (rootless(byId, m)) throw bad("its messages go round in a circle");
  }
  if (conversation.leaf !== null && !byId.has(conversation.leaf)) throw bad("its last message is missing");
  if (typeof conversation.settings !== "object" || conversation.settings === null) conversation.settings = defaultSettings;
  return { conversation, messages };
}

function rootless(byId: Map<string, Message>, from: Message): boolean {
  let at: Message | undefined = from;
  for (let steps = 0; at; at = at.parent === null ? undefined : byId.get(at.parent)) if (++steps > byId.size) return true;
  return false;
}
