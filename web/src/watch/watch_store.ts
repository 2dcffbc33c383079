// Which runs there are and which are looked at. The address says it too ("#/watch/NAME?with=OTHER"), so that a reload shows the same.
import { computed, effect, signal } from "@preact/signals";

import { ApiFailure, textOfError } from "../shared/api";
import { href, route } from "../shared/router";
import { RunData } from "./run_data";
import { getRuns, type RunList } from "./runs_api";

export const list = signal<RunList | null>(null);
export const listTrouble = signal("");
export const hasRuns = signal(true); // the server was told of a folder

export const MOST_COMPARED = 4;

// The run that is looked at: that of the address, else the newest.
export const current = computed(() => {
  if (route.value.view !== "watch") return "";
  return route.value.path[0] ?? list.value?.runs[0]?.name ?? "";
});
export const others = computed(() =>
  (route.value.query.get("with") ?? "").split(",").filter((name) => name !== "" && name !== current.value).slice(0, MOST_COMPARED - 1),
);

export function show(name: string, compared: string[]) {
  const wanted = compared.filter((other) => other !== name);
  location.hash = href("watch", name) + (wanted.length ? "?with=" + wanted.map(encodeURIComponent).join(",") : "");
}

// Steps that are shown, of the run: null is all.
export const range = signal<{ from: number; to: number } | null>(null);

const open = new Map<string, RunData>();

export function dataOf(name: string): RunData {
  let data = open.get(name);
  if (!data) open.set(name, (data = new RunData(name)));
  return data;
}

let timer = 0;
async function refreshList() {
  clearTimeout(timer);
  try {
    list.value = await getRuns();
    hasRuns.value = true;
    listTrouble.value = "";
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) hasRuns.value = false;
    else listTrouble.value = textOfError(error);
  }
  if (watching) timer = window.setTimeout(refreshList, 4000);
}

let watching = false;
export function startWatching(): () => void {
  watching = true;
  void refreshList();
  const stop = effect(() => {
    const wanted = new Set([current.value, ...others.value]);
    for (const [name, data] of open) {
      if (wanted.has(name)) continue;
      data.close();
      open.delete(name);
    }
  });
  let last = current.peek();
  const forget = effect(() => {
    if (current.value !== last) range.value = null;
    last = current.value;
  });
  return () => {
    watching = false;
    clearTimeout(timer);
    stop();
    forget();
    for (const data of open.values()) data.close();
    open.clear();
  };
}
