// What models write, drawn: formulas, code, tables, while they come; and nothing of it is ever markup.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ask, askAndWait, done, eventually, lastAnswer, openPage, REAL, toggle } from "./harness.mjs";
import { scripted, sleep } from "./scripted.mjs";

const whole = (thinking, content) => async (answer) => {
  if (thinking) answer.think(thinking, 10, 1000);
  if (content) answer.say(content, 10, 1000);
  answer.finish();
};

test("formulas in all their spellings are drawn, and money stays text", async (t) => {
  const text =
    "Inline $x^2+1$ and \\(y_1\\).\n\n$$\\int_0^1 x\\,dx = \\frac12$$\n\n\\[ a \\ne b \\]\n\nIt costs $5 and $6, or $7.50.\n\nSo \\boxed{42} and **\\boxed{\\frac{1}{2}}**.\n\nNo formula: \\$x and `$y$`.";
  const server = await scripted(t, REAL, whole("", text));
  const page = await openPage(t, server.url);
  await askAndWait(page, "Formulas");
  const answer = lastAnswer(page);
  await eventually(async () => assert.equal(await answer.locator(".katex").count(), 6));
  assert.equal(await answer.locator(".math.display .katex-display").count(), 2);
  await answer.getByText("It costs $5 and $6, or $7.50.").waitFor();
  await answer.getByText("No formula: $x and $y$.").waitFor();
  assert.equal(await answer.locator(".math.source").count(), 0);
  // Styles of single elements are set, although the policy allows no style attributes.
  assert.ok(
    await answer
      .locator(".katex .vlist > span")
      .first()
      .evaluate((e) => e.style.top !== "" && getComputedStyle(e).top !== "auto"),
  );
  // A second drawing comes from the cache and looks the same.
  const height = await answer
    .locator(".math.display")
    .first()
    .evaluate((e) => e.offsetHeight);
  await askAndWait(page, "Again");
  await eventually(async () => assert.equal(await lastAnswer(page).locator(".katex").count(), 6));
  assert.equal(
    await lastAnswer(page)
      .locator(".math.display")
      .first()
      .evaluate((e) => e.offsetHeight),
    height,
  );
});

test("what is open at the end neither swallows text nor flickers", async (t) => {
  const text =
    "Before $x$.\n\n$$\\frac{a}{b}$$\n\n```python\nprint(1)\nprint(2)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter $5 it **ends**.";
  const server = await scripted(t, REAL, async (answer) => {
    for (const c of text) {
      answer.say(c);
      await sleep(3);
    }
    answer.finish();
  });
  const page = await openPage(t, server.url);
  // In every frame: all letters and digits that came are seen, in order. Formulas count by their source.
  await page.evaluate(() => {
    window.lost = [];
    const plain = (s) => s.replace(/[^\p{L}\p{N}]/gu, "");
    let longest = "";
    const look = () => {
      const box = document.querySelector(".answer-text");
      if (box) {
        const copy = box.cloneNode(true);
        for (const math of copy.querySelectorAll(".math"))
          math.textContent = math.querySelector("annotation")?.textContent ?? math.textContent;
        for (const head of copy.querySelectorAll("figcaption")) head.textContent = "python";
        const seen = plain(copy.textContent);
        if (seen.length < longest.length) window.lost.push([longest, seen]);
        longest = seen;
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await ask(page, "Slowly");
  await done(page);
  assert.deepEqual(await page.evaluate(() => window.lost), []);
  assert.equal(await lastAnswer(page).locator("td").count(), 2);
  assert.equal(await lastAnswer(page).locator("strong").textContent(), "ends");
});

const ATTACKS = [
  "<script>window.hit = 1</script>",
  '<img src=x onerror="window.hit = 2">',
  '<svg onload="window.hit = 3"><a xlink:href="javascript:window.hit=4"><text>x</text></a></svg>',
  "[a](javascript:window.hit=5) [b](JaVaScRiPt:window.hit=6) [c](data:text/html,<script>window.hit=7</script>) [d](vbscript:x) <javascript:window.hit=8>",
  '<iframe srcdoc="<script>parent.hit = 9</script>"></iframe>',
  '![e](https://evil.example/pixel.png) ![f](x" onerror="window.hit=10)',
  '<style>body{display:none}</style><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">',
  "$\\href{javascript:window.hit=11}{x}$ $\\htmlData{x=y}{z}$ $\\includegraphics{https://evil.example/a.png}$ $\\url{javascript:window.hit=12}$",
  '<form action="https://evil.example/"><button>go</button></form><object data="https://evil.example/"></object><math><mtext><img src=x onerror=window.hit=13></mtext></math>',
  '```html" onmouseover="window.hit=14\n<b onclick="window.hit=15">x</b>\n```',
  '[x]: javascript:window.hit=16\n\n[x] <a href="javascript:window.hit=17" onclick="window.hit=18">y</a>',
];

test("nothing that a model writes becomes markup, in thinking or answer", async (t) => {
  const text = ATTACKS.join("\n\n");
  const server = await scripted(t, REAL, whole(text, text));
  const page = await openPage(t, server.url);
  await askAndWait(page, text);
  await toggle(page).click();
  for (const place of [".thinking-text .markdown", ".answer-text"]) {
    const box = lastAnswer(page).locator(place);
    // textContent here and below: blocks that are out of view are not drawn, and innerText is what is drawn.
    await eventually(async () => assert.ok((await box.textContent()).includes("<script>window.hit = 1</script>")));
    const found = await box.evaluate((root) => ({
      tags: [...new Set([...root.querySelectorAll("*")].map((e) => e.localName))].filter(
        (n) =>
          ["script", "img", "svg", "iframe", "style", "base", "meta", "form", "object", "link", "embed"].includes(n) &&
          !(n === "svg" && root.querySelector(".katex svg")),
      ),
      handlers: [...root.querySelectorAll("*")].flatMap((e) => e.getAttributeNames().filter((n) => n.startsWith("on") || n === "srcdoc")),
      links: [...root.querySelectorAll("a")].map((a) => a.href),
      rels: [...new Set([...root.querySelectorAll("a")].map((a) => a.rel))],
    }));
    assert.deepEqual(found.tags, []);
    assert.deepEqual(found.handlers, []);
    for (const link of found.links) assert.match(link, /^https:\/\/evil\.example\//);
    assert.deepEqual(found.rels, ["noopener noreferrer"]);
  }
  for (const link of await lastAnswer(page).locator(".answer-text b, .answer-text code").all())
    await link.click({ force: true, timeout: 500 }).catch(() => {});
  assert.equal(await page.evaluate(() => window.hit), undefined);
});

test("the page's policy stops what is forced into it, and markup from text at all", async (t) => {
  const page = await openPage(t, REAL, { allow: /./ });
  const outcome = await page.evaluate(async () => {
    const attempt = (work) => {
      try {
        return work() ?? "done";
      } catch (error) {
        return error.name;
      }
    };
    const script = document.createElement("script");
    await new Promise((resolve) => setTimeout(resolve)); // what the driver runs at once may use eval
    return [
      attempt(() => (document.body.innerHTML = "<b>x</b>")),
      attempt(() => (0, eval)("1")),
      attempt(() => (script.textContent = "window.hit = 1")),
    ];
  });
  assert.deepEqual(outcome, ["TypeError", "EvalError", "TypeError"]);
});

test("links say where they lead and give nothing away; pictures are not fetched", async (t) => {
  const server = await scripted(t, REAL, whole("", "[site](https://example.com/a) and ![cat](https://example.com/cat.png)"));
  const page = await openPage(t, server.url);
  await askAndWait(page, "Links");
  const links = () =>
    lastAnswer(page)
      .locator("a")
      .evaluateAll((all) => all.map((a) => [a.textContent, a.href, a.rel, a.target]));
  const expected = [
    ["site", "https://example.com/a", "noopener noreferrer", "_blank"],
    ["image: cat", "https://example.com/cat.png", "noopener noreferrer", "_blank"],
  ];
  await eventually(async () => assert.deepEqual(await links(), expected));
});

test("code has its language, colours, a button to copy it and one to wrap it", async (t) => {
  const code = `def f(x):\n    return "${"long ".repeat(60)}"  # comment`;
  const server = await scripted(t, REAL, whole("", "```python\n" + code + "\n```"));
  const page = await openPage(t, server.url);
  await askAndWait(page, "Code");
  const figure = lastAnswer(page).locator("figure.code");
  assert.equal(await figure.locator("figcaption span").textContent(), "python");
  await figure.locator(".hl-keyword").first().waitFor();
  await figure.getByRole("button", { name: "Copy code" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
  const scrolls = () => figure.locator("pre").evaluate((pre) => pre.scrollWidth > pre.clientWidth + 1);
  assert.equal(await scrolls(), true);
  await figure.getByRole("button", { name: "Wrap lines" }).click();
  assert.equal(await scrolls(), false);
});

test("the page follows the text, lets go when the reader scrolls up, and takes him back", async (t) => {
  const server = await scripted(t, REAL, async (answer) => {
    for (let i = 0; i < 200; ++i) {
      answer.say(`Paragraph ${i}.\n\n`);
      await sleep(8);
    }
    answer.finish();
  });
  const page = await openPage(t, server.url);
  const scroller = page.locator(".transcript");
  const fromEnd = () => scroller.evaluate((b) => b.scrollHeight - b.scrollTop - b.clientHeight);
  await ask(page, "Much");
  await page.waitForFunction(() => document.body.textContent.includes("Paragraph 40."));
  await eventually(async () => assert.ok((await fromEnd()) < 4));
  await scroller.hover();
  await page.mouse.wheel(0, -400);
  await page.getByRole("button", { name: "Jump to latest" }).waitFor();
  const top = await scroller.evaluate((b) => b.scrollTop);
  await page.waitForFunction(() => document.body.textContent.includes("Paragraph 90."));
  assert.equal(await scroller.evaluate((b) => b.scrollTop), top);
  await page.getByRole("button", { name: "Jump to latest" }).click();
  await eventually(async () => assert.ok((await fromEnd()) < 4));
  await done(page);
  await eventually(async () => assert.ok((await fromEnd()) < 4));
  assert.equal(await page.getByRole("button", { name: "Jump to latest" }).count(), 0);
});

// The page steps to the end on its own, and the browser tells of it a frame later: by then the reader may have opened the thinking,
// and the page be hardly longer, for what told of the running answer is gone.
test("thinking that is opened just after the page's own step to the end stays in view", async (t) => {
  const long = Array.from({ length: 60 }, (_, i) => `Step ${i}, one of many.`).join("\n\n");
  const server = await scripted(t, REAL, whole(long, "Done."));
  const page = await openPage(t, server.url);
  await askAndWait(page, "Think long");
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const article = document.querySelector("article.answer");
        const box = document.querySelector(".transcript");
        const watch = () => {
          if (box.scrollTop < 500) return setTimeout(watch);
          article.querySelector(".thinking-toggle").click(); // before the next frame, with which the scroll event comes
          article.style.marginTop = "1950px";
          resolve();
        };
        article.style.marginTop = "2000px";
        watch();
      }),
  );
  await page.locator(".thinking-text .block").nth(10).waitFor({ state: "attached" });
  await sleep(300);
  const top = await toggle(page).evaluate((e) => e.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 800, `the reader's place moved to ${top}`);
});
