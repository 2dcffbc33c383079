// Everybody, everywhere: narrow screens, colours, motion, keys, screen readers, all scripts, keys of the server, no server at all.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ask, askAndWait, assertNothingSerious, composer, done, eventually, kept, lastAnswer, LOCKED, openPage, QUESTION, REAL, toggle } from "./harness.mjs";
import { scripted, sleep } from "./scripted.mjs";

const LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz".repeat(4);
const WIDE = `${LONG_WORD}\n\n$$${"a+".repeat(80)}b$$\n\n| ${"column | ".repeat(12)}\n|${"---|".repeat(12)}\n| ${"1 | ".repeat(12)}\n\n\`\`\`cpp\n${"int value = 1; ".repeat(20)}\n\`\`\`\n\nhttps://example.com/${"x".repeat(200)}`;
const narrow = { viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const say =
  (text, thinking = "") =>
  async (answer) => {
    if (thinking) answer.think(thinking, 10, 1000);
    answer.say(text);
    answer.finish();
  };

test("320 pixels are enough: nothing scrolls sideways, every target is 44 px", async (t) => {
  const server = await scripted(t, REAL, say(WIDE, WIDE));
  const page = await openPage(t, server.url, narrow);
  assert.equal(await sideways(page), 0);
  await askAndWait(page, LONG_WORD);
  await toggle(page).tap();
  await lastAnswer(page).locator(".katex").first().waitFor();
  assert.equal(await sideways(page), 0);
  const inside = () =>
    page.evaluate(() => {
      const seen = (e) =>
        e.checkVisibility() && e.getBoundingClientRect().width > 0 && !e.closest(".hidden-text, .skip-link, .choice-face");
      return [...document.querySelectorAll("button, a[href], select, textarea, input")]
        .filter((e) => seen(e) && !e.closest(".markdown p, .markdown li, .markdown td")) // links within text are as high as the text
        .map((e) => [e.getAttribute("aria-label") ?? e.textContent.slice(0, 30), e.getBoundingClientRect()])
        .filter(([, r]) => r.height < 43.5 || r.width < 43.5)
        .map(([name, r]) => `${name}: ${Math.round(r.width)}x${Math.round(r.height)}`);
    });
  assert.deepEqual(await inside(), []);
  await page.getByRole("button", { name: "Conversations" }).tap();
  await page.getByRole("searchbox").waitFor();
  assert.deepEqual(await inside(), []);
  assert.equal(await sideways(page), 0);
  await page.getByRole("button", { name: "Close the list" }).tap({ position: { x: 310, y: 300 } });
  for (const name of ["Settings", "Export and more"]) {
    await page.getByRole("button", { name }).tap();
    await page.getByRole("dialog").waitFor();
    assert.equal(await sideways(page), 0);
    const box = await page.getByRole("dialog").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box));
    await page.getByRole("button", { name: "Close", exact: true }).tap();
  }
});

test("the composer stays above the on-screen keyboard", async (t) => {
  const page = await openPage(t, REAL, narrow);
  await page.setViewportSize({ width: 320, height: 280 }); // interactive-widget=resizes-content: the keyboard takes half
  const box = await composer(page).boundingBox();
  assert.ok(box.y > 0 && box.y + box.height < 280, JSON.stringify(box));
  assert.match(await page.locator("meta[name=viewport]").getAttribute("content"), /interactive-widget=resizes-content/);
  assert.ok(await page.evaluate(() => [...document.styleSheets].some((s) => [...s.cssRules].some((r) => r.cssText.includes("100dvh")))));
});

test("light and dark follow the system until the reader chooses", async (t) => {
  const page = await openPage(t, REAL, { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.emulateMedia({ colorScheme: "light" });
  await eventually(async () => assert.notEqual(await ground(), dark));
  const button = page.getByRole("button", { name: /^Colours/ });
  await button.click();
  await button.click();
  assert.equal(await ground(), dark);
  await page.reload();
  await page.waitForSelector(".chat");
  assert.equal(await ground(), dark);
  await page.getByRole("button", { name: "Colours: dark" }).click();
  assert.notEqual(await ground(), dark);
});

test("who wants no motion gets none", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    answer.think("Hm.");
    await new Promise((resolve) => (server.go = resolve));
    answer.say("x");
    answer.finish();
  });
  const page = await openPage(t, server.url, { reducedMotion: "reduce" });
  await ask(page, "Still");
  await toggle(page).waitFor();
  const moving = () => page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running").length);
  await eventually(async () => assert.equal(await moving(), 0));
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await eventually(async () => assert.ok((await moving()) > 0));
  server.go();
  await done(page);
});

test("on paper there is the conversation and nothing else", async (t) => {
  const page = await openPage(t, REAL);
  await askAndWait(page, QUESTION);
  await page.emulateMedia({ media: "print" });
  for (const hidden of [".sidebar", ".topbar", ".composer", ".message-tools"])
    assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  assert.equal(await page.locator(".bubble").isVisible(), true);
});

test("screen readers: a log that is quiet, one line that tells how it fares, errors at once", async (t) => {
  const server = await scripted(t, REAL, async (answer, body) => {
    if (body.messages.at(-1).content === "fail") {
      answer.send({ error: { message: "It broke." } });
      return;
    }
    answer.think("Hm.");
    await new Promise((resolve) => (server.go = resolve));
    answer.say("One two three. 你好世界");
    await new Promise((resolve) => (server.go = resolve));
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await ask(page, "Hello");
  const log = page.getByRole("log");
  assert.equal(await log.getAttribute("aria-live"), "off");
  const status = page.getByTestId("status");
  await eventually(async () => assert.equal(await status.innerText(), "Thinking"));
  server.go();
  await eventually(async () => assert.equal(await status.innerText(), "Answering"));
  server.go();
  await eventually(async () => assert.match(await status.innerText(), /^Done, [45] words$/));
  const button = toggle(page);
  assert.equal(await button.evaluate((e) => e.localName), "button");
  const body = page.locator(`#${CSS_escape(await button.getAttribute("aria-controls"))}`);
  assert.equal(await body.evaluate((e) => e.hidden && getComputedStyle(e).display), "none"); // out of the accessibility tree too
  await button.click();
  assert.equal(await body.isVisible(), true);
  await ask(page, "fail");
  await eventually(async () => assert.equal(await page.getByTestId("alert").innerText(), "Error: It broke."));
  await lastAnswer(page).getByText("It broke.").waitFor();
});
const CSS_escape = (id) => id.replace(/[^\w-]/g, (c) => "\\" + c);

test("every key does what the list says", async (t) => {
  const server = await scripted(t, REAL, async (answer, body) => {
    answer.think("Hm.");
    if (body.messages.at(-1).content === "wait") await new Promise((resolve) => answer.response.on("close", resolve));
    answer.say("Yes.");
    answer.finish();
  });
  const page = await openPage(t, server.url);
  const box = composer(page);
  await box.pressSequentially("one");
  await box.press("Shift+Enter");
  await box.pressSequentially("two");
  await box.press("Enter");
  await done(page);
  assert.equal(server.requests[0].messages[0].content, "one\ntwo");
  await box.press("Alt+t");
  assert.equal(await toggle(page).getAttribute("aria-expanded"), "true");
  await box.press("Alt+t");
  assert.equal(await toggle(page).getAttribute("aria-expanded"), "false");
  await box.press("ArrowUp");
  const edit = page.getByRole("textbox", { name: "Edit your message" });
  assert.equal(await edit.inputValue(), "one\ntwo");
  await edit.press("Escape");
  await box.focus();
  await page.keyboard.press("Control+/");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.type), "search"));
  await ask(page, "wait");
  await eventually(async () => assert.equal(server.open, 1));
  await page.keyboard.press("Escape");
  await done(page, 2);
  await eventually(async () => assert.equal(server.open, 0));
  // While an input method composes, Enter is its own.
  await box.fill("にほ");
  const asked = server.requests.length;
  await box.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await box.dispatchEvent("keydown", { key: "Enter", keyCode: 229 });
  await sleep(100);
  assert.equal(server.requests.length, asked);
  await page.keyboard.press("Control+Shift+O");
  await eventually(async () => assert.equal(await page.locator("article").count(), 0));
});

test("the whole page can be used without a mouse", async (t) => {
  const page = await openPage(t, REAL);
  await askAndWait(page, QUESTION);
  const reached = new Set();
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      const ring = [e, e.closest(".composer-box"), e.closest(".budget-choice, .vote-choice")].some(
        (x) => x && (getComputedStyle(x).outlineStyle !== "none" || x.matches(".composer-box:focus-within")),
      );
      return {
        name: e.getAttribute("aria-label") ?? (e.labels?.[0] ?? e).textContent.trim().slice(0, 24),
        ring,
        visible: style.visibility !== "hidden" && e !== document.body,
        body: e === document.body,
      };
    });
    if (at.body) continue;
    assert.ok(at.ring && at.visible, `no focus ring on ${at.name}`);
    reached.add(at.name);
  }
  for (const name of ["Settings", "Export and more", "Regenerate", "Copy answer", "Branch at a token", "Search", "Keyboard shortcuts"])
    assert.ok(
      [...reached].some((r) => r.startsWith(name)),
      `${name} not in ${[...reached]}`,
    );
});

test("it loads in a second, from this server alone, and works offline", async (t) => {
  const page = await openPage(t, REAL, { serviceWorkers: "allow", allow: /Failed to load resource|ERR_/ });
  let ready = Infinity; // the best of three: other tests run beside this one
  for (let i = 0; i < 3; ++i) {
    ready = Math.min(ready, await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd));
    await page.reload();
    await page.waitForSelector(".chat");
  }
  assert.ok(ready < 1000, `${ready} ms`);
  await askAndWait(page, "Compute 7*8-6. $x$");
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map((e) => e.name));
  assert.ok(loaded.every((name) => name.startsWith(new URL(REAL).origin)));
  assert.ok(!loaded.some((name) => /KaTeX_/.test(name)) || (await page.locator(".katex").count()) > 0); // its fonts come with a formula
  await page.evaluate(() => navigator.serviceWorker.ready.then((r) => r.active));
  await page.reload(); // under the worker's eyes now
  await lastAnswer(page).waitFor();
  await page.context().setOffline(true);
  await page.reload();
  await lastAnswer(page).waitFor();
  await page.getByText("The server does not answer.").first().waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Retry now" }).click();
  await eventually(async () => assert.equal(await page.locator(".banner").count(), 0));
});

test("a server with keys asks for one, keeps it in the tab, and asks again when it is wrong", async (t) => {
  const page = await openPage(t, LOCKED, { allow: /401/ });
  const dialog = page.getByRole("dialog", { name: "This server asks for a key" });
  await dialog.getByLabel("API key").fill("wrong");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("The server does not know this key.").waitFor();
  await dialog.getByLabel("API key").fill("right");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await askAndWait(page, "Compute 7*8-6.");
  assert.equal(await lastAnswer(page).getAttribute("data-state"), "done");
  const places = () => page.evaluate(() => [sessionStorage.getItem("r1.key"), localStorage.getItem("r1.key")]);
  assert.deepEqual(await places(), ['"right"', null]);
  await eventually(async () => assert.ok((await kept(page)).some((m) => m.state === "done")));
  await page.reload();
  await lastAnswer(page).waitFor(); // the conversation is open
  await askAndWait(page, "Compute 7*8-6.");
  assert.equal(await dialog.count(), 0);
});

test("right to left, Chinese and Japanese, and words without an end", async (t) => {
  const server = await scripted(
    t,
    REAL,
    say(`هذا نص عربي طويل مع $x^2$ داخله.\n\n- بند أول\n\n你好，世界。これは日本語です。\n\n${LONG_WORD}`),
  );
  const page = await openPage(t, server.url);
  await askAndWait(page, "مرحبا بالعالم");
  assert.equal(await page.locator(".bubble").evaluate((e) => getComputedStyle(e).direction), "rtl");
  const directions = () =>
    lastAnswer(page)
      .locator("p, li")
      .evaluateAll((all) => all.map((e) => getComputedStyle(e).direction));
  await eventually(async () => assert.deepEqual(await directions(), ["rtl", "rtl", "ltr", "ltr"]));
  const word = await lastAnswer(page)
    .locator("p")
    .last()
    .evaluate((p) => [p.scrollWidth, p.clientWidth]);
  assert.ok(word[0] <= word[1], `${word}`);
  assert.equal(await sideways(page), 0);
});

test("503 is a banner that tries again when the server says, and 429 an answer that can be asked for again", async (t) => {
  const server = await scripted(t, REAL, say("Back."));
  server.fail = (request) =>
    request.url.includes("chat/completions") || request.url.includes("props")
      ? { status: 503, message: "the server is shutting down", headers: { "retry-after": "2" } }
      : null;
  const page = await openPage(t, server.url, { allow: /503|429/ });
  const banner = page.locator(".banner");
  await banner.getByText("the server is shutting down").waitFor();
  await banner.getByText(/Trying again in [12] s/).waitFor();
  await ask(page, "Hello");
  await lastAnswer(page).getByRole("button", { name: "Try again" }).waitFor();
  server.fail = null;
  await eventually(async () => assert.equal(await banner.count(), 0)); // by itself
  await lastAnswer(page).getByRole("button", { name: "Try again" }).click();
  await page.getByText("Back.").waitFor();
  await done(page); // until then the composer does not send
  server.fail = (request) =>
    request.url.includes("chat/completions") ? { status: 429, message: "the queue is full", headers: { "retry-after": "3" } } : null;
  await ask(page, "More");
  await lastAnswer(page).getByText("the queue is full").waitFor();
  assert.equal(await banner.count(), 0);
});

test("axe finds nothing serious, in any state, light or dark", async (t) => {
  const server = await scripted(t, REAL, async (answer, body) => {
    answer.think("Let $x=1$, then:\n\n1. a\n2. b", 10, 2000);
    if (body.messages.at(-1).content === "wait") await new Promise((resolve) => answer.response.on("close", resolve));
    answer.say(
      "# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1  # comment\n```\n\n> quote $y$ [link](https://example.com)\n\n- [x] done",
    );
    answer.finish("length");
  });
  for (const colorScheme of ["light", "dark"]) {
    const page = await openPage(t, server.url, { colorScheme, bypassCSP: true });
    const check = async (state) => {
      await page.evaluate(() =>
        Promise.allSettled(
          document
            .getAnimations()
            .filter((a) => a.effect.getTiming().iterations !== Infinity)
            .map((a) => a.finished),
        ),
      );
      await assertNothingSerious(page, `${state}, ${colorScheme}`);
    };
    await check("new");
    await askAndWait(page, "all");
    await toggle(page).click();
    await lastAnswer(page).locator(".hl-comment").waitFor();
    await check("an answer");
    await lastAnswer(page).getByRole("button", { name: "Edit answer" }).click();
    await check("editing");
    await page.keyboard.press("Escape");
    await ask(page, "wait");
    await toggle(page).waitFor();
    await check("thinking");
    await composer(page).press("Escape");
    for (const name of ["Settings", "Export and more", "Keyboard shortcuts"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
      await check(name);
      await page.keyboard.press("Escape");
    }
    await page.goto(server.url + "#/chat/compare");
    await page.getByRole("textbox", { name: "Prompt for all columns" }).fill("all");
    await page.keyboard.press("Enter");
    await eventually(async () => assert.equal(await page.locator(".column[aria-busy=false]").count(), 2));
    await check("compare");
  }
});
