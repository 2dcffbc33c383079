// Formulas. KaTeX is fetched with the first one; until a formula is drawn its source stands in its place. Drawing takes a millisecond
// or more, so formulas wait in a queue of which a few milliseconds are worked off in each frame.
import type { MathToken } from "./lexer";
import { whenIdle } from "./slices";

type Katex = typeof import("katex").default;
let katex: Katex | null = null;
let loading = false;

interface Waiting {
  place: HTMLElement;
  tex: string;
  display: boolean;
}
let queue: Waiting[] = [];

// Drawn formulas, by source: a paragraph that grows is made anew again and again. The oldest go first.
const drawn = new Map<string, HTMLElement>();
const MOST_DRAWN = 400;

export function formula(token: MathToken): HTMLElement {
  const place = document.createElement("span");
  place.className = token.display ? "math display" : "math";
  if (token.display) place.tabIndex = 0; // a wide one scrolls
  const known = drawn.get(key(token.tex, token.display));
  if (known) {
    place.append(known.cloneNode(true));
    return place;
  }
  place.classList.add("source");
  place.textContent = token.tex;
  if (!token.open) {
    queue.push({ place, tex: token.tex, display: token.display });
    workOff();
  }
  return place;
}

const key = (tex: string, display: boolean) => (display ? "d" : "i") + tex;

async function load() {
  loading = true;
  try {
    const [module] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
    katex = module.default;
    workOff();
  } catch {
    loading = false; // the sources stay; the next formula tries again
  }
}

function workOff() {
  if (!katex) {
    if (!loading) void load();
    return;
  }
  whenIdle("math", (hasTime) => {
    while (queue.length > 0 && hasTime()) {
      const next = queue.shift()!;
      // Not yet in the page: of a fragment that is being made. Gone: the paragraph was made anew.
      if (next.place.isConnected) draw(next);
    }
    return queue.length > 0;
  });
}

function draw({ place, tex, display }: Waiting) {
  const box = document.createElement("span");
  try {
    // render() makes elements and sets their styles one by one, as the page's policy wants; renderToString would be markup.
    katex!.render(tex, box, {
      displayMode: display,
      throwOnError: false,
      errorColor: "currentColor",
      strict: "ignore",
      trust: false,
      maxExpand: 200,
      maxSize: 40,
    });
  } catch {
    return; // the source stays
  }
  place.classList.remove("source");
  place.replaceChildren(...box.childNodes);
  const first = place.firstElementChild;
  if (!(first instanceof HTMLElement)) return;
  drawn.set(key(tex, display), first.cloneNode(true) as HTMLElement);
  if (drawn.size > MOST_DRAWN) drawn.delete(drawn.keys().next().value!);
}

// Until all formulas that wait are drawn: for export and print.
export async function allFormulasDrawn(): Promise<void> {
  if (queue.length > 0 && !katex && !loading) await load();
  while (queue.length > 0 && (katex || loading)) await new Promise((resolve) => setTimeout(resolve, 20));
}
