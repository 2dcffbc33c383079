// Search through titles, questions, answers and thinking, without regard to case and accents.
import { conversations } from "./history";
import type { Conversation } from "./model";
import { allMessages } from "./store";

export interface Found {
  conversation: Conversation;
  before: string;
  hit: string;
  after: string;
}

// One character for one, so that places in the folded text are places in the text.
const fold = (text: string) =>
  [...text]
    .map((c) => {
      const f = c.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
      return f.length === c.length ? f : c;
    })
    .join("");

const AROUND = 40; // characters

export async function search(query: string): Promise<Found[]> {
  const wanted = fold(query.trim());
  const texts = new Map<string, string[]>();
  for (const c of conversations.peek()) texts.set(c.id, [c.title]);
  try {
    for (const m of await allMessages()) texts.get(m.conversation)?.push(m.content, m.thinking ?? "");
  } catch {
    // titles alone
  }
  const found: Found[] = [];
  for (const conversation of conversations.peek()) {
    for (const text of texts.get(conversation.id) ?? []) {
      const at = fold(text).indexOf(wanted);
      if (at < 0) continue;
      const begin = Math.max(0, at - AROUND);
      found.push({
        conversation,
        before: (begin > 0 ? "…" : "") + text.slice(begin, at),
        hit: text.slice(at, at + wanted.length),
        after: text.slice(at + wanted.length, at + wanted.length + AROUND),
      });
      break;
    }
  }
  return found;
}
