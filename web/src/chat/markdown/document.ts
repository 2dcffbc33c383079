// Markdown that grows. What can no longer change is made once; only the block at the end is made anew when text comes, at most once
// a frame, and no slice of work is longer than a few milliseconds however much text there is.
import type { Token, Tokens } from "marked";

import { colourCode, languageOf } from "./code";
import { lex } from "./lexer";
import { renderTokens } from "./render";
import { forget, whenIdle } from "./slices";

const WINDOW = 3_000; // characters that are read at a time
const LONG_BLOCK = 2_000; // a block at the end that is longer is cut where its look allows it

export class GrowingDocument {
  private text = "";
  private complete = false;
  private settled = 0; // characters that are made for good
  private tail: HTMLElement[] = []; // made of what is behind them

  // onDraw: after each change of the page.
  constructor(
    private readonly root: HTMLElement,
    private readonly onDraw: () => void = () => {},
  ) {}

  // The whole text so far. Another text than the one before, grown, begins anew.
  set(whole: string, complete: boolean) {
    const text = whole.includes("\r") ? whole.replace(/\r\n?/g, "\n") : whole; // as the lexer would
    if (text === this.text && complete === this.complete) return;
    if (!text.startsWith(this.text.slice(0, this.settled))) this.clear();
    this.text = text;
    this.complete = complete;
    whenIdle(this, () => this.work());
  }

  dispose() {
    forget(this);
  }

  private clear() {
    this.root.replaceChildren();
    this.settled = 0;
    this.tail = [];
  }

  private work(): boolean {
    const more = this.step(); // one window a frame: the layout of what was made takes longer than making it
    this.onDraw();
    return more;
  }

  // Settles a window of text, or makes the end of it. False when all is made.
  private step(): boolean {
    let window = WINDOW;
    for (;;) {
      const rest = this.text.slice(this.settled, this.settled + window);
      const atEnd = this.settled + rest.length >= this.text.length;
      const grows = !atEnd || !this.complete;
      const tokens = lex(rest, grows);
      let last = tokens.length - 1;
      while (last >= 0 && tokens[last]!.type === "space") --last;
      if (grows && last <= 0 && !atEnd) {
        // One block fills the window: as a whole if it can be had, else in pieces.
        const cut = this.cut(tokens[Math.max(0, last)], rest);
        if (cut > 0) return this.settle(lex(rest.slice(0, cut), false), cut);
        window *= 2;
        continue;
      }
      if (!grows) return this.settle(tokens, rest.length) && false;
      const stable = tokens.slice(0, Math.max(0, last));
      const length = stable.reduce((sum, token) => sum + token.raw.length, 0);
      if (!atEnd) return this.settle(stable, length);
      const end = rest.slice(length);
      const cut = end.length > LONG_BLOCK ? this.cut(tokens[last], end) : 0;
      if (length > 0) this.settle(stable, length);
      if (cut > 0) return this.settle(lex(end.slice(0, cut), false), cut);
      this.makeTail(lex(this.text.slice(this.settled), true));
      return false;
    }
  }

  // Where a long block may be cut so that the pieces look like the whole; 0: nowhere.
  private cut(token: Token | undefined, text: string): number {
    if (token?.type === "list") {
      const items = (token as Tokens.List).items;
      const all = items.slice(0, -1).reduce((sum, item) => sum + item.raw.length, 0);
      return items.length > 4 ? all : 0;
    }
    if (token?.type !== "paragraph" && token?.type !== "text") return 0;
    const at = text.lastIndexOf("\n", text.length - 200) + 1 || text.lastIndexOf(". ", text.length - 200) + 2;
    if (at < 200) return 0;
    // Not within a formula or a span of code.
    const odd = (mark: string) => text.slice(0, at).split(mark).length % 2 === 0;
    return odd("$") || odd("`") || odd("**") ? 0 : at;
  }

  private settle(tokens: Token[], length: number): boolean {
    for (const element of this.tail) element.remove();
    this.tail = [];
    for (const token of tokens) {
      if (token.type === "space") continue;
      const block = this.block([token]);
      this.root.append(block);
      colourCode(block);
    }
    this.settled += length;
    return length > 0;
  }

  private makeTail(tokens: Token[]) {
    const shown = tokens.filter((token) => token.type !== "space");
    // Code at the end only gets longer: its text is set, and the scroll position within it stays.
    const only = shown.length === 1 ? shown[0] : undefined;
    const code = only?.type === "code" && this.tail.length === 1 ? this.tail[0]!.querySelector("code") : null;
    if (code && code.dataset.language === languageOf((only as Tokens.Code).lang ?? "")) {
      const text = (only as Tokens.Code).text;
      const node = code.firstChild;
      if (node instanceof Text && text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
      else code.textContent = text;
      return;
    }
    const made = shown.map((token) => this.block([token]));
    for (const element of this.tail) element.remove();
    this.root.append(...made);
    this.tail = made;
  }

  private block(tokens: Token[]): HTMLElement {
    const block = document.createElement("div");
    block.className = "block";
    renderTokens(tokens, block);
    return block;
  }
}
