// Out of this browser and into it.
import { useRef } from "preact/hooks";

import { Dialog } from "../../shared/dialog";
import { Icon } from "../../shared/icons";
import { toast } from "../../shared/toasts";
import { addWhole, conversations, current, path, tree } from "../history";
import { allMessages } from "../store";
import { toHtml } from "./html";
import { fromJson, toJson } from "./json";
import { toMarkdown } from "./markdown";

function save(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const fileName = (title: string) =>
  title
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60) || "chat";

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const file = useRef<HTMLInputElement>(null);
  const open = current.value;
  const attempt = (work: () => Promise<void> | void) => async () => {
    try {
      await work();
      onClose();
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), "error");
    }
  };
  const everything = async () => {
    const messages = await allMessages();
    const all = conversations
      .peek()
      .map((conversation) => ({ conversation, messages: messages.filter((m) => m.conversation === conversation.id) }));
    save("r1-chats.json", "application/json", toJson(all));
  };
  const read = async (files: FileList | null) => {
    if (!files?.[0]) return;
    await attempt(async () => {
      const whole = fromJson(await files[0]!.text());
      await addWhole(whole);
      toast(whole.length === 1 ? "One conversation was imported." : `${whole.length} conversations were imported.`);
    })();
  };
  return (
    <Dialog title="Export and import" onClose={onClose}>
      <div class="choices">
        <button
          type="button"
          class="choice"
          disabled={!open}
          onClick={attempt(() => save(fileName(open!.title) + ".md", "text/markdown", toMarkdown(open!, path.peek())))}
        >
          <Icon name="download" />
          <span>
            <strong>Markdown</strong>
            <small>to read; the thinking is folded</small>
          </span>
        </button>
        <button
          type="button"
          class="choice"
          disabled={!open}
          onClick={attempt(async () => save(fileName(open!.title) + ".html", "text/html", await toHtml(open!, path.peek())))}
        >
          <Icon name="download" />
          <span>
            <strong>Web page</strong>
            <small>one file, with formulas and code</small>
          </span>
        </button>
        <button
          type="button"
          class="choice"
          disabled={!open}
          onClick={attempt(() =>
            save(
              fileName(open!.title) + ".json",
              "application/json",
              toJson([{ conversation: open!, messages: [...tree.peek().values()] }]),
            ),
          )}
        >
          <Icon name="download" />
          <span>
            <strong>JSON</strong>
            <small>everything, branches too; can be imported</small>
          </span>
        </button>
        <button type="button" class="choice" disabled={conversations.value.length === 0} onClick={attempt(everything)}>
          <Icon name="download" />
          <span>
            <strong>All conversations</strong>
            <small>one JSON file</small>
          </span>
        </button>
        <button type="button" class="choice" onClick={() => file.current!.click()}>
          <Icon name="upload" />
          <span>
            <strong>Import</strong>
            <small>a JSON file of this chat</small>
          </span>
        </button>
        <button
          type="button"
          class="choice"
          disabled={!open}
          onClick={() => {
            onClose();
            setTimeout(print, 50);
          }}
        >
          <Icon name="download" />
          <span>
            <strong>Print</strong>
            <small>or save as PDF</small>
          </span>
        </button>
        <input
          ref={file}
          type="file"
          accept="application/json,.json"
          class="hidden-text"
          aria-label="File to import"
          tabIndex={-1}
          onChange={(e) => void read(e.currentTarget.files)}
        />
      </div>
    </Dialog>
  );
}
