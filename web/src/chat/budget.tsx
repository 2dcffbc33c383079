// How much thinking an answer may cost.
import { Icon } from "../shared/icons";

export const BUDGETS: { value: number; label: string; hint: string }[] = [
  { value: -1, label: "Free", hint: "as long as the model wants" },
  { value: 8192, label: "High", hint: "8,192 tokens" },
  { value: 2048, label: "Medium", hint: "2,048 tokens" },
  { value: 512, label: "Low", hint: "512 tokens" },
  { value: 0, label: "Off", hint: "answers at once" },
];

export const budgetName = (budget: number) => BUDGETS.find((b) => b.value === budget)?.label ?? `${budget.toLocaleString("en-US")} tokens`;

export function BudgetMenu({ budget, onChange, name = "Thinking" }: { budget: number; onChange: (budget: number) => void; name?: string }) {
  const own = !BUDGETS.some((b) => b.value === budget);
  return (
    <label class="budget-choice" title="How much the model may think">
      <Icon name="bulb" />
      <select aria-label={name} value={String(budget)} onChange={(e) => onChange(Number(e.currentTarget.value))}>
        {BUDGETS.map((b) => (
          <option key={b.value} value={String(b.value)}>{`Thinking: ${b.label}, ${b.hint}`}</option>
        ))}
        {own && <option value={String(budget)}>{`Thinking: up to ${budget.toLocaleString("en-US")} tokens`}</option>}
      </select>
      <span class="choice-face" aria-hidden="true">
        <span class="choice-what">Thinking: </span>
        {budgetName(budget).toLowerCase()}
      </span>
    </label>
  );
}
