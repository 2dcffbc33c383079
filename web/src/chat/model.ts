// Conversations as they are kept: a tree of messages, of which one path is shown. Every edit and every new answer is a new branch;
// nothing is overwritten. This is also the form of the JSON export, so fields are only ever added.

export type ThinkingEnd = "natural" | "budget" | "reserve" | "loop" | "requested" | "unfinished";

// How an answer came to its end. "streaming": it has not.
export type AnswerState = "streaming" | "done" | "stopped" | "length" | "failed";

export interface Standing {
  k: number;
  answer: string | null;
  chain: number | null;
  decided: boolean;
  margin: number;
  votes: { answer: string; count: number; chains: number[] }[];
  finished: number;
  no_answer: number;
  cancelled: number;
  tokens: number[];
  tokens_saved: number;
}

export interface Message {
  id: string;
  conversation: string;
  parent: string | null;
  role: "user" | "assistant";
  created: number; // ms since 1970
  content: string;
  // Of answers:
  thinking?: string;
  state?: AnswerState;
  thinkingEnd?: ThinkingEnd | null;
  thinkingMs?: number; // by the server's clock
  thinkingTokens?: number;
  tokens?: number;
  ms?: number; // from the first token to the last
  promptTokens?: number;
  cachedTokens?: number;
  seed?: number;
  model?: string;
  budget?: number; // that it was asked with; -1 none
  tokenIds?: number[]; // those that the server drew, behind `begun`
  begun?: { thinking: string; content: string; open: boolean }; // the text that it was given to go on from
  edited?: boolean; // the answer is the reader's own
  panel?: "open" | "closed"; // what the reader chose for the thinking
  standing?: Standing;
  failure?: string;
  stream?: StreamPlace; // while it streams
}

// Where to take a stream up again, and what the message had before it began.
export interface StreamPlace {
  id: string;
  event: number;
  before: { tokens: number; ms: number; thinkingTokens: number; thinkingMs: number };
}

export interface Settings {
  system: string;
  temperature: number | null; // null: the model's own
  topP: number | null;
  maxTokens: number | null;
  budget: number; // tokens of thinking; -1: no budget, 0: no thinking
  seed: number | null; // null: another one each time
  consensus: number; // chains that vote; 0: no vote
}

export const defaultSettings: Settings = {
  system: "",
  temperature: null,
  topP: null,
  maxTokens: null,
  budget: -1,
  seed: null,
  consensus: 0,
};

export interface Conversation {
  id: string;
  title: string;
  created: number;
  updated: number;
  leaf: string | null; // the last message of the path that is shown
  settings: Settings;
}

export type Tree = ReadonlyMap<string, Message>;

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((b) => b.toString(36).padStart(2, "0")).join("");
}

// From the first message to `leaf`.
export function pathTo(tree: Tree, leaf: string | null): Message[] {
  const path: Message[] = [];
  for (let at = leaf === null ? undefined : tree.get(leaf); at; at = at.parent === null ? undefined : tree.get(at.parent)) path.push(at);
  return path.reverse();
}

export const byAge = (a: Message, b: Message) => a.created - b.created || (a.id < b.id ? -1 : 1); // the oldest first

// By parent: the messages that answer the same one, the oldest first.
export function families(tree: Tree): Map<string | null, Message[]> {
  const families = new Map<string | null, Message[]>();
  for (const message of tree.values()) {
    const family = families.get(message.parent);
    if (family) family.push(message);
    else families.set(message.parent, [message]);
  }
  for (const family of families.values()) family.sort(byAge);
  return families;
}

// The end of the path through `message` on which something was said last.
export function leafBelow(tree: Tree, message: Message): string {
  let newest = message;
  const childrenOf = families(tree);
  const visit = (at: Message) => {
    const below = childrenOf.get(at.id) ?? [];
    if (below.length === 0 && (newest === message || at.created > newest.created)) newest = at;
    below.forEach(visit);
  };
  visit(message);
  return newest.id;
}

export function titleOf(text: string): string {
  const line = text.trim().split("\n", 1)[0]!.replace(/\s+/g, " ");
  const characters = [...line];
  return characters.length > 60 ? characters.slice(0, 57).join("") + "…" : line || "New chat";
}

export const words = (text: string) => {
  // Chinese and Japanese have no spaces; browsers know their words.
  const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;
  if (!segmenter) return text.split(/\s+/).filter(Boolean).length;
  let count = 0;
  for (const part of segmenter.segment(text)) count += part.isWordLike ? 1 : 0;
  return count;
};
