// Numbers for people.
export function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 10_000) return Math.round(value).toLocaleString("en-US");
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.01) return value.toFixed(size >= 1 ? 2 : 3);
  return value.toExponential(1);
}

export const percent = (value: number) => (Number.isFinite(value) ? (100 * value).toFixed(1) + "%" : "–");
// On an axis, where a tick need not say that nothing follows.
export const wholePercent = (value: number) => `${Math.round(1000 * value) / 10}%`;
export const signed = (value: number) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value).toFixed(2);

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

export const steps = (n: number) => n.toLocaleString("en-US");
