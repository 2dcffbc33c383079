// A text that is being edited in its place.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  text: string;
  action: string; // what the button says
  hint?: string;
  onDone: (text: string | null) => void; // null: nothing changed
}

export function Editor({ label, text, action, hint, onDone }: Props) {
  const [value, setValue] = useState(text);
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = box.current!;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, []);
  useEffect(() => grow(box.current!, 480), [value]);
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone(null);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onDone(box.current!.value); // the state may be a keystroke behind
    }
  };
  return (
    <div class="editor">
      <textarea ref={box} aria-label={label} dir="auto" value={value} onInput={(e) => setValue(e.currentTarget.value)} onKeyDown={onKey} />
      <div class="row end">
        {hint && <span class="hint">{hint}</span>}
        <button type="button" class="button" onClick={() => onDone(null)}>
          Cancel
        </button>
        <button type="button" class="button primary" disabled={!value.trim()} onClick={() => onDone(box.current!.value)}>
          {action}
        </button>
      </div>
    </div>
  );
}

// A text box as high as its text, up to a limit.
export function grow(box: HTMLTextAreaElement, mostPx: number) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, mostPx)}px`;
}
