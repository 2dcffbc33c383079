// Light, dark, or as the system says. CSS reads data-theme of <html>, base.css has the colours.
import { effect, signal } from "@preact/signals";

import { stored } from "./stored";

export type Theme = "system" | "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(system.matches);
system.addEventListener("change", () => (systemIsDark.value = system.matches));

export const theme = stored<Theme>("theme", "system");
export const isDark = () => (theme.value === "system" ? systemIsDark.value : theme.value === "dark");

export function applyTheme() {
  effect(() => {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  });
}
