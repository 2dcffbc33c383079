// Markdown, for people and for other programs: the path that is shown, the thinking in <details>.
import { headline } from "../thinking_panel";
import type { Conversation, Message } from "../model";

export function toMarkdown(conversation: Conversation, path: Message[]): string {
  const parts = [`# ${conversation.title}`];
  for (const message of path) {
    parts.push(message.role === "user" ? "## You" : `## ${message.model ?? "Model"}`);
    const thinking = (message.thinking ?? "").trim();
    if (thinking) {
      const tokens = message.thinkingTokens === undefined ? "" : ` · ${message.thinkingTokens.toLocaleString("en-US")} tokens`;
      parts.push(`<details>\n<summary>${headline(message)}${tokens}</summary>\n\n${thinking}\n\n</details>`);
    }
    parts.push(message.content.trim() || "*no answer*");
  }
  return parts.join("\n\n") + "\n";
}
