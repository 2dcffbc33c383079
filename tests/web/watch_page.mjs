// The watch page: a recorded run, a training while it runs, a hundred thousand steps, and folders made up to harm.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { assertNothingSerious, eventually, openPage, REAL } from "./harness.mjs";
import { longestTask } from "./tasks.mjs";

const { R1, R1_ROOT } = process.env;
const ready = "#run-title";
const allow = /Service Worker|ERR_(INCOMPLETE|CONNECTION|EMPTY)/; // of a server that this test ends while its page is open
const TINY = [join(R1_ROOT, "tests/e2e/tiny.toml"), "--set", "stages.1.grpo.steps=100000", "--set", "checkpoint_every_s=2"];

const ends = []; // of the programs of the present test; its folder's end ends them

// r1 with these arguments, once it says where its page is.
async function start(...args) {
  const process = spawn(R1, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const ended = new Promise((resolve) => process.on("exit", resolve));
  ends.push(async () => {
    process.kill("SIGKILL");
    await ended;
  });
  const url = await new Promise((resolve, reject) => {
    process.stderr.on("data", (data) => {
      said += data;
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(said);
      if (found) resolve(found[0]);
    });
    ended.then(() => reject(new Error(said)));
  });
  return { url, process, ended, said: () => said };
}

async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "r1-watch-"));
  t.after(async () => {
    for (const end of ends.splice(0)) await end(); // nobody writes there any more
    await rm(path, { recursive: true, force: true });
  });
  return path;
}

const lines = (objects) => objects.map((each) => JSON.stringify(each) + "\n").join("");
const stepOf = async (page) => Number((await page.locator(".stage").last().locator(".stage-steps").innerText()).replace(/,/g, "").split(" ")[0]);
const noWider = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

test("a recorded run is shown whole", async (t) => {
  const page = await openPage(t, REAL, { ready });
  await page.getByRole("heading", { name: "r1-zero-micro", level: 1 }).waitFor();
  assert.equal(await page.locator(".stage.done").count(), 2);
  await page.locator(".figures").getByText("exactly 0").waitFor();
  await page.getByText("exactly 0 at every step").waitFor();
  assert.ok((await page.locator("figure.curve").count()) >= 10);
  for (const label of ["all tasks", "accuracy", "format", "clip fraction", "rollouts"]) assert.ok(await page.locator(".legend").getByText(label, { exact: true }).count(), label);
  // No weights ship with it: nobody to ask, and nothing to stop.
  assert.equal(await page.getByRole("button", { name: "Ask" }).count() + await page.getByRole("button", { name: "Stop" }).count(), 0);
});

test("the thinking grows as the slider moves", async (t) => {
  const page = await openPage(t, REAL, { ready });
  const slider = page.getByRole("slider", { name: "Evaluation" });
  const text = page.locator(".growth .tokens");
  await eventually(async () => assert.ok((await text.innerText()).length > 0));
  const last = await text.innerText();
  await slider.focus();
  await page.keyboard.press("Home");
  await page.getByText("Before reinforcement learning", { exact: true }).waitFor();
  await eventually(async () => assert.notEqual(await text.innerText(), last));
  await page.keyboard.press("End");
  await page.getByText("After 80 steps", { exact: true }).waitFor();
  await eventually(async () => assert.equal(await text.innerText(), last));
  assert.match(await text.innerText(), /<think>[\s\S]*<\/think>/);
  assert.match(await slider.getAttribute("aria-valuetext"), /after 80 steps, right, \d+ tokens/);
  // Every token tells its probability, by keys too.
  await text.focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(".growth .token-readout").getByText(/probability \d+\.\d%.*entropy/).waitFor();
  await page.locator(".growth-question").nth(3).click();
  await eventually(async () => assert.equal(await page.locator(".growth-question").nth(3).getAttribute("aria-pressed"), "true"));
});

test("rollouts are a table by advantage, each opens token by token", async (t) => {
  const page = await openPage(t, REAL, { ready });
  const rows = page.locator(".rollout");
  await rows.first().waitFor();
  const advantages = (await page.locator(".rollout .advantage").allInnerTexts()).map((text) => Number(text.replace("−", "-")));
  assert.equal(advantages.length, 16);
  assert.deepEqual(advantages, [...advantages].sort((a, b) => b - a));
  await rows.first().locator(".rollout-text").click();
  await page.locator(".rollout-detail .token").first().waitFor();
  await page.getByRole("button", { name: "Rollouts of the step before" }).click();
  await page.getByText("step 2,321").waitFor();
});

test("a stretch of steps is looked at closely and runs are laid over each other", async (t) => {
  const root = await folder(t);
  for (const [name, shift] of [["one", 0], ["two", 0.25]]) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, "metrics.jsonl"), lines(Array.from({ length: 3000 }, (_, i) => ({ step: i + 1, stage: "s", reward: Math.sin(i / 300) + shift }))));
  }
  const server = await start("watch", root, "--port", "0");
  const page = await openPage(t, server.url, { ready, allow });
  await page.locator("summary", { hasText: "Compare" }).click();
  await page.locator(".menu-body input").check();
  await eventually(async () => assert.equal(await page.locator(".legend li").count(), 2));
  assert.match(page.url(), /with=(one|two)/);
  await page.reload();
  await eventually(async () => assert.equal(await page.locator(".legend li").count(), 2));
  // A curve is made anew when the other run's points come: what was dragged over the old one is lost.
  await eventually(async () => {
    const box = await page.locator(".curve-box .u-over").first().boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.getByRole("button", { name: /^1,\d\d\d – 2,\d\d\d$/ }).waitFor({ timeout: 1000 });
  });
});

test("a training is watched, paused, resumed, left and stopped", async (t) => {
  const root = await folder(t);
  const train = await start("train", ...TINY, "--out", join(root, "live"), "--watch", "0");
  const page = await openPage(t, train.url, { ready, allow });
  await eventually(async () => assert.ok((await stepOf(page)) > 3));
  await page.locator(".state", { hasText: "training" }).waitFor();
  const before = await stepOf(page);
  await eventually(async () => assert.ok((await stepOf(page)) > before));
  // Nothing happens without a confirmation.
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.locator(".state", { hasText: "training" }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.locator(".state", { hasText: /^paused$/ }).waitFor();
  const paused = await stepOf(page);
  await page.reload();
  await page.locator(".state", { hasText: /^paused$/ }).waitFor();
  assert.equal(await stepOf(page), paused);
  await page.getByRole("textbox", { name: "Question" }).fill("3+4=?");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.locator(".asked").getByText(/checkpoint of step/).waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await eventually(async () => assert.ok((await stepOf(page)) > paused));
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  assert.equal(await train.ended, 130);
  await page.getByText("The server does not answer. Trying again.").waitFor();
  const port = new URL(train.url).port;
  const again = await start("train", ...TINY, "--out", join(root, "live"), "--resume", "--watch", port);
  const stopped = await stepOf(page);
  await eventually(async () => assert.ok((await stepOf(page)) > stopped));
  assert.equal(await page.locator(".trouble").count(), 0);
  again.process.kill("SIGTERM");
  await again.ended;
});

test("100,000 steps are drawn in under 100 ms", async (t) => {
  const root = await folder(t);
  const random = (i) => (Math.sin(i * 12.9898) * 43758.5453) % 1;
  const objects = Array.from({ length: 100_000 }, (_, i) => ({
    step: i + 1, stage: "zero", reward: 1 - Math.exp(-i / 3e4) + 0.1 * random(i), "reward/accuracy": 1 - Math.exp(-i / 4e4), "reward/format": 1,
    completion_tokens: 40 + i / 1000 + random(i + 1), entropy: 2 * Math.exp(-i / 5e4), kl: 0, old_kl: 0, clip_low: 0, clip_high: 0,
    grad_norm: i === 77_777 ? 50 : 0.3 + 0.1 * random(i), learning_rate: 2e-4, rollout_tokens_per_s: 5e4 + 1e4 * random(i), "time/run_s": i / 2,
  }));
  await mkdir(join(root, "long"));
  await writeFile(join(root, "long/metrics.jsonl"), lines(objects));
  const server = await start("watch", root, "--port", "0");
  const page = await openPage(t, server.url, { ready, allow, path: "?watch" });
  await page.locator("figure.curve").first().waitFor();
  const longest = await longestTask(page, async () => {
    await page.reload();
    await page.locator("figure.curve").nth(6).waitFor();
    await page.waitForTimeout(500);
  });
  console.log(`longest task while drawing 100,000 steps: ${longest.toFixed(1)} ms`);
  assert.ok(longest < 100, `${longest}`);
  // The one spike among them is still there.
  const label = await page.evaluate(async () => {
    const metrics = await (await fetch("v1/runs/long/metrics?buckets=1000")).json();
    return [metrics.series.grad_norm.steps.length, Math.max(...metrics.series.grad_norm.high)];
  });
  assert.ok(label[0] <= 1001 && label[1] === 50, `${label}`);
});

test("what a model or a folder says is text, and a broken folder says so", async (t) => {
  const root = await folder(t);
  const evil = `<img src=x onerror="document.title='harm'"><script>document.title='harm'</script><svg onload="document.title='harm'">`;
  await mkdir(join(root, "evil"));
  await writeFile(join(root, "evil/recipe.toml"), `name = "x"\ndescription = '''${evil}'''\n[[stages]]\nname = "zero"\nkind = "grpo"\n`);
  await writeFile(join(root, "evil/metrics.jsonl"), lines([{ step: 1, stage: "zero", [`reward/${evil}`]: 1, reward: 1 }, { step: 2, stage: "zero", [`reward/${evil}`]: 1, reward: 1 }]) + '{"step":3,');
  await writeFile(join(root, "evil/questions.jsonl"), lines([{ step: 1, id: "a", task: evil, question: evil, answer: evil, completion: `<think>${evil}</think>${evil}`, token_ids: [1] }]));
  await mkdir(join(root, "broken"));
  await writeFile(join(root, "broken/recipe.toml"), "name = [[[");
  await writeFile(join(root, "broken/metrics.jsonl"), "\u0000\u0001 nothing\n{}\n");
  const server = await start("watch", root, "--port", "0");
  const page = await openPage(t, server.url, { ready, allow, path: "?watch#/watch/evil" });
  await page.locator(".growth .tokens", { hasText: "<think><img" }).waitFor();
  await page.locator("#run-title").waitFor();
  assert.equal(await page.locator("img, script:not([type=module]), main svg:not(.icon)").count(), 0);
  assert.equal(await page.title(), "Watch · r1");
  await page.goto(server.url + "?watch#/watch/broken");
  await page.locator(".state", { hasText: "cannot be read" }).waitFor();
  await page.getByText("2 lines of metrics.jsonl cannot be read").waitFor();
});

test("axe finds nothing serious, and nothing is wider than a small screen", async (t) => {
  for (const [colorScheme, width] of [["light", 1180], ["dark", 1180], ["light", 320], ["dark", 320]]) {
    const page = await openPage(t, REAL, { ready, colorScheme, bypassCSP: true, viewport: { width, height: 800 } });
    await page.locator(".rollout-text").first().click();
    await page.locator(".rollout-detail .token").first().waitFor();
    for (const name of ["Entropy", "Probability"]) {
      await page.getByRole("button", { name, exact: true }).first().click();
      await assertNothingSerious(page, `${colorScheme}, ${width} px, ${name}`);
    }
    assert.ok(await noWider(page), `${width} px`);
  }
});
