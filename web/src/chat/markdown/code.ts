// Blocks of code: a head with the language and what one can do, and the code, coloured once it is complete.
import { forget, whenIdle } from "./slices";

type Highlight = (code: string, language: string) => DocumentFragment | null;
let highlight: Highlight | null = null;
let loading: Promise<void> | null = null;
const MOST_COLOURED = 20_000; // characters; longer code stays plain, which takes no time

export const languageOf = (info: string) => /^[\w+#.-]+/.exec(info)?.[0] ?? "";

export function codeBlock(text: string, info: string): HTMLElement {
  const language = languageOf(info);
  const figure = document.createElement("figure");
  figure.className = "code";
  const head = document.createElement("figcaption");
  const name = document.createElement("span");
  name.textContent = language || "text";
  head.append(name, button("Wrap lines", "wrap"), button("Copy code", "copy"));
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.dir = "ltr";
  const code = document.createElement("code");
  code.textContent = text;
  code.dataset.language = language;
  pre.append(code);
  figure.append(head, pre);
  return figure;
}

function button(label: string, action: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset.action = action;
  element.textContent = action === "copy" ? "Copy" : "Wrap";
  element.setAttribute("aria-label", label);
  if (action === "wrap") element.setAttribute("aria-pressed", "false");
  return element;
}

// One listener for all blocks below an element.
export function listenToCode(root: HTMLElement): () => void {
  const onClick = (event: MouseEvent) => {
    const pressed = (event.target as Element).closest<HTMLButtonElement>("figure.code button");
    const figure = pressed?.closest("figure");
    if (!pressed || !figure) return;
    if (pressed.dataset.action === "wrap") {
      pressed.setAttribute("aria-pressed", String(figure.classList.toggle("wrapped")));
      return;
    }
    void navigator.clipboard?.writeText(figure.querySelector("code")!.textContent!).then(() => {
      pressed.textContent = "Copied";
      setTimeout(() => (pressed.textContent = "Copy"), 1500);
    });
  };
  root.addEventListener("click", onClick);
  return () => root.removeEventListener("click", onClick);
}

// Colours the code within `block`, which will not change any more, when there is time.
export function colourCode(block: Element) {
  const codes = [...block.querySelectorAll<HTMLElement>("figure.code code")];
  if (codes.length === 0) return;
  loading ??= import("./highlight").then((module) => void (highlight = module.highlight)).catch(() => void (loading = null));
  void loading.then(() => {
    whenIdle(block, (hasTime) => {
      if (!block.isConnected) forget(block);
      while (highlight && codes.length > 0 && hasTime()) {
        const code = codes.shift()!;
        const text = code.textContent!;
        const coloured = text.length <= MOST_COLOURED ? highlight(text, code.dataset.language!) : null;
        if (coloured) code.replaceChildren(coloured);
      }
      return highlight !== null && codes.length > 0;
    });
  });
}
