// What one can do with a conversation. Each makes a branch and asks for an answer.
import { batch } from "@preact/signals";

import { current, newMessage, path, putMessage, say, settings, tree, updateConversation } from "./history";
import { pathTo, type Message, type Settings } from "./model";
import type { Ask } from "./request";
import { begin } from "./runs";

function answer(question: Message, ask: Partial<Ask>, fields: Partial<Message> = {}, used: Settings = settings.peek()) {
  const message = newMessage(question.id, {
    role: "assistant",
    content: "",
    thinking: "",
    state: "streaming",
    budget: used.budget,
    ...fields,
  });
  // At once: nobody shall see a message that streams without a stream.
  batch(() => {
    putMessage(message);
    updateConversation({ leaf: message.id });
    begin(message, { path: pathTo(tree.peek(), question.id), settings: used, ...ask });
  });
}

export function send(text: string) {
  answer(say(text, current.peek()?.leaf ?? null), {});
}

export function editQuestion(message: Message, text: string) {
  answer(say(text, message.parent), {});
}

const questionOf = (message: Message) => tree.peek().get(message.parent ?? "")!;

// Another answer to the same question, drawn anew, or with other settings.
export function regenerate(message: Message, change: Partial<Settings> = {}) {
  const used = { ...settings.peek(), ...change };
  // The same seed would give the same answer.
  const seed = used.seed !== null && Object.keys(change).length === 0 ? (message.seed ?? used.seed) + 1 : undefined;
  answer(questionOf(message), { seed }, {}, used);
}

// The reader's own words in place of the model's.
export function editAnswer(message: Message, text: string) {
  const { thinking, thinkingMs, thinkingTokens, thinkingEnd, model } = message;
  const edited = newMessage(message.parent, {
    role: "assistant",
    content: text,
    thinking,
    thinkingMs,
    thinkingTokens,
    thinkingEnd,
    model,
    state: "done",
    edited: true,
  });
  putMessage(edited);
  updateConversation({ leaf: edited.id });
}

// The model goes on from thinking that the reader has changed.
export function goOnFromThinking(message: Message, thinking: string) {
  const begun = { thinking, content: "", open: true };
  answer(questionOf(message), { begun }, { thinking, begun });
}

// The model goes on where it stopped: from its own tokens where they are known, to the bit; else from its text.
export function goOn(message: Message) {
  const { thinking = "", content, thinkingMs, thinkingTokens, tokens, ms } = message;
  const so_far = { thinking, content, thinkingMs, thinkingTokens, tokens, ms };
  // A limit of the length that was too low before would be so again.
  const used: Settings = { ...settings.peek(), maxTokens: null };
  if (message.tokenIds?.length && !message.edited) {
    answer(
      questionOf(message),
      { begun: message.begun, fork: { token_ids: message.tokenIds }, seed: message.seed },
      { ...so_far, begun: message.begun, tokenIds: message.tokenIds },
      used,
    );
    return;
  }
  const begun = { thinking, content, open: content === "" };
  answer(questionOf(message), { begun }, { ...so_far, begun }, used);
}

export interface BranchPoint {
  tokens: number; // how many of message.tokenIds stay
  thinking: string; // what they say
  content: string;
  inject: string; // what the reader adds
  sameSeed: boolean; // with nothing added, it says again what it said
}

// Goes on from any token of an answer, with words of the reader's or another draw.
export function branch(message: Message, at: BranchPoint) {
  const token_ids = message.tokenIds!.slice(0, at.tokens);
  const inThinking = at.content === "";
  const inject = at.inject;
  const used = settings.peek().seed;
  const seed = at.sameSeed ? message.seed : used === null ? undefined : used + 1;
  // What was added has no ids that we know: the new branch begins with text.
  const begun = inThinking
    ? { thinking: at.thinking + inject, content: "", open: true }
    : { thinking: at.thinking, content: at.content + inject, open: false };
  const fields: Partial<Message> = { thinking: begun.thinking, content: begun.content };
  if (inject) answer(questionOf(message), { begun: message.begun, fork: { token_ids, inject }, seed }, { ...fields, begun });
  else
    answer(
      questionOf(message),
      { begun: message.begun, fork: { token_ids }, seed },
      { ...fields, begun: message.begun, tokenIds: token_ids },
    );
}

// The last message that the reader wrote on the path that is shown.
export const lastQuestion = () => path.peek().findLast((m) => m.role === "user");
