// Where conversations are kept: this browser's IndexedDB. Nothing of them is on the server.
import type { Conversation, Message } from "./model";

const NAME = "r1-chat";
const VERSION = 1;

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("conversations", { keyPath: "id" });
      asked.result.createObjectStore("messages", { keyPath: "id" }).createIndex("conversation", "conversation");
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      asked.result.onclose = () => (opened = null);
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("another tab holds an older version of the history"));
  }));
}

type Store = "conversations" | "messages";

// Runs `work` in one transaction; all of it is kept, or nothing.
async function write(stores: Store[], work: (store: (name: Store) => IDBObjectStore) => void): Promise<void> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not kept"));
    work((name) => transaction.objectStore(name));
  });
}

async function read<T>(store: Store, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const asked = ask(db.transaction(store).objectStore(store));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export const allConversations = () => read<Conversation[]>("conversations", (s) => s.getAll());
export const messagesOf = (conversation: string) => read<Message[]>("messages", (s) => s.index("conversation").getAll(conversation));
export const allMessages = () => read<Message[]>("messages", (s) => s.getAll());

export const keepConversation = (conversation: Conversation) => write(["conversations"], (s) => s("conversations").put(conversation));
export const keepMessage = (message: Message) => write(["messages"], (s) => s("messages").put(message));

// Conversations with all their messages, in place of what there was of them.
export function keepWhole(conversations: { conversation: Conversation; messages: Message[] }[]): Promise<void> {
  return write(["conversations", "messages"], (s) => {
    for (const { conversation, messages } of conversations) {
      s("conversations").put(conversation);
      dropMessages(s("messages"), conversation.id, () => messages.forEach((m) => s("messages").put(m)));
    }
  });
}

function dropMessages(store: IDBObjectStore, conversation: string, then?: () => void) {
  const cursor = store.index("conversation").openKeyCursor(conversation);
  cursor.onsuccess = () => {
    if (!cursor.result) return then?.();
    store.delete(cursor.result.primaryKey);
    cursor.result.continue();
  };
}

export function dropConversation(id: string): Promise<void> {
  return write(["conversations", "messages"], (s) => {
    s("conversations").delete(id);
    dropMessages(s("messages"), id);
  });
}

export function dropAll(): Promise<void> {
  return write(["conversations", "messages"], (s) => {
    s("conversations").clear();
    s("messages").clear();
  });
}
