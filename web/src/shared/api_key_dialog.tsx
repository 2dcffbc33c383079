import { useRef, useState } from "preact/hooks";

import { giveKey, keepKey, keyWanted } from "./api_key";
import { Dialog } from "./dialog";

export function ApiKeyDialog() {
  const [key, setKey] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const wanted = keyWanted.value;
  if (!wanted) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    const given = input.current!.value.trim();
    if (!given) return;
    giveKey(given);
    setKey("");
  };
  return (
    <Dialog title="This server asks for a key" onClose={() => giveKey(null)}>
      <form class="form" onSubmit={submit}>
        <p class={wanted.refused ? "error-text" : "muted"} role={wanted.refused ? "alert" : undefined}>
          {wanted.refused ? "The server does not know this key." : "Whoever runs it has one for you."}
        </p>
        <label class="field">
          <span>API key</span>
          <input
            ref={input}
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={key}
            onInput={(e) => setKey(e.currentTarget.value)}
            autofocus
          />
        </label>
        <label class="check">
          <input type="checkbox" checked={keepKey.value} onChange={(e) => (keepKey.value = e.currentTarget.checked)} />
          <span>Keep it in this browser, not only in this tab</span>
        </label>
        <div class="row end">
          <button type="button" class="button" onClick={() => giveKey(null)}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={!key.trim()}>
            Continue
          </button>
        </div>
      </form>
    </Dialog>
  );
}
