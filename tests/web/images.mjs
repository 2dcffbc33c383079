// The pictures of docs/chat.md, made anew: R1_IMAGES=$PWD/docs/images tests/web/web.py build/r1 . build/webtests images.mjs
// What the scripted model says is ours; the votes and the comparison are of the model that ships.
import { test } from "node:test";

import { ask, askAndWait, done, eventually, lastAnswer, openPage, QUESTION, REAL, toggle } from "./harness.mjs";
import { scripted, sleep } from "./scripted.mjs";

const FOLDER = process.env.R1_IMAGES;
const THINKING = `We need the probability that two random integers have no common factor. For a prime $p$, both are divisible by $p$ with probability $\\frac{1}{p^2}$.

If different primes are independent, the answer is the product over all primes

$$\\prod_p \\left(1 - \\frac{1}{p^2}\\right).$$

Wait, is independence allowed here? For finitely many primes it is exact, by the Chinese remainder theorem. For all of them take a limit; the tail $\\sum_{p>P} p^{-2}$ goes to zero, so that is fine.

By Euler's product this is $1/\\zeta(2)$, and $\\zeta(2) = \\pi^2/6$.

Let me check it with small numbers: up to 10 there are 63 coprime pairs of 100. Close to $0.608$. Good.`;
const ANSWER = `The probability is $\\dfrac{6}{\\pi^2} \\approx 0.608$.

**Why.** A prime $p$ divides both numbers with probability $1/p^2$, and different primes are independent, so

$$P = \\prod_{p} \\left(1 - \\frac{1}{p^2}\\right) = \\frac{1}{\\zeta(2)} = \\frac{6}{\\pi^2}.$$

You can watch it converge:

\`\`\`python
from math import gcd, pi

n = 2000
pairs = sum(gcd(a, b) == 1 for a in range(1, n + 1) for b in range(1, n + 1))
print(pairs / n**2, 6 / pi**2)   # 0.6081... 0.6079...
\`\`\`

| numbers up to | share of coprime pairs |
|---:|---:|
| 10 | 0.630 |
| 2000 | 0.6081 |`;
const PROMPT = "What is the probability that two random whole numbers have no common factor?";

async function pieces(answer, text, how, delay) {
  for (const piece of text.match(/[\s\S]{1,5}/g)) {
    answer[how](piece, 1, 28);
    if (delay) await sleep(delay);
  }
}

const wide = { viewport: { width: 1280, height: 1000 }, deviceScaleFactor: 1.5 };
const narrow = { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

for (const colorScheme of ["light", "dark"]) {
  const shot = (page, name) => page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}.png`, animations: "disabled" });

  test(`the chat, ${colorScheme}`, { skip: !FOLDER }, async (t) => {
    let hold = null;
    const server = await scripted(t, REAL, async (answer, body) => {
      if (body.messages.at(-1).content !== PROMPT) {
        answer.think("Hm.", 40, 900);
        answer.say("Gladly.");
        return answer.finish();
      }
      await pieces(answer, THINKING, "think", 1);
      if (hold) await hold;
      await pieces(answer, ANSWER, "say", 0);
      answer.finish();
    });
    for (const [name, options] of Object.entries({ chat: wide, "chat-320": narrow })) {
      const page = await openPage(t, server.url, { ...options, colorScheme });
      for (const earlier of ["Why is the sky blue at noon and red in the evening?", "Plan a week of dinners for four"]) {
        await askAndWait(page, earlier);
        if (name === "chat") await page.getByRole("button", { name: "New chat" }).click();
        else await page.goto(server.url + "#/chat");
        await page.waitForFunction(() => document.querySelectorAll("article").length === 0);
      }
      if (name === "chat-320") await shot(page, "chat-new-320");
      let go;
      hold = new Promise((resolve) => (go = resolve));
      await ask(page, PROMPT);
      await page.waitForFunction(() => document.querySelector(".thinking-text")?.textContent.includes("Good."));
      await eventually(async () => (await page.locator(".thinking .katex").count()) >= 6);
      await sleep(400);
      if (name === "chat") await page.setViewportSize({ width: 1280, height: 700 });
      await sleep(200);
      await shot(page, name === "chat" ? "chat-thinking" : "chat-thinking-320");
      if (name === "chat") await page.setViewportSize(wide.viewport);
      go();
      await done(page);
      await lastAnswer(page).locator(".hl-keyword").first().waitFor();
      await page.evaluate(() => document.activeElement.blur());
      await page.mouse.move(640, 640);
      if (name !== "chat") await page.locator(".transcript").evaluate((box) => (box.scrollTop = 0));
      await sleep(300);
      await shot(page, name);
      if (name === "chat") {
        await toggle(page).click();
        await page.locator(".transcript").evaluate((box) => (box.scrollTop = 0));
        await sleep(400);
        await shot(page, "chat-thought");
      }
    }
  });

  test(`vote and comparison, ${colorScheme}`, { skip: !FOLDER }, async (t) => {
    const page = await openPage(t, REAL, { ...wide, viewport: { width: 1280, height: 720 }, colorScheme });
    await page.getByRole("combobox", { name: "Vote" }).selectOption("8");
    await askAndWait(page, "Compute 45-6*7+20-9.");
    await page.evaluate(() => document.activeElement.blur());
    await sleep(300);
    await shot(page, "chat-vote");
    await page.goto(REAL + "#/chat/compare");
    await page.getByRole("button", { name: "Column", exact: true }).click();
    await page.getByRole("combobox", { name: "Thinking of column 3" }).selectOption("512");
    await page.getByRole("textbox", { name: "Prompt for all columns" }).fill(QUESTION);
    await page.keyboard.press("Enter");
    await eventually(async () => {
      if ((await page.locator(".column[aria-busy=false]").count()) !== 3) throw new Error("not yet");
    });
    await sleep(300);
    await page.setViewportSize({ width: 1280, height: 500 });
    await shot(page, "chat-compare");
  });
}
