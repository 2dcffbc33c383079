// From the path of messages and the settings to the body of a request.
import type { Message, Settings } from "./model";

export interface Continuation {
  thinking: string;
  content: string;
  open: boolean; // it goes on inside the thinking
}

export interface Ask {
  path: Message[]; // ends with the user's message that is to be answered
  settings: Settings;
  begun?: Continuation; // the answer goes on from here
  fork?: { token_ids: number[]; inject?: string };
  seed?: number;
}

export function bodyOf({ path, settings, begun, fork, seed }: Ask): Record<string, unknown> {
  const messages: Record<string, unknown>[] = [];
  if (settings.system.trim()) messages.push({ role: "system", content: settings.system });
  for (const message of path) messages.push({ role: message.role, content: message.content });
  if (begun) {
    messages.push(
      begun.open
        ? { role: "assistant", content: "", reasoning_content: begun.thinking, reasoning_open: true }
        : { role: "assistant", content: begun.content, reasoning_content: begun.thinking },
    );
  }
  const body: Record<string, unknown> = {
    messages,
    stream: true,
    stream_options: { include_usage: true },
    timings_per_token: true,
    return_progress: true,
    resumable: true,
  };
  if (begun && !begun.open) body["continue_final_message"] = true;
  if (settings.consensus > 1 && !begun && !fork) body["consensus"] = { k: settings.consensus };
  else body["return_token_ids"] = true;
  if (fork) body["fork"] = { token_ids: fork.token_ids, at_token: fork.token_ids.length, ...(fork.inject ? { inject: fork.inject } : {}) };
  if (settings.budget >= 0) body["thinking_budget_tokens"] = settings.budget;
  if (settings.temperature !== null) body["temperature"] = settings.temperature;
  if (settings.topP !== null) body["top_p"] = settings.topP;
  if (settings.maxTokens !== null) body["max_tokens"] = settings.maxTokens;
  const used = seed ?? settings.seed;
  if (used !== null && used !== undefined) body["seed"] = used;
  return body;
}
