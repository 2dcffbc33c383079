// The conversations, by day, and a search through all that was said.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../shared/icons";
import { go, href, route } from "../shared/router";
import { ThemeButton } from "../shared/theme_button";
import { toast } from "../shared/toasts";
import { ViewSwitch } from "../shared/view_switch";
import { openDialog } from "./dialogs";
import { conversations, current, removeConversation, updateConversation } from "./history";
import type { Conversation } from "./model";
import { search, type Found } from "./search";

const wide = () => matchMedia("(min-width: 900px)").matches;
export const sidebarOpen = signal(wide());
export const searchBox = signal<HTMLInputElement | null>(null);

export function newChat() {
  go("chat");
  if (!wide()) sidebarOpen.value = false;
}

function dayOf(time: number): string {
  const days = Math.floor((new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return "Last 7 days";
  return days < 30 ? "Last 30 days" : new Date(time).toLocaleDateString("en-US", { month: "long", year: "numeric" });
}

export function Sidebar() {
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<Found[] | null>(null);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    searchBox.value = box.current;
    // On a narrow screen the list is a sheet above the conversation: choosing closes it.
    if (!wide()) sidebarOpen.value = false;
  }, [route.value.path[0]]);
  useEffect(() => {
    if (query.trim() === "") return setFound(null);
    let stale = false;
    const timer = setTimeout(() => search(query).then((all) => !stale && setFound(all)), 120);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [query]);
  let day = "";
  return (
    <>
      <aside id="sidebar" class="sidebar" hidden={!sidebarOpen.value} aria-label="Conversations">
        <div class="sidebar-head">
          <a class="brand" href={href("chat")} aria-label="r1, new chat">
            r1
          </a>
          <button type="button" class="button" onClick={newChat}>
            <Icon name="plus" /> New chat
          </button>
        </div>
        <label class="search">
          <Icon name="search" />
          <span class="hidden-text">Search</span>
          <input
            ref={box}
            type="search"
            placeholder="Search"
            value={query}
            onInput={(e) => setQuery(e.currentTarget.value)}
            onKeyDown={(e) => e.key === "Escape" && (setQuery(""), e.currentTarget.blur())}
          />
        </label>
        <nav class="conversations" aria-label={found ? "Search results" : "Conversations"}>
          {found ? (
            found.length === 0 ? (
              <p class="muted nothing">Nothing found.</p>
            ) : (
              found.map((f) => (
                <a
                  key={f.conversation.id}
                  class="conversation found"
                  href={href("chat", f.conversation.id)}
                  aria-current={f.conversation.id === current.value?.id ? "page" : undefined}
                >
                  <span class="conversation-title" dir="auto">
                    {f.conversation.title}
                  </span>
                  <span class="snippet" dir="auto">
                    {f.before}
                    <mark>{f.hit}</mark>
                    {f.after}
                  </span>
                </a>
              ))
            )
          ) : conversations.value.length === 0 ? (
            <p class="muted nothing">Conversations stay in this browser.</p>
          ) : (
            conversations.value.map((c) => {
              const heading = dayOf(c.updated);
              const first = heading !== day;
              day = heading;
              return (
                <div key={c.id}>
                  {first && <h2 class="day">{heading}</h2>}
                  <Entry conversation={c} />
                </div>
              );
            })
          )}
        </nav>
        <div class="sidebar-views">
          <ViewSwitch />
        </div>
        <footer class="sidebar-foot">
          <a class="button quiet" href={href("chat", "compare")}>
            <Icon name="columns" /> Compare
          </a>
          <ThemeButton />
          <button
            type="button"
            class="icon-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (Ctrl+/)"
            onClick={() => openDialog("keys")}
          >
            <span aria-hidden="true" class="key-mark">
              ?
            </span>
          </button>
        </footer>
      </aside>
      {sidebarOpen.value && <button type="button" class="scrim" aria-label="Close the list" onClick={() => (sidebarOpen.value = false)} />}
    </>
  );
}

function Entry({ conversation }: { conversation: Conversation }) {
  const [renaming, setRenaming] = useState(false);
  const here = conversation.id === current.value?.id;
  if (renaming) {
    const done = (title: string) => {
      setRenaming(false);
      if (title.trim()) updateConversation({ title: title.trim() }, conversation);
    };
    return (
      <input
        class="rename"
        aria-label="Name of the conversation"
        value={conversation.title}
        autofocus
        onBlur={(e) => done(e.currentTarget.value)}
        onKeyDown={(e) => (e.key === "Enter" ? done(e.currentTarget.value) : e.key === "Escape" && setRenaming(false))}
      />
    );
  }
  const remove = () => {
    if (!confirm(`Delete "${conversation.title}"?`)) return;
    void removeConversation(conversation.id);
    toast("Deleted.");
  };
  return (
    <div class={here ? "entry here" : "entry"}>
      <a class="conversation" href={href("chat", conversation.id)} aria-current={here ? "page" : undefined}>
        <span class="conversation-title" dir="auto">
          {conversation.title}
        </span>
      </a>
      <span class="entry-tools">
        <button
          type="button"
          class="icon-button small"
          aria-label={`Rename ${conversation.title}`}
          title="Rename"
          onClick={() => setRenaming(true)}
        >
          <Icon name="edit" />
        </button>
        <button type="button" class="icon-button small" aria-label={`Delete ${conversation.title}`} title="Delete" onClick={remove}>
          <Icon name="trash" />
        </button>
      </span>
    </div>
  );
}
