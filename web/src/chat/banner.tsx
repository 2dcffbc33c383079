// What concerns the whole page: the server cannot be asked.
import { useEffect, useState } from "preact/hooks";

import { Icon } from "../shared/icons";
import { retryNow, trouble } from "./server";

export function Banner() {
  const [, tick] = useState(0);
  const retryAt = trouble.value?.retryAt ?? null;
  useEffect(() => {
    if (retryAt === null) return;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [retryAt]);
  if (!trouble.value) return null;
  const left = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
  return (
    <div class="banner" role="alert">
      <Icon name="warning" />
      <span>{trouble.value.text}</span>
      <span class="muted number" aria-hidden="true">
        {left > 0 ? `Trying again in ${left} s` : "Trying again"}
      </span>
      <button type="button" class="button" onClick={retryNow}>
        Retry now
      </button>
    </div>
  );
}
