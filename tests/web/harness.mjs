// A browser on the pages of r1 serve. Whatever a page says on its console, asks of another host, or is refused by its own policy
// fails the test that opened it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

export const REAL = process.env.R1_URL; // http://127.0.0.1:PORT/ of r1 serve with the model that ships
export const PATIENT = process.env.R1_PATIENT_URL; // the same model with a long context, one sequence at a time
export const LOCKED = process.env.R1_LOCKED_URL; // the same behind the key "right"
export const QUESTION = "Zoe has 17 cakes. She buys 5 more cakes. Zoe gives Tom 8 cakes. How many cakes does Zoe have now?";

// How long a test waits for what will come: a machine with no time for it makes it late, and lateness is no fault of a page.
export const PATIENCE_MS = 60_000;

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
});
after(async () => browser?.close());

// allow: console messages that are part of the test. ready: what is there once the page is drawn.
export async function openPage(t, url, { allow = /^$/, path = "", ready = ".chat", ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
    serviceWorkers: "block",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // The driver blocks the service worker; a scripted server may end before its page.
    const ours = /Service Worker registration blocked by Playwright|net::ERR_CONNECTION_(REFUSED|RESET)/;
    if (["error", "warning"].includes(message.type()) && !ours.test(message.text()) && !allow.test(message.text()))
      wrong.push(`console: ${message.text()}`);
  });
  const home = new URL(url).origin;
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== home) wrong.push(`foreign request: ${request.url()}`);
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(wrong, []);
  });
  await page.goto(url + path);
  await page.waitForSelector(ready);
  return page;
}

export const composer = (page) => page.getByRole("textbox", { name: "Message", exact: true });
export const answers = (page) => page.locator("article.answer");
export const lastAnswer = (page) => answers(page).last();
export const toggle = (page) => lastAnswer(page).locator(".thinking-toggle");

export async function ask(page, text) {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

// Until the last answer is over.
export async function done(page, count = 1) {
  await page.waitForFunction((n) => {
    const all = document.querySelectorAll("article.answer");
    return all.length >= n && all[all.length - 1].getAttribute("aria-busy") === "false";
  }, count);
  // What came last is drawn a frame later.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 30)))));
}

export async function askAndWait(page, text) {
  const before = await answers(page).count();
  await ask(page, text);
  await done(page, before + 1);
}

export async function setting(page, label, value) {
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(label).fill(String(value));
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
}

export const eventually = async (check) => {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
};

// Answers under way on the patient server. Who leaves one behind takes the place that the next test waits for.
export const running = async () => (await (await fetch(PATIENT + "slots")).json()).filter((slot) => slot.is_processing).length;

// The messages that the browser keeps.
export const kept = (page, store = "messages") =>
  page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opened = indexedDB.open("r1-chat");
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
          const all = opened.result.transaction(name).objectStore(name).getAll();
          all.onsuccess = () => (opened.result.close(), resolve(all.result));
        };
      }),
    store,
  );

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// The page has to be opened with bypassCSP: its policy would keep axe out too.
export async function assertNothingSerious(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations
    .filter((v) => ["serious", "critical", "moderate"].includes(v.impact))
    .map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html.slice(0, 150)} ${n.any[0]?.message ?? ""}`).join(" | ")}`);
  assert.deepEqual(serious, [], what);
}
