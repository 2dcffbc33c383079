// What the page knows of its server: the model, its context, the parameters that its makers recommend.
import { signal } from "@preact/signals";

import { ApiFailure, getJson, postJson } from "../shared/api";

export interface ServerInfo {
  model: string;
  contextTokens: number;
  temperature: number;
  topP: number;
  maxTokens: number; // -1: up to the end of the context
  thinkTags: [open: string, close: string];
}

export const server = signal<ServerInfo | null>(null);
// What stands above the conversation while the server cannot be asked. retryAt: ms since 1970, when the page tries again by itself.
export const trouble = signal<{ text: string; retryAt: number | null } | null>(null);

interface Props {
  model_alias: string;
  think_tags?: [string, string];
  default_generation_settings: { n_ctx: number; params: { temperature: number; top_p: number; max_tokens: number } };
}

export async function askServer(): Promise<boolean> {
  try {
    const props = await getJson<Props>("props");
    const { n_ctx, params } = props.default_generation_settings;
    const round = (x: number) => Math.round(x * 1000) / 1000; // 0.6 is 0.60000002 in f32
    server.value = {
      model: props.model_alias,
      contextTokens: n_ctx,
      temperature: round(params.temperature),
      topP: round(params.top_p),
      maxTokens: params.max_tokens,
      thinkTags: props.think_tags ?? ["<think>", "</think>"],
    };
    trouble.value = null;
    return true;
  } catch (error) {
    tellTrouble(error);
    return false;
  }
}

let timer = 0;

// 503 and no answer at all concern the whole page; all else concerns one message.
export function tellTrouble(error: unknown): boolean {
  if (!(error instanceof ApiFailure) || (error.status !== 0 && error.status !== 503)) return false;
  const waitS = error.retryAfterS ?? 5;
  trouble.value = {
    text: error.status === 503 ? `The server is not ready: ${error.message}.` : "The server does not answer. What is written here is kept.",
    retryAt: Date.now() + 1000 * waitS,
  };
  clearTimeout(timer);
  timer = window.setTimeout(() => void askServer(), 1000 * waitS);
  return true;
}

export function retryNow() {
  clearTimeout(timer);
  if (trouble.peek()) trouble.value = { ...trouble.peek()!, retryAt: null };
  void askServer();
}

// Tokens of a text, as the model sees them.
export async function countTokens(text: string, signal?: AbortSignal): Promise<number> {
  return (await postJson<{ tokens: number[] }>("tokenize", { content: text }, signal)).tokens.length;
}

export async function textOf(tokens: number[], signal?: AbortSignal): Promise<string> {
  return (await postJson<{ content: string }>("detokenize", { tokens }, signal)).content;
}
