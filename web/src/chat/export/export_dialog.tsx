// Out of this browser and into it.
import { useRef } from "preact/hooks";

import { textOfError } from "../../shared/api";
import { Dialog } from "../../shared/dialog";
import { Icon, type IconName } from "../../shared/icons";
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

interface ChoiceProps {
  icon?: IconName;
  name: string;
  hint: string;
  disabled?: boolean;
  onClick: () => void;
}

function Choice({ icon = "download", name, hint, disabled, onClick }: ChoiceProps) {
  return (
    <button type="button" class="choice" disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
      <span>
        <strong>{name}</strong>
        <small>{hint}</small>
      </span>
    </button>
  );
}

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const file = useRef<HTMLInputElement>(null);
  const open = current.value;
  const attempt = (work: () => Promise<void> | void) => async () => {
    try {
      await work();
      onClose();
    } catch (error) {
      toast(textOfError(error), "error");
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
        <Choice
          name="Markdown"
          hint="to read; the thinking is folded"
          disabled={!open}
          onClick={attempt(() => save(fileName(open!.title) + ".md", "text/markdown", toMarkdown(open!, path.peek())))}
        />
        <Choice
          name="Web page"
          hint="one file, with formulas and code"
          disabled={!open}
          onClick={attempt(async () => save(fileName(open!.title) + ".html", "text/html", await toHtml(open!, path.peek())))}
        />
        <Choice
          name="JSON"
          hint="everything, branches too; can be imported"
          disabled={!open}
          onClick={attempt(() =>
            save(
              fileName(open!.title) + ".json",
              "application/json",
              toJson([{ conversation: open!, messages: [...tree.peek().values()] }]),
            ),
          )}
        />
        <Choice name="All conversations" hint="one JSON file" disabled={conversations.value.length === 0} onClick={attempt(everything)} />
        <Choice icon="upload" name="Import" hint="a JSON file of this chat" onClick={() => file.current!.click()} />
        <Choice
          name="Print"
          hint="or save as PDF"
          disabled={!open}
          onClick={() => {
            onClose();
            setTimeout(print, 50);
          }}
        />
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
