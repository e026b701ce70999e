import type { User } from "../../shared/events.ts";
import { createStore } from "./store.ts";

const KEY = "ferrio-demo:user";

/** Who this tab is: made up on the first visit, kept until the tab is closed. */
export const identity = createStore<User>(restore() ?? { id: newId(), name: inventName() });

export function keepName(name: string): void {
  identity.set({ name });
  persist(identity.get());
}

/** 128 random bits. Not `randomUUID`, which plain HTTP on another host than localhost does not have. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function restore(): User | undefined {
  try {
    const { id, name } = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as User;
    return typeof id === "string" && typeof name === "string" ? { id, name } : undefined;
  } catch {
    return undefined;
  }
}

function persist(user: User): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(user));
  } catch {
    // Storage is forbidden or full: the name lasts until the next reload.
  }
}

function inventName(): string {
  return `${pick(["Amber", "Brisk", "Calm", "Dapper", "Eager", "Keen", "Lucid", "Merry", "Nimble", "Quiet", "Sunny", "Witty"])} ${pick(
    ["Badger", "Curlew", "Ferret", "Heron", "Lynx", "Marten", "Otter", "Puffin", "Raven", "Stoat", "Swift", "Wren"],
  )}`;
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? "";
}

persist(identity.get());
