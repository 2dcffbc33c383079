// How long the page's main thread is busy at a time.
import assert from "node:assert/strict";

// The longest task of the page's main thread while `work` runs, in ms of CPU.
export async function longestTask(page, work) {
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
  return longest.tdur / 1000;
}
