// Conversations: stopped, continued, branched, taken up after a reload, exported and read back, kept, searched, deleted.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import {
  answers,
  ask,
  askAndWait,
  composer,
  done,
  eventually,
  kept,
  lastAnswer,
  openPage,
  PATIENT,
  QUESTION,
  REAL,
  running,
  setting,
  toggle,
} from "./harness.mjs";
import { scripted, sleep } from "./scripted.mjs";

const endless = (page) =>
  page.route("**/v1/chat/completions", async (route) => {
    const body = {
      ...route.request().postDataJSON(),
      min_thinking_tokens: 1000000,
      ignore_eos: true,
      loop_guard: 0,
      max_tokens: 100000,
      seed: 5,
    };
    await route.continue({ postData: JSON.stringify(body) });
  });

test("Stop is instant, frees the place on the server, and keeps what came", async (t) => {
  const page = await openPage(t, PATIENT);
  await endless(page);
  await ask(page, QUESTION);
  await toggle(page).waitFor();
  await eventually(async () => assert.equal(await running(), 1));
  const busy = await page.evaluate(async () => {
    document.querySelector("button.send.stop").click();
    await new Promise((resolve) => setTimeout(resolve)); // one turn of the event loop
    return document.querySelector("article.answer").getAttribute("aria-busy");
  });
  assert.equal(busy, "false");
  await eventually(async () => assert.equal(await running(), 0));
  const stopped = await eventually(async () => {
    const message = (await kept(page)).find((m) => m.role === "assistant");
    assert.equal(message.state, "stopped");
    return message;
  });
  assert.ok(stopped.thinking.length > 0);
  await lastAnswer(page).getByText("You stopped it while it was thinking.").waitFor();
});

test("Stop leaves a draft where it is", async (t) => {
  const page = await openPage(t, PATIENT);
  await endless(page);
  await ask(page, QUESTION);
  await toggle(page).waitFor();
  await composer(page).fill("and the next question");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await lastAnswer(page).getByText("You stopped it while it was thinking.").waitFor();
  await sleep(200);
  assert.equal(await composer(page).inputValue(), "and the next question");
  assert.equal(await answers(page).count(), 1);
  await eventually(async () => assert.equal(await running(), 0));
});

test("Continue goes on inside the thinking, and inside the answer, to the token", async (t) => {
  const page = await openPage(t, REAL);
  await setting(page, "Seed", 11);
  await askAndWait(page, QUESTION);
  const whole = (await kept(page)).find((m) => m.role === "assistant");
  for (const limit of [6, whole.tokens - 3]) {
    await page.getByRole("button", { name: "New chat" }).click();
    await setting(page, "Most tokens of an answer", limit);
    await askAndWait(page, QUESTION);
    await lastAnswer(page).getByRole("button", { name: "Continue" }).click();
    await eventually(async () => assert.equal(await lastAnswer(page).locator(".branch-switch").innerText(), "2/2"));
    await done(page);
    const again = (await kept(page)).sort((a, b) => a.created - b.created).at(-1);
    const said = (m) => [m.thinking, m.content.trim(), m.tokenIds]; // white space around tags says nothing
    assert.deepEqual(said(again), said(whole), `cut at ${limit}`);
  }
});

test("regenerating, editing a question and editing an answer make branches that can be walked", async (t) => {
  let n = 0;
  const server = await scripted(t, REAL, async (answer, body) => {
    answer.say(`Answer ${++n} to ${body.messages.at(-1).content}`);
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await askAndWait(page, "one");
  await lastAnswer(page).getByRole("button", { name: "Regenerate" }).click();
  await page.getByText("Answer 2 to one").waitFor();
  await lastAnswer(page).getByRole("button", { name: "Regenerate" }).click();
  await page.getByText("Answer 3 to one").waitFor();
  const versions = () => lastAnswer(page).locator(".branch-switch");
  assert.equal(await versions().innerText(), "3/3");
  await versions().getByRole("button", { name: "Previous version" }).click();
  assert.equal(await versions().innerText(), "2/3");
  await page.getByText("Answer 2 to one").waitFor();
  await askAndWait(page, "more");
  assert.deepEqual(
    server.requests.at(-1).messages.map((m) => m.content),
    ["one", "Answer 2 to one", "more"],
  );
  // The question at the top, changed: a branch of its own; the old one is still there with all that followed.
  const first = page.locator("article.question").first();
  await first.hover();
  await first.getByRole("button", { name: "Edit message" }).click();
  await page.getByRole("textbox", { name: "Edit your message" }).fill("uno");
  await page.getByRole("textbox", { name: "Edit your message" }).press("Control+Enter");
  await page.getByText("Answer 5 to uno").waitFor();
  assert.equal(await answers(page).count(), 1);
  await page.locator("article.question .branch-switch").getByRole("button", { name: "Previous version" }).click();
  await page.getByText("Answer 4 to more").waitFor();
  assert.equal(await answers(page).count(), 2);
  await lastAnswer(page).getByRole("button", { name: "Edit answer" }).click();
  await page.getByRole("textbox", { name: "Edit the answer" }).fill("My own.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("My own.").waitFor();
  assert.equal(await versions().innerText(), "2/2");
  const messages = await kept(page);
  assert.ok(messages.every((m) => m.parent === null || messages.some((other) => other.id === m.parent)));
  await page.reload();
  await page.getByText("My own.").waitFor();
});

test("a reload in the middle of an answer takes the stream up again, without loss or repetition", async (t) => {
  const page = await openPage(t, PATIENT);
  await page.route("**/v1/chat/completions", async (route) => {
    const body = {
      ...route.request().postDataJSON(),
      min_thinking_tokens: 100000,
      ignore_eos: true,
      loop_guard: 0,
      max_tokens: 2500,
      seed: 5,
      temperature: 1,
    };
    await route.continue({ postData: JSON.stringify(body) });
  });
  await ask(page, QUESTION);
  await toggle(page).waitFor();
  for (let i = 0; i < 2; ++i) {
    await eventually(async () => assert.ok((await kept(page)).some((m) => (m.thinkingTokens ?? 0) > 20)));
    await page.reload();
    await lastAnswer(page).waitFor();
  }
  await page.waitForFunction(() => document.querySelector("article.answer")?.getAttribute("aria-busy") === "false");
  const message = (await kept(page)).find((m) => m.role === "assistant");
  const body = {
    messages: [{ role: "user", content: QUESTION }],
    min_thinking_tokens: 100000,
    ignore_eos: true,
    loop_guard: 0,
    max_tokens: 2500,
    seed: 5,
    temperature: 1,
    return_token_ids: true,
  };
  const alone = await (await fetch(PATIENT + "v1/chat/completions", { method: "POST", body: JSON.stringify(body) })).json();
  assert.equal(message.thinking, alone.choices[0].message.reasoning_content);
  assert.deepEqual(message.tokenIds, alone.choices[0].token_ids);
  assert.equal(message.tokens, alone.usage.completion_tokens);
});

test("a connection that breaks in the middle is taken up again", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("Half");
    await new Promise((resolve) => (server.go = resolve));
    answer.response.destroy();
  });
  const page = await openPage(t, server.url, { allow: /ERR_|Failed to load/ });
  await page.route("**/v1/stream", async (route) => {
    const last = route.request().headers()["last-event-id"];
    const [id, event] = last.split(":");
    const chunk = (members) => JSON.stringify({ id: "chatcmpl-" + id, choices: [], ...members });
    const rest = [
      chunk({ choices: [{ index: 0, delta: { reasoning_content: " and half." } }] }),
      chunk({ choices: [{ index: 0, delta: { content: "Whole." } }] }),
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
      "[DONE]",
    ];
    await route.fulfill({
      contentType: "text/event-stream",
      body: rest.map((data, i) => `id: ${id}:${Number(event) + 1 + i}\ndata: ${data}\n\n`).join(""),
    });
  });
  await ask(page, "Break");
  await lastAnswer(page).getByText("Half").waitFor();
  server.go();
  await page.getByText("Whole.").waitFor();
  await done(page);
  assert.equal((await kept(page)).find((m) => m.role === "assistant").thinking, "Half and half.");
});

test("the settings are sent, belong to the conversation, and can be reset", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.say("Yes.");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await askAndWait(page, "plain");
  const bare = server.requests.at(-1);
  for (const name of ["temperature", "top_p", "max_tokens", "seed", "thinking_budget_tokens"]) assert.ok(!(name in bare), name);
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Models of the R1 family answer best without one").waitFor();
  assert.equal(await dialog.getByLabel("Temperature").getAttribute("placeholder"), "0.6");
  await dialog.getByLabel("System prompt").fill("Be brief.");
  await dialog.getByLabel("Temperature").fill("0.3");
  await dialog.getByLabel("Top p").fill("0.8");
  await dialog.getByLabel("Most tokens").fill("77");
  await dialog.getByLabel("Seed").fill("9");
  await dialog.getByLabel("Budget of thinking").selectOption("512");
  await dialog.getByRole("button", { name: "Done" }).click();
  await askAndWait(page, "again");
  const sent = server.requests.at(-1);
  assert.deepEqual([sent.temperature, sent.top_p, sent.max_tokens, sent.seed, sent.thinking_budget_tokens], [0.3, 0.8, 77, 9, 512]);
  assert.deepEqual(sent.messages[0], { role: "system", content: "Be brief." });
  const [conversation] = await kept(page, "conversations");
  assert.equal(conversation.settings.temperature, 0.3);
  await page.reload();
  await lastAnswer(page).waitFor(); // the conversation is open
  await page.getByRole("button", { name: "Settings" }).click();
  assert.equal(await dialog.getByLabel("Temperature").inputValue(), "0.3");
  await dialog.getByRole("button", { name: "Reset" }).click();
  assert.equal(await dialog.getByLabel("Temperature").inputValue(), "");
  await dialog.getByRole("button", { name: "Done" }).click();
  await askAndWait(page, "reset");
  assert.ok(!("temperature" in server.requests.at(-1)));
});

async function download(page, name) {
  await page.getByRole("button", { name: "Export and more" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("dialog")
      .getByRole("button", { name: new RegExp("^" + name) })
      .click(),
  ]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

test("JSON holds everything and comes back byte for byte; Markdown and HTML are whole", async (t) => {
  const page = await openPage(t, REAL, { acceptDownloads: true });
  await askAndWait(page, QUESTION);
  await lastAnswer(page).getByRole("button", { name: "Regenerate" }).click();
  await eventually(async () => assert.equal(await lastAnswer(page).locator(".branch-switch").innerText(), "2/2"));
  await done(page);
  await toggle(page).click();
  await askAndWait(page, "مرحبا 你好 <b>&amp;</b>");
  const json = await download(page, "JSON");
  assert.match(json.name, /^Zoe-has.*\.json$/);
  const file = JSON.parse(json.text);
  assert.deepEqual([file.format, file.version, file.conversations.length, file.conversations[0].messages.length], ["r1-chat", 1, 1, 5]);

  const markdown = await download(page, "Markdown");
  assert.match(markdown.text, /<details>\n<summary>Thought for .* tokens<\/summary>\n\n/);
  assert.ok(markdown.text.includes(QUESTION));

  // Into an empty browser and out again.
  const other = await openPage(t, REAL, { acceptDownloads: true });
  const { writeFile, mkdtemp } = await import("node:fs/promises");
  const folder = await mkdtemp("/tmp/r1-web-");
  await writeFile(`${folder}/chat.json`, json.text);
  await other.getByRole("button", { name: "Export and more" }).click();
  await other.getByLabel("File to import").setInputFiles(`${folder}/chat.json`);
  await other.getByText("One conversation was imported.").waitFor();
  await other.getByText("مرحبا 你好 <b>&amp;</b>").first().waitFor();
  assert.equal(await answers(other).nth(0).locator(".thinking-toggle").getAttribute("aria-expanded"), "true"); // as it was left
  assert.equal((await download(other, "JSON")).text, json.text);

  await writeFile(`${folder}/bad.json`, json.text.replace('"parent": null', '"parent": "nobody"'));
  await other.getByRole("button", { name: "Export and more" }).click();
  await other.getByLabel("File to import").setInputFiles(`${folder}/bad.json`);
  await other.getByText("Conversation 1 of the file: a message belongs nowhere.").waitFor();
});

test("the HTML export is one file that shows the conversation with nothing else", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("Let $x=1$.", 5, 2000);
    answer.say("So $$\\frac{1}{2}$$\n\n```js\nlet a = 1;\n```\n\n<script>window.hit = 1</script>");
    answer.finish();
  });
  const page = await openPage(t, server.url, { acceptDownloads: true });
  await askAndWait(page, "Show <i>me</i>");
  const { text } = await download(page, "Web page");
  assert.ok(!/(?:src|href)="(?!https:\/\/|#)/.test(text), "no address of another file");
  const { writeFile, mkdtemp } = await import("node:fs/promises");
  const path = `${await mkdtemp("/tmp/r1-web-")}/chat.html`;
  await writeFile(path, text);
  const alone = await page.context().newPage();
  await alone.goto("file://" + path);
  assert.equal(await alone.locator("math").count(), 2);
  assert.equal(await alone.locator("script").count(), 0);
  assert.equal(await alone.evaluate(() => window.hit), undefined);
  await alone.getByText("Show <i>me</i>").first().waitFor();
  await alone.getByText("Thought for 2 s · 5 tokens").waitFor();
  await alone.getByText("let a = 1;").waitFor();
  await alone.close();
});

test("the history lists, finds, renames and deletes conversations, and is there while the server is down", async (t) => {
  const server = await scripted(t, REAL, async (answer, body) => {
    answer.think("pondering the Übergröße");
    answer.say(`Echo ${body.messages.at(-1).content}`);
    answer.finish();
  });
  const page = await openPage(t, server.url, { allow: /Failed to load resource|ERR_/ });
  await askAndWait(page, "apples");
  await page.getByRole("button", { name: "New chat" }).click();
  await askAndWait(page, "pears");
  const list = page.getByRole("navigation", { name: "Conversations" });
  assert.deepEqual(await list.locator(".conversation-title").allInnerTexts(), ["pears", "apples"]);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ubergrosse".replace("grosse", "größe"));
  await eventually(async () => assert.equal(await page.locator(".conversation.found").count(), 2));
  await page.getByRole("searchbox").fill("echo APPLES");
  await eventually(async () => assert.equal(await page.locator(".conversation.found").count(), 1));
  await page.locator(".conversation.found").click();
  await page.getByRole("log").getByText("Echo apples").waitFor(); // not the list's: opening takes the focus
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Rename apples" }).click();
  await page.getByRole("textbox", { name: "Name of the conversation" }).fill("Fruit");
  await page.keyboard.press("Enter");
  await list.getByText("Fruit").waitFor();

  await server.close(); // the server is gone
  await list.getByText("pears").click();
  await page.getByText("Echo pears").waitFor();
  await ask(page, "anyone?");
  await page.getByText("The server does not answer.").first().waitFor();
  await list.getByText("Fruit").click();
  await page.getByText("Echo apples").first().waitFor();

  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Delete pears" }).click();
  await eventually(async () => assert.equal((await kept(page, "conversations")).length, 1));
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete all conversations" }).click();
  await eventually(async () => assert.deepEqual([(await kept(page)).length, (await kept(page, "conversations")).length], [0, 0]));
});

test("a browser without room says so, and the chat goes on", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.say("Still here.");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await ask(page, "Hello");
  await page.getByText("This browser has no room left for the history.").waitFor();
  await page.getByText("Still here.").waitFor();
});

test("a draft stays with its conversation", async (t) => {
  const page = await openPage(t, REAL);
  await askAndWait(page, "Compute 7*8-6.");
  await composer(page).fill("half a thought");
  await page.getByRole("button", { name: "New chat" }).click();
  await eventually(async () => assert.equal(await composer(page).inputValue(), ""));
  await page.getByRole("navigation", { name: "Conversations" }).getByText("Compute").click();
  await eventually(async () => assert.equal(await composer(page).inputValue(), "half a thought"));
});
