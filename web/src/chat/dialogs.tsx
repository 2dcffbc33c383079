// Which dialog is open.
import { signal } from "@preact/signals";

import { BranchDialog } from "./branch_dialog";
import { ExportDialog } from "./export/export_dialog";
import { KeysDialog } from "./keys_dialog";
import type { Message } from "./model";
import { SettingsDialog } from "./settings_dialog";

type Name = "settings" | "export" | "keys" | "branch";
export const dialog = signal<{ name: Name; message?: Message } | null>(null);

export function openDialog(name: Name | null, message?: Message) {
  dialog.value = name === null ? null : { name, message };
}

export function Dialogs() {
  const close = () => (dialog.value = null);
  switch (dialog.value?.name) {
    case "settings":
      return <SettingsDialog onClose={close} />;
    case "export":
      return <ExportDialog onClose={close} />;
    case "keys":
      return <KeysDialog onClose={close} />;
    case "branch":
      return <BranchDialog message={dialog.value.message!} onClose={close} />;
    default:
      return null;
  }
}
