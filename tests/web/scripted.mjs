// r1 serve with words of our own: the pages and all else come from a real server, answers from a script. For what the small model
// cannot be made to say.
import http from "node:http";

// script(answer, request): an async function that sends the answer; request: the body that was asked with.
export async function scripted(t, real, script) {
  const running = new Map(); // answers, by the id of their stream
  const state = { script, requests: [], controls: [], stopped: [], open: 0, fail: null, begin: null }; // begin: a promise to wait for
  const server = http.createServer(async (request, response) => {
    response.on("error", () => {});
    if (state.fail) {
      const failed = state.fail(request);
      if (failed) {
        response.writeHead(failed.status, { "content-type": "application/json", ...failed.headers });
        return response.end(
          JSON.stringify({ error: { message: failed.message, type: "server_error", param: null, code: failed.code ?? null } }),
        );
      }
    }
    const path = new URL(request.url, real).pathname;
    if (path === "/v1/chat/completions") {
      const body = JSON.parse(await read(request));
      state.requests.push(body);
      await state.begin;
      ++state.open;
      const answer = new Answer(response, body);
      running.set(answer.stream, answer);
      response.on("close", () => (--state.open, (answer.gone = true)));
      try {
        await state.script(answer, body);
      } catch (error) {
        if (!answer.gone) throw error;
      }
      return response.end();
    }
    if (path === "/v1/chat/completions/control") {
      state.controls.push(JSON.parse(await read(request)));
      response.writeHead(200, { "content-type": "application/json" });
      return response.end('{"success":true}');
    }
    if (path === "/v1/stream" && request.method === "DELETE") {
      const id = new URL(request.url, real).searchParams.get("id");
      state.stopped.push(id);
      running.get(id)?.stop();
      response.writeHead(204);
      return response.end();
    }
    const passed = http.request(
      new URL(request.url, real),
      { method: request.method, headers: { ...request.headers, host: new URL(real).host } },
      (from) => {
        response.writeHead(from.statusCode, from.headers);
        from.pipe(response);
      },
    );
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  state.url = `http://127.0.0.1:${server.address().port}/`;
  state.close = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  return state;
}

async function read(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let number = 0;

class Answer {
  constructor(response, body) {
    this.response = response;
    this.body = body;
    this.stream = `script${++number}`; // its id there
    this.id = `chatcmpl-${this.stream}`;
    this.event = 0;
    this.timings = {
      queue_ms: 0,
      cache_n: 0,
      prompt_n: 20,
      prompt_ms: 1,
      predicted_n: 0,
      predicted_ms: 0,
      predicted_per_second: 0,
      thinking_n: 0,
      thinking_ms: 0,
      thinking_end: null,
    };
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    this.send({ choices: [{ index: 0, delta: { role: "assistant", content: null }, finish_reason: null }], seed: body.seed ?? 7 });
  }
  send(members) {
    const chunk = { id: this.id, object: "chat.completion.chunk", created: 1, model: "scripted", ...members };
    return this.raw(JSON.stringify(chunk));
  }
  // As r1 serve does it: a browser may keep the connection of a request that was aborted.
  stop() {
    this.gone = true;
    this.response.end();
  }
  raw(data) {
    if (this.gone) throw new Error("the client left");
    this.response.write(`id: ${this.stream}:${this.event++}\ndata: ${data}\n\n`);
  }
  progress(processed, total, queue_position) {
    this.send({
      choices: [],
      prompt_progress: { total, cache: 0, processed, time_ms: 1, ...(queue_position === undefined ? {} : { queue_position }) },
    });
  }
  // tokens, ms: what they cost, by the server's clock.
  think(text, tokens = 1, ms = 10) {
    this.timings.predicted_n += tokens;
    this.timings.thinking_n += tokens;
    this.timings.predicted_ms += ms;
    this.timings.thinking_ms += ms;
    this.delta({ reasoning_content: text }, tokens);
  }
  thought(end) {
    this.timings.thinking_end = end;
  }
  say(text, tokens = 1, ms = 10) {
    if (this.timings.thinking_n > 0) this.timings.thinking_end ??= "natural";
    this.timings.predicted_n += tokens;
    this.timings.predicted_ms += ms;
    this.delta({ content: text }, tokens);
  }
  delta(delta, tokens) {
    this.send({ choices: [{ index: 0, delta, token_ids: Array(tokens).fill(5), finish_reason: null }], timings: { ...this.timings } });
  }
  finish(reason = "stop") {
    this.send({ choices: [{ index: 0, delta: {}, finish_reason: reason }], timings: { ...this.timings } });
    this.send({
      choices: [],
      usage: {
        prompt_tokens: 20,
        completion_tokens: this.timings.predicted_n,
        total_tokens: 0,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: this.timings.thinking_n },
      },
    });
    this.raw("[DONE]");
  }
}
