// Work in slices of a few milliseconds, one slice a frame and job, so that the page answers while it draws.
import { atNextFrame } from "../../shared/frame";

const SLICE_MS = 5; // the layout of what was drawn takes its own time

type Job = (hasTime: () => boolean) => boolean; // true: there is more

const jobs = new Map<unknown, Job>();
let asked = 0;

// Runs `job` in the next frames until it has no more to do. A job of the same key takes the place of the one before.
export function whenIdle(key: unknown, job: Job) {
  jobs.set(key, job);
  ask();
}

export function forget(key: unknown) {
  jobs.delete(key);
}

function ask() {
  if (asked !== 0) return;
  asked = 1;
  atNextFrame(run); // hidden pages work slowly, and at once when they are shown again
}

function run() {
  asked = 0;
  const end = performance.now() + SLICE_MS;
  const hasTime = () => performance.now() < end;
  for (const [key, job] of [...jobs]) {
    if (!hasTime()) break;
    jobs.delete(key); // those that go on stand behind the others
    if (job(hasTime) && !jobs.has(key)) jobs.set(key, job);
  }
  if (jobs.size > 0) ask();
}
