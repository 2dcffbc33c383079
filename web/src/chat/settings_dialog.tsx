// The settings of this conversation, which the next new one begins with.
import { useLayoutEffect, useState } from "preact/hooks";

import { Dialog } from "../shared/dialog";
import { BUDGETS } from "./budget";
import { changeSettings, clearHistory, conversations, current, settings } from "./history";
import { defaultSettings } from "./model";
import { server } from "./server";

// "" is the default.
const numberOf = (text: string, least: number, most: number) => {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : null;
};

interface NumberProps {
  label: string;
  value: number | null;
  least: number;
  most: number;
  step: number;
  byDefault: string;
  hint?: string;
  onChange: (value: number | null) => void;
}

// What is typed stays as it is typed; its value is taken over with each key.
function NumberField({ label, value, least, most, step, byDefault, hint, onChange }: NumberProps) {
  const [text, setText] = useState(value === null ? "" : String(value));
  useLayoutEffect(() => {
    if (numberOf(text, least, most) !== value) setText(value === null ? "" : String(value));
  }, [value]);
  const take = (typed: string) => {
    setText(typed);
    onChange(numberOf(typed, least, most));
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        inputMode="decimal"
        min={least}
        max={most}
        step={step}
        placeholder={byDefault}
        value={text}
        onInput={(e) => take(e.currentTarget.value)}
      />
      {hint && <small>{hint}</small>}
    </label>
  );
}

export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const now = settings.value;
  const model = server.value;
  const [own, setOwn] = useState(!BUDGETS.some((b) => b.value === now.budget)); // while a number is typed it may pass a named one
  const number = (
    label: string,
    key: "temperature" | "topP" | "maxTokens" | "seed",
    least: number,
    most: number,
    step: number,
    byDefault: string,
    hint?: string,
  ) => (
    <NumberField
      label={label}
      least={least}
      most={most}
      step={step}
      byDefault={byDefault}
      hint={hint}
      value={now[key]}
      onChange={(value) => changeSettings({ [key]: value })}
    />
  );
  const reset = () => {
    changeSettings(defaultSettings);
    setOwn(false);
  };
  const clear = () => {
    if (!confirm(`Delete all ${conversations.value.length} conversations of this browser?`)) return;
    void clearHistory();
    onClose();
  };
  return (
    <Dialog title={current.value ? "Settings of this conversation" : "Settings"} onClose={onClose} wide>
      <form
        class="form"
        onSubmit={(e) => {
          e.preventDefault();
          onClose();
        }}
      >
        <label class="field">
          <span>System prompt</span>
          <textarea dir="auto" value={now.system} placeholder="None" onInput={(e) => changeSettings({ system: e.currentTarget.value })} />
          <small>Models of the R1 family answer best without one: say everything in the message.</small>
        </label>
        <div class="field-grid">
          {number("Temperature", "temperature", 0, 2, 0.1, String(model?.temperature ?? 0.6), "0 is always the most likely token")}
          {number("Top p", "topP", 0, 1, 0.05, String(model?.topP ?? 0.95))}
          {number(
            "Most tokens of an answer",
            "maxTokens",
            1,
            1_000_000,
            1,
            model && model.maxTokens > 0 ? String(model.maxTokens) : "to the end of the context",
            "thinking included",
          )}
          <label class="field">
            <span>Budget of thinking</span>
            <select
              value={own ? "own" : String(now.budget)}
              onChange={(e) => {
                const chosen = e.currentTarget.value;
                setOwn(chosen === "own");
                changeSettings({ budget: chosen === "own" ? 1024 : Number(chosen) });
              }}
            >
              {BUDGETS.map((b) => (
                <option key={b.value} value={String(b.value)}>
                  {b.label}
                </option>
              ))}
              <option value="own">Another number</option>
            </select>
            <small>{own ? "then the answer begins" : BUDGETS.find((b) => b.value === now.budget)?.hint}</small>
          </label>
          {own && (
            <NumberField
              label="Tokens of thinking"
              least={1}
              most={1_000_000}
              step={1}
              byDefault="no budget"
              value={now.budget}
              onChange={(value) => changeSettings({ budget: value ?? -1 })}
            />
          )}
          {number("Seed", "seed", 0, 2_147_483_647, 1, "another one each time", "the same seed gives the same answer")}
        </div>
        <div class="row end">
          <button type="button" class="button quiet danger" onClick={clear} disabled={conversations.value.length === 0}>
            Delete all conversations
          </button>
          <span class="spacer" />
          <button type="button" class="button" onClick={reset}>
            Reset to the model's defaults
          </button>
          <button type="submit" class="button primary">
            Done
          </button>
        </div>
      </form>
    </Dialog>
  );
}
