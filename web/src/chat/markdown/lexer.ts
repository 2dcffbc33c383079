// Markdown with formulas, as tokens. Formulas are $...$, $$...$$, \(...\), \[...\], and \boxed{...} on its own; money stays text.
// HTML has no meaning here: render.ts shows it as the characters it is.
import { Marked, type Token, type Tokens, type TokenizerExtension } from "marked";

export interface MathToken extends Tokens.Generic {
  type: "math";
  tex: string;
  display: boolean;
  open: boolean; // its end has not come yet
}

const math = (raw: string, tex: string, display: boolean, open = false): MathToken => ({
  type: "math",
  raw,
  tex: tex.trim(),
  display,
  open,
});

// A block that begins with $$ or \[. Without an end it reaches to the end of the text, for as long as that grows.
const blockMath: TokenizerExtension = {
  name: "math",
  level: "block",
  start: (src) => src.match(/(?:^|\n) {0,3}(?:\$\$|\\\[)/)?.index,
  tokenizer(src) {
    const closed = /^ {0,3}(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/.exec(src);
    if (closed) return math(closed[0], closed[1] ?? closed[2] ?? "", true);
    const open = /^ {0,3}(?:\$\$|\\\[)((?:(?!\$\$|\\\]|\n[ \t]*\n)[\s\S])*)$/.exec(src);
    return open && growing ? math(open[0], open[1] ?? "", true, true) : undefined;
  },
};

const inlineMath: TokenizerExtension = {
  name: "inlineMath",
  level: "inline",
  start: (src) => src.match(/\$|\\\(|\\\[|\\boxed\s*\{/)?.index,
  tokenizer(src) {
    const two = /^(?:\$\$([^$]+?)\$\$|\\\[([\s\S]+?)\\\])/.exec(src);
    if (two) return math(two[0], two[1] ?? two[2] ?? "", true);
    const round = /^\\\(([\s\S]+?)\\\)/.exec(src);
    if (round) return math(round[0], round[1]!, false);
    // As Pandoc has it: no space inside the dollars, no digit behind them. So "$5 and $6" is money.
    const one = /^\$(?![\s$])((?:\\[\s\S]|[^\\$\n])*?(?:\\[\s\S]|[^\\$\s]))\$(?![\d$])/.exec(src);
    if (one) return math(one[0], one[1]!, false);
    const boxed = /^\\boxed\s*\{/.test(src) ? balanced(src) : 0;
    return boxed > 0 ? math(src.slice(0, boxed), src.slice(0, boxed), false) : undefined;
  },
};

// The length of "\boxed{...}" with its braces in pairs; 0 if one is missing.
function balanced(src: string): number {
  let depth = 0;
  for (let i = src.indexOf("{"); i < Math.min(src.length, 2000); ++i) {
    if (src[i] === "\\") ++i;
    else if (src[i] === "{") ++depth;
    else if (src[i] === "}" && --depth === 0) return i + 1;
  }
  return 0;
}

let growing = false; // while lex() runs
const marked = new Marked({ gfm: true, breaks: true, extensions: undefined });
marked.use({ extensions: [blockMath, { ...inlineMath }] });

// more: the text will go on, so that what is open at its end may still be closed.
export function lex(text: string, more: boolean): Token[] {
  growing = more;
  return marked.lexer(text);
}
