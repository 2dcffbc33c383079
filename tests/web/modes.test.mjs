// Compare and vote.
import assert from "node:assert/strict";
import { test } from "node:test";

import { askAndWait, eventually, kept, lastAnswer, openPage, QUESTION, REAL } from "./harness.mjs";
import { scripted, sleep } from "./scripted.mjs";

test("Compare asks with and without thinking at once, with the same seed, and shows what each costs", async (t) => {
  const page = await openPage(t, REAL, { path: "#/chat/compare" });
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/v1/chat/completions") && sent.push(request.postDataJSON()));
  await page.getByRole("textbox", { name: "Prompt for all columns" }).fill(QUESTION);
  await page.keyboard.press("Enter");
  const off = page.getByRole("region", { name: "Without thinking" });
  const on = page.getByRole("region", { name: "With thinking" });
  await eventually(async () =>
    assert.deepEqual([await off.getAttribute("aria-busy"), await on.getAttribute("aria-busy")], ["false", "false"]),
  );
  assert.equal(await off.locator("details").count(), 0);
  await on
    .locator("summary")
    .getByText(/^Thought for/)
    .waitFor();
  assert.match(await off.locator(".column-cost").innerText(), /^\d+ tokens · [\d.]+ s$/);
  assert.match(await on.locator(".column-cost").innerText(), /^\d+ tokens, \d+ of thinking · [\d.]+ s$/);
  assert.equal(sent.length, 2);
  assert.equal(sent[0].seed, sent[1].seed);
  assert.deepEqual([sent[0].thinking_budget_tokens, sent[1].thinking_budget_tokens], [0, undefined]);
  // Another column, other seeds.
  await page.getByRole("button", { name: "Column", exact: true }).click();
  await page.getByLabel("Same seed").uncheck();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await eventually(async () => assert.equal(await page.locator(".column[aria-busy=false]").count(), 3));
  assert.deepEqual([sent.length, sent.at(-1).seed, sent.at(-1).thinking_budget_tokens], [5, undefined, 512]);
  await page.getByRole("region", { name: "Thinking: Low" }).waitFor();
});

test("the costs of a comparison grow while the answers do, and Stop ends all of them", async (t) => {
  const server = await scripted(t, REAL, async (answer, body) => {
    for (let i = 0; i < 6000 && !answer.gone; ++i) {
      body.thinking_budget_tokens === 0 ? answer.say("word ") : answer.think("hm ");
      await sleep(10);
    }
    answer.finish();
  });
  const page = await openPage(t, server.url, { path: "#/chat/compare" });
  await page.getByRole("textbox", { name: "Prompt for all columns" }).fill("Go");
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const cost = () => page.getByRole("region", { name: "With thinking" }).locator(".column-cost").innerText();
  await eventually(async () => assert.ok(Number.parseInt(await cost(), 10) > 5));
  await page.getByRole("button", { name: "Stop" }).click();
  // What ends a stream here and what frees its place on the server go different ways: either may be there first.
  await eventually(async () => assert.deepEqual([server.open, server.stopped.length], [0, 2]));
  assert.equal(server.requests.length, 2);
});

test("Stop before an answer has begun frees its place too, and leaves the next comparison alone", async (t) => {
  const server = await scripted(t, REAL, async (answer, body) => {
    for (let i = 0; i < 400 && body.messages[0].content === "First"; ++i) {
      answer.say("late ");
      await sleep(10);
    }
    answer.say("right");
    answer.finish();
  });
  let begin;
  server.begin = new Promise((resolve) => (begin = resolve));
  const page = await openPage(t, server.url, { path: "#/chat/compare" });
  const prompt = page.getByRole("textbox", { name: "Prompt for all columns" });
  await prompt.fill("First");
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await eventually(async () => assert.equal(server.requests.length, 2));
  await page.getByRole("button", { name: "Stop" }).click();
  await eventually(async () => assert.equal(await page.locator(".column[aria-busy=false]").count(), 2));
  server.begin = null;
  await prompt.fill("Second");
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await eventually(async () => assert.equal(await page.getByText("right").count(), 2));
  begin();
  await eventually(async () => assert.deepEqual([server.open, server.stopped.length], [0, 2]));
  assert.equal(await page.getByText("late").count(), 0);
});

test("a vote of k chains: the race, the ballots, and the answer that won", async (t) => {
  const page = await openPage(t, REAL);
  await page.getByRole("combobox", { name: "Vote" }).selectOption("5");
  const sent = page.waitForRequest("**/v1/chat/completions");
  await askAndWait(page, QUESTION);
  assert.deepEqual((await sent).postDataJSON().consensus, { k: 5 });
  const board = lastAnswer(page).getByRole("group", { name: "Vote" });
  assert.equal(await board.locator(".lane").count(), 5);
  assert.match(await board.locator(".vote-head strong").innerText(), /^(All 5|\d of 5) chains agree$/);
  const message = (await kept(page)).find((m) => m.role === "assistant");
  assert.equal(message.standing.k, 5);
  assert.match(await board.locator(".ballot.leading").innerText(), new RegExp(`${message.standing.votes[0].count} of 5`));
  assert.ok(message.content !== "");
  await page.reload();
  await board.waitFor();
});

test("the race is seen while it runs", async (t) => {
  const standing = (tokens, votes, finished) => ({
    k: 3,
    answer: votes[0]?.answer ?? null,
    chain: null,
    decided: false,
    margin: 0,
    votes,
    finished,
    no_answer: 0,
    cancelled: 0,
    tokens,
    tokens_saved: 0,
  });
  const server = await scripted(t, REAL, async (answer) => {
    answer.send({ choices: [], consensus: standing([10, 20, 5], [], 0) });
    await new Promise((resolve) => (server.go = resolve));
    answer.send({ choices: [], consensus: standing([30, 40, 25], [{ answer: "14", count: 1, chains: [1] }], 1) });
    await new Promise((resolve) => (server.go = resolve));
    answer.say("14");
    answer.send({
      choices: [],
      consensus: {
        ...standing(
          [40, 40, 45],
          [
            { answer: "14", count: 2, chains: [0, 1] },
            { answer: "15", count: 1, chains: [2] },
          ],
          3,
        ),
        decided: true,
      },
    });
    answer.finish();
  });
  const page = await openPage(t, server.url);
  await page.getByRole("combobox", { name: "Vote" }).selectOption("3");
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("Race");
  await page.keyboard.press("Enter");
  await page.getByText("3 chains, 3 still thinking").waitFor();
  server.go();
  await page.getByText("3 chains, 2 still thinking").waitFor();
  await page.locator(".lane.leading").getByText("14").waitFor();
  server.go();
  await page.getByText("2 of 3 chains agree").waitFor();
  assert.deepEqual(
    (await page.locator(".ballot").allInnerTexts()).map((s) => s.replace(/\s+/g, " ")),
    ["14 2 of 3", "15 1 of 3"],
  );
});
