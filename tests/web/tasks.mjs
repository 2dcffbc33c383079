// How long the page's main thread is busy at a time.
import assert from "node:assert/strict";

// How many times longer than on a quiet core the page's scripts take now: neighbours on the same core slow down even CPU time.
// Never below 1: a faster core has to keep the same limits.
async function slowness(page) {
  const QUIET_MS = 13; // ten rounds of the work below, on two cores of an Emerald Rapids
  const ms = await page.evaluate(() => {
    const text = Array.from({ length: 4000 }, (_, i) => `word${(i * 7919) % 1009}`).join(" ");
    const round = () => {
      const counts = new Map();
      for (const word of text.replace(/[aeiou]/g, (v) => v.toUpperCase()).split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
      return JSON.parse(JSON.stringify([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))).length;
    };
    const times = [];
    for (let i = 0; i < 40; ++i) {
      const start = performance.now();
      for (let j = 0; j < 10; ++j) round();
      times.push(performance.now() - start);
    }
    return times.slice(10).sort((a, b) => a - b)[15]; // the first ones are compiled
  });
  return Math.max(1, ms / QUIET_MS);
}

// The longest task of the page's main thread while `work` runs, in ms of CPU on a quiet core.
export async function longestTask(page, work) {
  const before = await slowness(page);
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "disabled-by-default-devtools.timeline", "devtools.timeline", "__metadata"] },
  });
  await work();
  await client.send("Tracing.end");
  await complete;
  // The thread that drew our page: the renderer's main thread with the most work.
  const mains = new Set(events.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid}:${e.tid}`));
  const tasks = events.filter(
    (e) => e.ph === "X" && /RunTask|ThreadControllerImpl::RunTask/.test(e.name) && mains.has(`${e.pid}:${e.tid}`),
  );
  assert.ok(tasks.length > 100, `${tasks.length} tasks were seen`);
  const longest = tasks.reduce((a, b) => ((b.tdur ?? 0) > (a.tdur ?? 0) ? b : a));
  const slow = Math.max(before, await slowness(page));
  if (slow > 1.2) console.log(`this core is ${slow.toFixed(1)} times slower than a quiet one`);
  return longest.tdur / 1000 / slow;
}
