// Markdown's tokens as elements, made one by one. No text is ever parsed as HTML, so whatever a model writes stays text; the page's
// policy (Trusted Types) would refuse anything else.
import type { Token, Tokens } from "marked";

import { codeBlock } from "./code";
import type { MathToken } from "./lexer";
import { formula } from "./math";

type Parent = Element | DocumentFragment;

export function renderTokens(tokens: Token[], into: Parent) {
  for (const token of tokens) renderToken(token, into);
}

function add<K extends keyof HTMLElementTagNameMap>(into: Parent, tag: K, children?: Token[], className?: string) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (children) renderTokens(children, element);
  into.append(element);
  return element;
}

function renderToken(token: Token, into: Parent) {
  switch (token.type) {
    case "space":
    case "def":
      return;
    case "paragraph":
      add(into, "p", token.tokens).dir = "auto";
      return;
    case "heading": {
      // The page has an h1 of its own.
      const level = Math.min(6, (token as Tokens.Heading).depth + 1) as 2 | 3 | 4 | 5 | 6;
      add(into, `h${level}`, token.tokens).dir = "auto";
      return;
    }
    case "code":
      into.append(codeBlock((token as Tokens.Code).text, (token as Tokens.Code).lang ?? ""));
      return;
    case "blockquote":
      add(into, "blockquote", token.tokens).dir = "auto";
      return;
    case "list":
      return renderList(token as Tokens.List, into);
    case "table":
      return renderTable(token as Tokens.Table, into);
    case "hr":
      add(into, "hr");
      return;
    case "math":
    case "inlineMath":
      into.append(formula(token as MathToken));
      return;
    case "strong":
    case "em":
    case "del":
      add(into, token.type, token.tokens);
      return;
    case "codespan":
      add(into, "code").textContent = (token as Tokens.Codespan).text;
      return;
    case "br":
      add(into, "br");
      return;
    case "link":
      return renderLink(token as Tokens.Link, into);
    case "image":
      return renderImage(token as Tokens.Image, into);
    case "text":
      if ("tokens" in token && token.tokens) renderTokens(token.tokens, into);
      else into.append((token as Tokens.Text).text); // entities stay as they were written
      return;
    case "escape":
      into.append((token as Tokens.Escape).text);
      return;
    case "checkbox":
      return renderCheckbox((token as { checked?: boolean }).checked === true, into);
    case "html":
      into.append(token.raw.replace(/\n+$/, ""));
      return;
    default:
      into.append(token.raw);
  }
}

function renderCheckbox(checked: boolean, into: Parent) {
  const box = add(into, "input");
  box.type = "checkbox";
  box.disabled = true;
  box.checked = checked;
  box.setAttribute("aria-label", checked ? "done" : "to do");
}

function renderList(list: Tokens.List, into: Parent) {
  const element = add(into, list.ordered ? "ol" : "ul");
  if (list.ordered && typeof list.start === "number" && list.start !== 1) (element as HTMLOListElement).start = list.start;
  for (const item of list.items) {
    const line = add(element, "li");
    line.dir = "auto";
    if (item.task && !item.tokens.some((t) => t.type === "checkbox")) renderCheckbox(item.checked === true, line);
    renderTokens(item.tokens, line);
  }
}

function renderTable(table: Tokens.Table, into: Parent) {
  const frame = add(into, "div", undefined, "table-frame"); // scrolls by itself where the page is narrow
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Table");
  const element = add(frame, "table");
  const row = (section: Parent, cells: Tokens.TableCell[], tag: "th" | "td") => {
    const line = add(section, "tr");
    cells.forEach((cell, i) => {
      const box = add(line, tag, cell.tokens);
      const align = table.align[i];
      if (align) box.classList.add("align-" + align);
      if (tag === "th") (box as HTMLTableCellElement).scope = "col";
    });
  };
  row(add(element, "thead"), table.header, "th");
  const body = add(element, "tbody");
  for (const cells of table.rows) row(body, cells, "td");
}

// An address that leads somewhere on the web, or "".
export function webAddress(href: string): string {
  try {
    const url = new URL(href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

function renderLink(link: Tokens.Link, into: Parent) {
  const address = webAddress(link.href);
  if (!address) return renderTokens(link.tokens, into);
  const element = add(into, "a", link.tokens);
  element.href = address;
  element.target = "_blank";
  element.rel = "noopener noreferrer";
}

// Fetching a picture would tell its host who reads what. It is a link instead.
function renderImage(image: Tokens.Image, into: Parent) {
  const address = webAddress(image.href);
  const text = `image: ${image.text || image.href.slice(0, 80)}`;
  if (!address) return into.append(`[${text}]`);
  const element = add(into, "a", undefined, "image-link");
  element.textContent = text;
  element.href = address;
  element.target = "_blank";
  element.rel = "noopener noreferrer";
}
