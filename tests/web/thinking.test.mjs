// The thinking: seen while it grows, folded when it is over, told how it ended, kept, copied, cut short, changed, branched.
import assert from "node:assert/strict";
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

const title = (page) =>
  toggle(page)
    .innerText()
    .then((text) => text.replace(/\s+/g, " ").trim());

test("a panel appears at once, with the server's seconds and tokens, not the client's", async (t) => {
  let go;
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("Let me see.", 431, 12_000);
    await new Promise((resolve) => (go = resolve));
    answer.say("42");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await page.evaluate(() => {
    // Frames from the first bytes that the page reads of its answer until the panel is there.
    let frames = -1;
    const count = () => requestAnimationFrame(() => (++frames, count()));
    new MutationObserver(() => {
      if (document.querySelector(".thinking")) window.framesToPanel ??= frames;
    }).observe(document.body, { subtree: true, childList: true });
    const read = window.fetch;
    window.fetch = async (...args) => {
      const response = await read(...args);
      if (!String(args[0]).endsWith("/chat/completions")) return response;
      const watched = new TransformStream({
        transform(bytes, out) {
          if (frames < 0) (frames = 0), count();
          out.enqueue(bytes);
        },
      });
      return new Response(response.body.pipeThrough(watched), response);
    };
  });
  await ask(page, "Think");
  await eventually(async () => assert.match(await title(page), /^Thinking 12 s · 431 tokens$/));
  const frames = await page.evaluate(() => window.framesToPanel);
  assert.ok(frames >= 0 && frames <= 3, `${frames} frames`);
  assert.equal(await toggle(page).getAttribute("aria-expanded"), "true");
  go();
  await done(page);
  assert.equal(await title(page), "Thought for 12 s · 431 tokens");
  assert.equal(await toggle(page).getAttribute("aria-expanded"), "false");
});

test("while it grows the panel keeps its height and follows its end, and the page does not jump", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    for (let i = 0; i < 60; ++i) {
      answer.think(`Line ${i} of it.\n\n`, 5);
      await sleep(8);
    }
    await new Promise((resolve) => (server.go = resolve));
    answer.say("Done.");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await ask(page, "Think");
  const box = lastAnswer(page).locator(".thinking-text");
  // textContent: what has scrolled out of view is not drawn, and innerText is what is drawn.
  await page.waitForFunction(() => document.body.textContent.includes("Line 10 of it."));
  const early = await box.boundingBox();
  await page.waitForFunction(() => document.body.textContent.includes("Line 59 of it."));
  const late = await box.boundingBox();
  assert.equal(late.height, early.height);
  assert.equal(late.y, early.y);
  assert.ok(late.height > 150 && late.height < 260, `${late.height}`);
  await eventually(async () => assert.ok(await box.evaluate((b) => b.scrollHeight - b.scrollTop - b.clientHeight < 3)));
  server.go();
  await done(page);
});

test("what the reader opens or closes stays so, also over a reload", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("First.");
    await new Promise((resolve) => (server.go = resolve));
    answer.think(" Second.");
    answer.say("42");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await ask(page, "Think");
  await toggle(page).waitFor();
  await toggle(page).click(); // closed by hand while it grows
  assert.equal(await toggle(page).getAttribute("aria-expanded"), "false");
  server.go();
  await done(page);
  await toggle(page).click(); // opened by hand
  await lastAnswer(page).getByText("First. Second.").waitFor();
  await eventually(async () => assert.equal((await kept(page)).at(-1).panel ?? (await kept(page))[0].panel, "open"));
  await page.reload();
  await lastAnswer(page).getByText("First. Second.").waitFor();
  assert.equal(await toggle(page).getAttribute("aria-expanded"), "true");
});

test("a panel that is opened grows below the reader's eyes", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("A line of it.\n\n".repeat(80));
    answer.say("A line of the answer.\n\n".repeat(20));
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await askAndWait(page, "Think");
  await toggle(page).scrollIntoViewIfNeeded();
  const before = await toggle(page).boundingBox();
  await toggle(page).click();
  await page.waitForFunction(() => document.querySelectorAll(".thinking-text .block").length === 80);
  assert.equal((await toggle(page).boundingBox()).y, before.y);
});

test("each end of the thinking has its own words", async (t) => {
  const ends = {
    natural: /^Thought for 2 s · 20 tokens$/,
    budget: /^Thinking stopped at its budget, after 2 s · 20 tokens$/,
    reserve: /^Thinking ended to leave room for the answer, after 2 s/,
    loop: /^Thinking went in circles and was ended, after 2 s/,
    requested: /^Thought for 2 s, ended by you/,
  };
  const server = await scripted(t, REAL, async (answer, body) => {
    const end = body.messages.at(-1).content;
    answer.think("Hm.", 20, 2000);
    answer.thought(end);
    answer.say("42");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  for (const [end, words] of Object.entries(ends)) {
    await askAndWait(page, end);
    assert.match(await title(page), words);
  }
  assert.equal(new Set(Object.values(ends).map(String)).size, 5);
});

test("the model that ships: closed by itself, by a budget, stopped by the reader", async (t) => {
  const page = await openPage(t, REAL);
  await askAndWait(page, QUESTION);
  assert.match(await title(page), /^Thought for 0\.\d+ s · \d+ tokens$/);
  const natural = (await kept(page)).find((m) => m.role === "assistant");
  assert.deepEqual([natural.thinkingEnd, natural.state], ["natural", "done"]);
  assert.ok(natural.thinkingTokens > 5 && natural.tokenIds.length === natural.tokens, JSON.stringify(natural));
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("dialog").getByLabel("Budget of thinking").selectOption("own");
  await page.getByRole("dialog").getByLabel("Tokens of thinking").fill("5");
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await askAndWait(page, "Compute 45-6*7+20-9.");
  assert.match(await title(page), /^Thinking stopped at its budget/);
});

test("no thinking, or nothing but white space: no panel", async (t) => {
  const server = await scripted(t, REAL, async (answer, body) => {
    if (body.thinking_budget_tokens !== 0) answer.think("\n\n ", 2);
    answer.say("Just so.");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await askAndWait(page, "Hello");
  assert.equal(await page.locator(".thinking").count(), 0);
  await page.getByRole("combobox", { name: "Thinking" }).selectOption("0");
  await askAndWait(page, "Hello");
  assert.equal(server.requests.at(-1).thinking_budget_tokens, 0);
  assert.equal(await page.locator(".thinking").count(), 0);
});

test("Answer now ends the thinking in the stream that is under way", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("On and on.");
    while (server.controls.length === 0) await sleep(5);
    answer.thought("requested");
    answer.say("Now.");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await ask(page, "Think");
  await lastAnswer(page).getByRole("button", { name: "Answer now" }).press("Enter");
  await done(page);
  assert.equal(server.controls[0].action, "reasoning_end");
  assert.match(server.controls[0].id, /script\d+$/);
  assert.match(await title(page), /ended by you/);
});

test("Answer now on the real server", async (t) => {
  const page = await openPage(t, PATIENT);
  // Without an end of its own: the budget is the context, the guard against loops is off.
  await page.route("**/v1/chat/completions", async (route) => {
    const body = { ...route.request().postDataJSON(), min_thinking_tokens: 1000000, ignore_eos: true, loop_guard: 0, max_tokens: 100000 };
    await route.continue({ postData: JSON.stringify(body) });
  });
  await ask(page, QUESTION);
  await lastAnswer(page).getByRole("button", { name: "Answer now" }).click();
  await eventually(async () => assert.match(await title(page), /^Thought for .* ended by you/), 15_000);
  await page.keyboard.press("Escape");
  await done(page);
  await eventually(async () => assert.equal(await running(), 0));
});

test("Copy thinking copies the thinking, Copy answer the answer, and neither the other", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("Secret $x^2$.");
    answer.say("Open **42**.");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await askAndWait(page, "Think");
  await toggle(page).click();
  await lastAnswer(page).getByRole("button", { name: "Copy thinking" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Secret $x^2$.");
  await lastAnswer(page).getByRole("button", { name: "Copy answer" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Open **42**.");
});

test("Edit and continue: the model goes on from changed thinking, in a branch", async (t) => {
  const page = await openPage(t, REAL);
  await setting(page, "Seed", 3);
  await askAndWait(page, QUESTION);
  await toggle(page).focus();
  await page.keyboard.press("Enter");
  await lastAnswer(page).getByRole("button", { name: "Edit and continue" }).press("Enter");
  const box = lastAnswer(page).getByRole("textbox", { name: "Edit the thinking" });
  await box.fill("17+5=22. 22-8=");
  await box.press("Control+Enter");
  await eventually(async () => assert.equal(await lastAnswer(page).locator(".branch-switch").innerText(), "2/2"));
  await done(page);
  const message = (await kept(page))
    .filter((m) => m.role === "assistant")
    .sort((a, b) => a.created - b.created)
    .at(-1);
  assert.ok(message.thinking.startsWith("17+5=22. 22-8="), message.thinking);
  assert.ok(message.thinking.length > 14 && message.content !== "", JSON.stringify(message));
});

test("Branch here: from one of its own tokens the answer takes the way it took, or another that is said", async (t) => {
  const page = await openPage(t, REAL);
  await askAndWait(page, QUESTION);
  const first = (await kept(page)).find((m) => m.role === "assistant");
  await toggle(page).click();
  await lastAnswer(page).getByRole("button", { name: "Branch here" }).click();
  const dialog = page.getByRole("dialog", { name: "Branch here" });
  await dialog.getByRole("slider").fill("6");
  await dialog.getByText("Keep 6 of").waitFor();
  await dialog.getByLabel("Same seed").check();
  await dialog.getByRole("button", { name: "Go on from here" }).click();
  await eventually(async () => assert.equal(await lastAnswer(page).locator(".branch-switch").innerText(), "2/2"));
  await done(page);
  const again = (await kept(page))
    .filter((m) => m.role === "assistant")
    .sort((a, b) => a.created - b.created)
    .at(-1);
  assert.deepEqual([again.thinking, again.content, again.tokenIds], [first.thinking, first.content, first.tokenIds]);
  await lastAnswer(page).getByRole("button", { name: "Branch at a token" }).click();
  await dialog.getByRole("slider").fill("4");
  await dialog.getByLabel("Say something").fill("22-8=13. ");
  await dialog.getByRole("button", { name: "Go on from here" }).click();
  await eventually(async () => assert.equal(await lastAnswer(page).locator(".branch-switch").innerText(), "3/3"));
  await done(page);
  const other = (await kept(page))
    .filter((m) => m.role === "assistant")
    .sort((a, b) => a.created - b.created)
    .at(-1);
  assert.ok(other.thinking.includes("22-8=13. ") && other.content !== "", JSON.stringify(other));
});

test("an answer that is all thinking says so, and can be continued", async (t) => {
  const page = await openPage(t, REAL);
  await setting(page, "Most tokens of an answer", 4);
  await askAndWait(page, QUESTION);
  await lastAnswer(page).getByText("used its whole limit on thinking").waitFor();
  assert.match(await title(page), /^Thinking ran out of room/);
  const cut = (await kept(page)).find((m) => m.role === "assistant");
  await lastAnswer(page).getByRole("button", { name: "Raise the limit" }).click();
  await page.getByRole("dialog", { name: "Settings of this conversation" }).getByRole("button", { name: "Close" }).click();
  await lastAnswer(page).getByRole("button", { name: "Continue" }).click();
  await eventually(async () => assert.equal(await lastAnswer(page).locator(".branch-switch").innerText(), "2/2"));
  await done(page);
  const whole = (await kept(page))
    .filter((m) => m.role === "assistant")
    .sort((a, b) => a.created - b.created)
    .at(-1);
  assert.ok(whole.thinking.startsWith(cut.thinking) && whole.content !== "" && whole.state === "done", JSON.stringify(whole));
  assert.equal(whole.tokenIds.length, whole.tokens);
});

test("before the first token: the queue, then how much of the prompt is read", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    const wait = () => new Promise((resolve) => (server.go = resolve));
    answer.progress(0, 1000, 2);
    await wait();
    answer.progress(0, 1000, 0);
    await wait();
    answer.progress(250, 1000);
    await wait();
    answer.think("Hm.");
    answer.say("42");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await ask(page, "Long");
  await page.getByText("Waiting: 2 before you").waitFor();
  server.go();
  await page.getByText("Next in the queue").waitFor();
  server.go();
  await page.getByText("Reading the conversation 25%").waitFor();
  assert.equal(await page.getByRole("progressbar").evaluate((bar) => bar.value), 0.25);
  server.go();
  await done(page);
  assert.equal(await page.getByRole("progressbar").count(), 0);
});

test("the real server tells its progress, and who waits where", async (t) => {
  const page = await openPage(t, PATIENT);
  await page.route("**/v1/chat/completions", async (route) => {
    const body = { ...route.request().postDataJSON(), min_thinking_tokens: 1000000, ignore_eos: true, loop_guard: 0, max_tokens: 100000 };
    await route.continue({ postData: JSON.stringify(body) });
  });
  const other = await openPage(t, PATIENT);
  await ask(page, QUESTION);
  await toggle(page).waitFor();
  await ask(other, `${"count ".repeat(400)} Compute 1+1.`);
  await other.getByText("Next in the queue").waitFor();
  await composer(page).press("Escape");
  await done(other);
  assert.equal(await answers(other).count(), 1);
});
