// Chat or Watch.
import { href, route } from "./router";

export function ViewSwitch() {
  const here = route.value.view;
  return (
    <nav class="view-switch" aria-label="Views">
      <a href={href("chat")} aria-current={here === "chat" ? "page" : undefined}>
        Chat
      </a>
      <a href={href("watch")} aria-current={here === "watch" ? "page" : undefined}>
        Watch
      </a>
    </nav>
  );
}
