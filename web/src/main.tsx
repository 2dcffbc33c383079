// The page: two views, chosen by what stands behind "#/", each fetched when it is first shown.
import { signal } from "@preact/signals";
import { render, type ComponentType } from "preact";

import "./shared/base.css";
import "./shared/controls.css";
import { ApiKeyDialog } from "./shared/api_key_dialog";
import { offerOffline } from "./shared/offline";
import { route } from "./shared/router";
import { applyTheme } from "./shared/theme";
import { Toasts } from "./shared/toasts";

const views: Record<string, () => Promise<{ default: ComponentType }>> = {
  chat: () => import("./chat/chat_view"),
  watch: () => import("./watch/watch_view"),
};

const loaded = signal<Record<string, ComponentType>>({});
const failed = signal("");

function load(name: string) {
  const begin = views[name];
  if (!begin || loaded.peek()[name]) return;
  begin().then(
    (module) => (loaded.value = { ...loaded.peek(), [name]: module.default }),
    (why) => (failed.value = String(why)),
  );
}

function App() {
  const name = route.value.view;
  const View = loaded.value[name];
  load(name);
  return (
    <>
      {View ? (
        <View />
      ) : (
        <p class="view-loading" role="status">
          {failed.value}
        </p>
      )}
      <ApiKeyDialog />
      <Toasts />
    </>
  );
}

applyTheme();
offerOffline();
render(<App />, document.getElementById("app")!);
