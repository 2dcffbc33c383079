// The chat: conversations at the side, one of them in the middle, the composer below it.
import "./chat.css";
import "./message.css";
import "./markdown/markdown.css";
import "./print.css";

import { effect, signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../shared/icons";
import { route } from "../shared/router";
import { ViewSwitch } from "../shared/view_switch";
import { send } from "./actions";
import { Banner } from "./banner";
import { CompareView } from "./compare/compare_view";
import { Composer } from "./composer";
import { Dialogs, openDialog } from "./dialogs";
import { current, historyRead, openFromRoute, path, readHistory, settings } from "./history";
import { listenToKeys } from "./keys";
import { runningHere, runs, takeUp } from "./runs";
import { askServer, server } from "./server";
import { Sidebar, sidebarOpen } from "./sidebar";
import { StatusLines } from "./status_lines";
import { Transcript } from "./transcript";
import { Welcome } from "./welcome";

const comparing = () => route.value.path[0] === "compare";
const started = signal(false);

function start() {
  if (started.peek()) return;
  started.value = true;
  void askServer();
  void readHistory();
  effect(() => {
    void route.value;
    void openFromRoute();
  });
  // Answers that a reload, or another tab that was closed, left on their way.
  effect(() => {
    for (const message of path.value) if (message.state === "streaming" && !runs.peek().has(message.id)) void takeUp(message);
  });
}

export default function ChatView() {
  const composer = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    start();
    return listenToKeys(composer);
  }, []);
  const running = useComputed(runningHere).value;
  const title = comparing() ? "Compare" : (current.value?.title ?? "New chat");
  useEffect(() => {
    document.title = `${title} · r1`;
  }, [title]);
  const empty = path.value.length === 0;
  return (
    <div class={sidebarOpen.value ? "chat with-sidebar" : "chat"}>
      {!comparing() && (
        <a
          class="skip-link"
          href="#composer"
          onClick={(e) => {
            e.preventDefault();
            composer.current?.focus();
          }}
        >
          Skip to the message box
        </a>
      )}
      <Sidebar />
      <div class="chat-main">
        <header class="topbar">
          <button
            type="button"
            class="icon-button"
            aria-label="Conversations"
            aria-expanded={sidebarOpen.value}
            aria-controls="sidebar"
            onClick={() => (sidebarOpen.value = !sidebarOpen.value)}
          >
            <Icon name="sidebar" />
          </button>
          <h1 class="topbar-title" title={title} dir="auto">
            {title}
          </h1>
          <span class="model-name" title={server.value?.model}>
            {server.value?.model ?? ""}
          </span>
          <ViewSwitch />
          <button type="button" class="icon-button" aria-label="Settings" onClick={() => openDialog("settings")}>
            <Icon name="settings" />
          </button>
          <button type="button" class="icon-button" aria-label="Export and more" onClick={() => openDialog("export")}>
            <Icon name="more" />
          </button>
        </header>
        <Banner />
        {comparing() ? (
          <CompareView />
        ) : (
          <>
            {empty && historyRead.value ? <Welcome onPick={(text) => send(text)} /> : <Transcript />}
            <Composer input={composer} running={running} settings={settings.value} />
          </>
        )}
      </div>
      <StatusLines />
      <Dialogs />
    </div>
  );
}
