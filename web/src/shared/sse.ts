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

// Throws TypeError or AbortError where the connection breaks.
export async function* readEvents(response: Response): AsyncGenerator<SseEvent> {
  const parser = new SseParser();
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
