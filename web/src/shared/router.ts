// Where we are: "#/chat/ID" and "#/watch/...". The part behind "#" never reaches the server, so every address is the same file.
import { signal } from "@preact/signals";

export interface Route {
  view: "chat" | "watch";
  path: string[]; // what follows the view, each part decoded
  query: URLSearchParams;
}

// What an address without "#/" shows: r1 watch sends its visitors to "/?watch".
const start = location.search === "?watch" ? "watch" : "chat";

function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean).map(decode);
  const view = (parts.shift() ?? start) === "watch" ? "watch" : "chat";
  return { view, path: parts, query: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal<Route>(parse(location.hash));
addEventListener("hashchange", () => (route.value = parse(location.hash)));

export function href(view: Route["view"], ...path: string[]): string {
  return "#/" + [view, ...path.map(encodeURIComponent)].join("/");
}

// replace: without a step that "back" would return to.
export function go(view: Route["view"], path: string[] = [], replace = false) {
  const to = href(view, ...path);
  if (to === location.hash) return;
  if (replace) history.replaceState(null, "", to);
  else location.hash = to;
  route.value = parse(to); // now, not when the browser tells: what is typed next belongs to where we are
}
