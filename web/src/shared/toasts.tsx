// Short messages that go by themselves. Errors are told to screen readers at once, the rest when they have time.
import { signal } from "@preact/signals";

import { Icon } from "./icons";

interface Toast {
  id: number;
  text: string;
  kind: "info" | "error";
  action?: { label: string; run: () => void };
}

const toasts = signal<Toast[]>([]);
let nextId = 1;

export function toast(text: string, kind: Toast["kind"] = "info", action?: Toast["action"]) {
  const id = nextId++;
  toasts.value = [...toasts.value.slice(-2), { id, text, kind, action }];
  setTimeout(() => drop(id), kind === "error" || action ? 8000 : 3000);
}

function drop(id: number) {
  toasts.value = toasts.value.filter((t) => t.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts">
      {toasts.value.map((t) => (
        <div key={t.id} class={`toast ${t.kind}`} role={t.kind === "error" ? "alert" : "status"}>
          <span>{t.text}</span>
          {t.action && (
            <button
              type="button"
              class="link-button"
              onClick={() => {
                t.action!.run();
                drop(t.id);
              }}
            >
              {t.action.label}
            </button>
          )}
          <button type="button" class="icon-button small" aria-label="Dismiss" onClick={() => drop(t.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
