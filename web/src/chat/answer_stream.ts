// The chunks of one answer, applied to the message they make up. Knows nothing of the page.
import type { Message, Standing, StreamPlace, ThinkingEnd } from "./model";

export interface Progress {
  processed: number;
  total: number;
  ahead: number | null; // requests before it in the queue; null: it runs
}

export type Phase = "asking" | "waiting" | "reading" | "thinking" | "answering" | "ended";

interface Timings {
  cache_n: number;
  prompt_n: number;
  predicted_n: number;
  predicted_ms: number;
  thinking_n: number;
  thinking_ms: number;
  thinking_end: ThinkingEnd | null;
}

interface Chunk {
  id?: string;
  model?: string;
  seed?: number;
  choices?: {
    delta?: { reasoning_content?: string; reasoning?: string; content?: string | null };
    token_ids?: number[];
    finish_reason?: string | null;
  }[];
  usage?: {
    prompt_tokens: number;
    completion_tokens: number;
    prompt_tokens_details?: { cached_tokens: number };
    completion_tokens_details?: { reasoning_tokens: number };
  } | null;
  timings?: Timings;
  prompt_progress?: { total: number; processed: number; queue_position?: number };
  consensus?: Standing;
  error?: { message?: string };
}

// Of an event's id, "ANSWER:NUMBER"; null where the answer is not kept for who comes back.
export function placeOf(eventId: string) {
  const colon = eventId.lastIndexOf(":");
  return colon > 0 ? { id: eventId.slice(0, colon), event: Number(eventId.slice(colon + 1)) } : null;
}

export class AnswerStream {
  phase: Phase = "asking";
  progress: Progress | null = null;
  private finish = "";
  private readonly before: StreamPlace["before"];

  // message: changed in place.
  constructor(readonly message: Message) {
    const { tokens = 0, ms = 0, thinkingTokens = 0, thinkingMs = 0 } = message;
    this.before = message.stream?.before ?? { tokens, ms, thinkingTokens, thinkingMs };
    if (message.content) this.phase = "answering";
    else if (message.thinking) this.phase = "thinking";
  }

  get ended(): boolean {
    return this.phase === "ended";
  }

  // data: of one event. eventId: "ANSWER:NUMBER". Throws Error with the server's words if it failed in the middle.
  push(data: string, eventId: string) {
    const place = placeOf(eventId);
    if (place) this.message.stream = { ...place, before: this.before };
    if (data === "[DONE]") return this.end();
    const chunk = JSON.parse(data) as Chunk;
    if (chunk.error) throw new Error(chunk.error.message ?? "The server failed.");
    const message = this.message;
    if (chunk.model) message.model = chunk.model;
    if (chunk.seed !== undefined) message.seed = chunk.seed;
    if (chunk.prompt_progress) this.takeProgress(chunk.prompt_progress);
    if (chunk.consensus) message.standing = chunk.consensus;
    if (chunk.timings && !message.standing) this.takeTimings(chunk.timings); // of all chains together they say little
    const choice = chunk.choices?.[0];
    if (choice) {
      const thinking = choice.delta?.reasoning_content ?? choice.delta?.reasoning;
      const content = choice.delta?.content;
      if (thinking) message.thinking = (message.thinking ?? "") + thinking;
      if (content) message.content += content;
      if (thinking && !message.content) this.phase = "thinking";
      if (content) this.phase = "answering";
      if (choice.token_ids?.length) (message.tokenIds ??= []).push(...choice.token_ids);
      if (choice.finish_reason) this.finish = choice.finish_reason;
    }
    if (chunk.usage) {
      message.promptTokens = chunk.usage.prompt_tokens;
      message.cachedTokens = chunk.usage.prompt_tokens_details?.cached_tokens ?? 0;
      if (!message.standing) message.tokens = this.before.tokens + chunk.usage.completion_tokens;
      else message.tokens = chunk.usage.completion_tokens;
    }
  }

  private takeProgress(told: NonNullable<Chunk["prompt_progress"]>) {
    this.progress = { processed: told.processed, total: told.total, ahead: told.queue_position ?? null };
    this.phase = told.queue_position === undefined ? "reading" : "waiting";
  }

  private takeTimings(told: Timings) {
    const message = this.message;
    message.tokens = this.before.tokens + told.predicted_n;
    message.ms = this.before.ms + told.predicted_ms;
    message.thinkingTokens = this.before.thinkingTokens + told.thinking_n;
    message.thinkingMs = this.before.thinkingMs + told.thinking_ms;
    if (told.thinking_end) message.thinkingEnd = told.thinking_end;
  }

  private end() {
    this.phase = "ended";
    const message = this.message;
    message.state = this.finish === "length" ? "length" : "done";
    delete message.stream;
  }
}
