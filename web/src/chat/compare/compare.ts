// One prompt, several ways to answer it, at the same time: thinking off and on, or other budgets. Nothing of it is kept.
import { signal } from "@preact/signals";

import { api, ApiFailure, textOfError } from "../../shared/api";
import { readEvents } from "../../shared/sse";
import { stored } from "../../shared/stored";
import { AnswerStream, type Phase } from "../answer_stream";
import { settings } from "../history";
import type { Message } from "../model";
import { bodyOf } from "../request";
import { stopStream, stopStreamOf } from "../runs";
import { say } from "../status";

export interface Column {
  id: number;
  budget: number;
  message: Message | null;
  phase: Phase;
  failure: string;
}

export const budgets = stored<number[]>("compare", [0, -1]);
export const sameSeed = stored("compare-seed", true);
export const columns = signal<Column[]>([]);
export const comparing = signal(false);
let abort: AbortController | null = null;

export function compare(prompt: string) {
  stopCompare();
  abort = new AbortController();
  comparing.value = true;
  columns.value = budgets.peek().map((budget, id) => ({ id, budget, message: null, phase: "asking", failure: "" }));
  const seed = sameSeed.peek() ? (settings.peek().seed ?? Math.floor(Math.random() * 2 ** 31)) : undefined;
  const signalOfAll = abort.signal;
  void Promise.all(columns.peek().map((column) => run(column, prompt, seed, signalOfAll))).then(() => {
    if (signalOfAll.aborted) return;
    comparing.value = false;
    say("All answers are complete");
  });
}

export function stopCompare() {
  abort?.abort();
  comparing.value = false;
}

function update(id: number, change: Partial<Column>) {
  columns.value = columns.peek().map((c) => (c.id === id ? { ...c, ...change } : c));
}

async function run(column: Column, prompt: string, seed: number | undefined, aborted: AbortSignal) {
  const question: Message = { id: "q", conversation: "", parent: null, role: "user", created: 0, content: prompt };
  const message: Message = {
    ...question,
    id: `a${column.id}`,
    role: "assistant",
    content: "",
    thinking: "",
    state: "streaming",
    budget: column.budget,
  };
  const stream = new AnswerStream(message);
  const connection = new AbortController();
  let frame = 0;
  const show = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      update(column.id, { message: { ...message }, phase: stream.phase });
    });
  };
  const end = () => {
    aborted.removeEventListener("abort", stop);
    cancelAnimationFrame(frame);
    update(column.id, { message: { ...message }, phase: "ended" });
  };
  const stop = () => {
    message.state = "stopped";
    end();
    if (!message.stream) return; // its first event says which one to stop
    connection.abort();
    stopStream(message.stream.id);
  };
  aborted.addEventListener("abort", stop);
  try {
    const body = bodyOf({ path: [question], settings: { ...settings.peek(), budget: column.budget, consensus: 0 }, seed });
    const response = await api("v1/chat/completions", { body, signal: connection.signal });
    for await (const event of readEvents(response)) {
      if (aborted.aborted) {
        if (!message.stream) stopStreamOf(event.id);
        return;
      }
      stream.push(event.data, event.id);
      show();
    }
    if (!stream.ended) throw new ApiFailure(0, "broken", "The connection broke.");
  } catch (error) {
    if (aborted.aborted) return; // other columns may stand there by now
    update(column.id, { failure: textOfError(error) });
  }
  end();
}
