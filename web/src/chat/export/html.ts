// One HTML file that needs nothing else: the path that is shown, drawn as here. Formulas stay as MathML, which browsers draw with
// their own fonts.
import { GrowingDocument } from "../markdown/document";
import { allFormulasDrawn } from "../markdown/math";
import type { Conversation, Message } from "../model";
import { headline } from "../thinking_panel";

const STYLE = `
:root{color-scheme:light dark;--ink:#1f1d1a;--soft:#5d5850;--bg:#fbfaf8;--box:#efedf9;--line:#e4e0d9;--code:#f3f1ed}
@media(prefers-color-scheme:dark){:root{--ink:#ecebe8;--soft:#b1aea8;--bg:#17171a;--box:#2a2840;--line:#303036;--code:#111113}}
body{margin:0 auto;max-width:46rem;padding:2rem 1rem;background:var(--bg);color:var(--ink);font:16px/1.6 Inter,system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.4rem;line-height:1.25}article{margin:1.5rem 0}.you{margin-inline-start:auto;width:fit-content;max-width:85%;padding:.6rem 1rem;border-radius:18px;background:var(--box);white-space:pre-wrap}
details{margin:.5rem 0;color:var(--soft);border-inline-start:2px solid var(--line);padding-inline-start:1rem}summary{cursor:pointer}
pre{overflow-x:auto;padding:1rem;border-radius:12px;background:var(--code);font-size:.875rem}code{font-family:ui-monospace,monospace}figure{margin:1rem 0}
table{border-collapse:collapse}th,td{border-bottom:1px solid var(--line);padding:.35rem .75rem;text-align:start}blockquote{margin:1rem 0;padding-inline-start:1rem;border-inline-start:3px solid var(--line)}
.math.display{display:block;overflow-x:auto;margin:.75rem 0;text-align:center}a{color:inherit}`;

export async function toHtml(conversation: Conversation, path: Message[]): Promise<string> {
  const stage = document.createElement("div"); // formulas are drawn in the page only
  stage.className = "off-stage";
  document.body.append(stage);
  try {
    const articles = [];
    for (const message of path) articles.push((await article(message, stage)).outerHTML);
    const title = escape(conversation.title);
    return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${STYLE}</style></head>
<body>
<h1 dir="auto">${title}</h1>
${articles.join("\n")}
</body>
</html>
`;
  } finally {
    stage.remove();
  }
}

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function article(message: Message, stage: HTMLElement): Promise<HTMLElement> {
  const box = document.createElement("article");
  box.dir = "auto";
  stage.append(box);
  if (message.role === "user") {
    box.className = "you";
    box.textContent = message.content;
    return box;
  }
  if ((message.thinking ?? "").trim()) {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent =
      headline(message) + (message.thinkingTokens === undefined ? "" : ` · ${message.thinkingTokens.toLocaleString("en-US")} tokens`);
    details.append(summary);
    box.append(details);
    await drawn(message.thinking!, details);
  }
  await drawn(message.content, box);
  return box;
}

async function drawn(text: string, into: HTMLElement): Promise<void> {
  const root = document.createElement("div");
  into.append(root);
  await new Promise<void>((resolve) => {
    let quiet = 0;
    const shown = new GrowingDocument(root, () => {
      clearTimeout(quiet);
      quiet = window.setTimeout(resolve, 60);
    });
    shown.set(text, true);
    if (text === "") resolve();
  });
  await allFormulasDrawn();
  for (const formula of root.querySelectorAll(".katex")) {
    const mathMl = formula.querySelector("math");
    if (mathMl) formula.replaceWith(mathMl);
  }
  for (const button of root.querySelectorAll("button")) button.remove();
}
