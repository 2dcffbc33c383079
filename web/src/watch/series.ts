// Curves as columns of numbers: what the server sent, and what came since.
import type { Points } from "./runs_api";

// At most this many points a curve are drawn; live points beyond twice as many are asked for anew, as buckets.
export const BUCKETS = 1000;

export function append(old: Points | undefined, more: Points): Points {
  if (!old) return more;
  const last = old.steps.at(-1) ?? -1;
  const begin = more.steps.findIndex((step) => step > last);
  if (begin < 0) return old;
  const mean = more.mean.slice(begin);
  const joined: Points = { steps: old.steps.concat(more.steps.slice(begin)), mean: old.mean.concat(mean), width: old.width };
  if (old.low && old.high) {
    joined.low = old.low.concat(mean);
    joined.high = old.high.concat(mean);
  }
  return joined;
}

export function within(points: Points, from: number, to: number): Points {
  const begin = points.steps.findIndex((step) => step >= from);
  if (begin < 0) return { steps: [], mean: [] };
  let end = points.steps.length;
  while (end > begin && points.steps[end - 1]! > to) --end;
  if (begin === 0 && end === points.steps.length) return points;
  return {
    steps: points.steps.slice(begin, end),
    mean: points.mean.slice(begin, end),
    low: points.low?.slice(begin, end),
    high: points.high?.slice(begin, end),
  };
}

// The sum of two metrics of the same steps (clipped low and high are one fraction).
export function sum(a: Points | undefined, b: Points | undefined): Points | undefined {
  if (!a || !b || a.steps.length !== b.steps.length) return a ?? b;
  const add = (x?: number[], y?: number[]) => x && y && x.map((value, i) => value + y[i]!);
  return { steps: a.steps, mean: add(a.mean, b.mean)!, low: add(a.low, b.low), high: add(a.high, b.high) };
}

export const isExactlyZero = (points: Points) =>
  points.mean.every((value) => value === 0) && !points.low?.some((value) => value !== 0) && !points.high?.some((value) => value !== 0);
