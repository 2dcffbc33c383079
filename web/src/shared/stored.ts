// A signal whose value outlives the page. Where storage is refused (private windows, full disks) it lives as long as the page.
import { effect, signal, type Signal } from "@preact/signals";

export function stored<T>(name: string, initial: T, storage: "local" | "session" = "local"): Signal<T> {
  const key = "r1." + name;
  const place = () => (storage === "local" ? localStorage : sessionStorage);
  let value = initial;
  try {
    const text = place().getItem(key);
    if (text !== null) value = JSON.parse(text) as T;
  } catch {
    // as if nothing had been stored
  }
  const result = signal<T>(value);
  effect(() => {
    const text = JSON.stringify(result.value);
    try {
      if (text === undefined || text === JSON.stringify(initial)) place().removeItem(key);
      else place().setItem(key, text);
    } catch {
      // the signal still works
    }
  });
  return result;
}
