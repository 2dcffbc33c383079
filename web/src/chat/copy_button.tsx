import { useState } from "preact/hooks";

import { Icon } from "../shared/icons";
import { toast } from "../shared/toasts";

export function CopyButton({ label, text, short }: { label: string; text: () => string; short?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      toast("This browser does not let the page copy.", "error");
    }
  };
  return (
    <button
      type="button"
      class={short ? "text-tool" : "icon-button small"}
      aria-label={copied ? "Copied" : label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={copied ? "check" : "copy"} />
      {short && <span>{copied ? "Copied" : short}</span>}
    </button>
  );
}
