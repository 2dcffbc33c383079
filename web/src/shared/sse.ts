// Server-sent events of a fetch response, as they come. https://html.spec.whatwg.org/multipage/server-sent-events.html
export interface SseEvent {
  id: string; // of this event, or the last one before it that had any
  data: string;
}

// Splits text into events; pieces may end anywhere.
export class SseParser {
  private rest = "";
  private data: string[] = [];
  private id = "";

  push(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop()!;
    for (const line of lines) {
      if (line === "") {
        if (this.data.length > 0) events.push({ id: this.id, data: this.data.join("\n") });
        this.data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") this.data.push(value);
      else if (field === "id") this.id = value;
    }
    return events;
  }
}

const SLICE_MS = 8;

// A turn of the event loop, without the pause that timers make.
const turns = new MessageChannel();
const waiting: (() => void)[] = [];
turns.port1.onmessage = () => waiting.shift()?.();

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    turns.port2.postMessage(null);
  });
}

// Throws TypeError or AbortError where the connection breaks.
export async function* readEvents(response: Response): AsyncGenerator<SseEvent> {
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const reader = response.body!.getReader();
  try {
    for (let sliceEnd = performance.now() + SLICE_MS; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        // What has piled up is not worked off at one go: the page answers in between.
        if (performance.now() > sliceEnd) {
          await nextTask();
          sliceEnd = performance.now() + SLICE_MS;
        }
        yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
