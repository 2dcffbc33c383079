// Answers that are on their way, one per message: begun, followed, stopped, taken up again after a break or a reload.
import { signal, type Signal } from "@preact/signals";

import { api, ApiFailure, postJson, textOfError } from "../shared/api";
import { atNextFrame } from "../shared/frame";
import { readEvents } from "../shared/sse";
import { AnswerStream, type Phase, placeOf, type Progress } from "./answer_stream";
import { current, putMessage, updateConversation } from "./history";
import { type Message, words } from "./model";
import { bodyOf, type Ask } from "./request";
import { tellTrouble, trouble } from "./server";
import { say } from "./status";

const KEEP_MS = 500; // how often a message that grows is kept
const ATTEMPTS = 5; // to take up a stream that broke

export interface Run {
  message: Message; // grows in place; what is drawn is a copy of it, once a frame
  phase: Signal<Phase>;
  progress: Signal<Progress | null>;
  abort: AbortController;
  stopped: boolean;
  ending: Signal<boolean>; // "Answer now" was asked for
}

export const runs = signal<ReadonlyMap<string, Run>>(new Map()); // by message

function setRun(id: string, run: Run | null) {
  const next = new Map(runs.peek());
  if (run) next.set(id, run);
  else next.delete(id);
  runs.value = next;
}

export const runningHere = () => [...runs.value.values()].find((run) => run.message.conversation === current.value?.id);

// Asks for an answer, which `message` becomes. It has been put into the tree.
export function begin(message: Message, ask: Ask) {
  void follow(message, (abort) => api("v1/chat/completions", { body: bodyOf(ask), signal: abort }));
}

// After a reload: goes on with what was on its way. One tab does, if several show the conversation.
export async function takeUp(message: Message) {
  if (runs.peek().has(message.id)) return;
  if (!message.stream) return finish(message, "stopped", "It was interrupted before it began.");
  const work = () => follow(message, null);
  if (!navigator.locks) return work();
  await navigator.locks.request("r1-answer-" + message.id, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}

function finish(message: Message, state: Message["state"], failure?: string) {
  const ended: Message = { ...message, state, failure };
  delete ended.stream;
  putMessage(ended);
}

async function follow(given: Message, connect: ((abort: AbortSignal) => Promise<Response>) | null) {
  const message: Message = { ...given, tokenIds: given.tokenIds ? [...given.tokenIds] : undefined };
  const stream = new AnswerStream(message);
  const run: Run = {
    message,
    phase: signal(stream.phase),
    progress: signal(null),
    abort: new AbortController(),
    stopped: false,
    ending: signal(false),
  };
  setRun(message.id, run);
  const show = framewise(run, stream);
  try {
    let next = connect;
    for (let attempt = 0; !stream.ended;) {
      try {
        const response = await (next ? next(run.abort.signal) : again(message, run.abort.signal));
        next = null;
        for await (const event of readEvents(response)) {
          if (run.stopped) {
            if (!message.stream) stopStreamOf(event.id);
            break;
          }
          stream.push(event.data, event.id);
          attempt = 0;
          show();
        }
        if (run.stopped || stream.ended) break;
        throw new ApiFailure(0, "broken", "The connection broke.");
      } catch (error) {
        if (run.stopped) break;
        if (!message.stream || !isBreak(error) || ++attempt > ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
      }
    }
    if (run.stopped) finish(message, "stopped");
    else finish(message, message.state);
    say(run.stopped ? "Stopped" : `Done, ${words(message.content)} words`);
  } catch (error) {
    const why = textOfError(error);
    if (!tellTrouble(error)) say(`Error: ${why}`, true);
    finish(message, "failed", lost(error) ? "The connection broke, and the server no longer has the rest." : why);
  } finally {
    show.end();
    setRun(message.id, null);
    if (current.peek()?.id === message.conversation) updateConversation({ updated: Date.now() });
  }
}

const isBreak = (error: unknown) =>
  error instanceof TypeError || (error instanceof ApiFailure && (error.status === 0 || error.code === "stream_not_begun"));
const lost = (error: unknown) => error instanceof ApiFailure && (error.status === 404 || error.status === 410);

function again(message: Message, abort: AbortSignal): Promise<Response> {
  return api("v1/stream", { headers: { "last-event-id": `${message.stream!.id}:${message.stream!.event}` }, signal: abort });
}

// Shows the message at most once a frame, and keeps it now and then.
function framewise(run: Run, stream: AnswerStream) {
  let cancel: (() => void) | null = null;
  let keptAt = 0;
  const draw = () => {
    cancel = null;
    if (run.stopped || stream.phase === "ended") return; // finish() shows the last
    if (run.phase.peek() !== stream.phase)
      say({ asking: "", waiting: "Waiting", reading: "Reading", thinking: "Thinking", answering: "Answering" }[stream.phase]);
    run.phase.value = stream.phase;
    run.progress.value = stream.progress;
    const now = Date.now();
    const keep = now - keptAt > KEEP_MS;
    if (keep) keptAt = now;
    putMessage({ ...run.message }, keep);
    if (trouble.peek()) trouble.value = null;
  };
  const show = () => {
    cancel ??= atNextFrame(draw);
  };
  show.end = () => cancel?.();
  return show;
}

// At once, for the reader; the server is told to stop and frees the place.
export function stop(run: Run | undefined) {
  if (!run || run.stopped) return;
  run.stopped = true;
  const id = run.message.stream?.id;
  finish(run.message, "stopped");
  setRun(run.message.id, null);
  if (!id) return; // its first event says which one to stop: a stream whose client just leaves is waited for
  run.abort.abort();
  stopStream(id);
}

// Frees the server's place.
export function stopStream(id: string) {
  api(`v1/stream?id=${encodeURIComponent(id)}`, { method: "DELETE", keepalive: true }).catch(() => {}); // it may have ended meanwhile
}

// The same for a stream that was stopped before the page knew its id: an event of it tells.
export function stopStreamOf(eventId: string) {
  const place = placeOf(eventId);
  if (place) stopStream(place.id);
}

// Ends the thinking of an answer that is on its way.
export async function answerNow(run: Run) {
  const id = run.message.stream?.id;
  if (!id) return;
  run.ending.value = true;
  try {
    const told = await postJson<{ success: boolean }>("v1/chat/completions/control", { id, action: "reasoning_end" });
    run.ending.value = told.success;
  } catch {
    run.ending.value = false;
  }
}
