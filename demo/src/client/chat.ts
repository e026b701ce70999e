/** The conversation: rooms, who is here, messages and who is typing. */

import type { Answer, Image, Message, RoomSummary, User } from "../../shared/events.ts";
import { isRoomName } from "../../shared/limits.mjs";
import { identity, keepName, newId } from "./identity.ts";
import { socket } from "./socket.ts";
import { createStore } from "./store.ts";

export interface ShownImage extends Image {
  /** An object URL, revoked when the message leaves the store. */
  url: string;
}

export interface ShownMessage extends Omit<Message, "image"> {
  image?: ShownImage;
  delivery: "pending" | "delivered" | "failed";
  /** Why it failed. */
  error?: string;
}

export interface Chat {
  room: string;
  rooms: readonly RoomSummary[];
  members: readonly User[];
  /** Of the present room, and what waits for others; delivered ones by order of the server, then the others. */
  messages: readonly ShownMessage[];
  /** People typing in the present room. */
  typing: readonly User[];
  /** Whether the present room's history is here. */
  joined: boolean;
  error: string | undefined;
}

const MESSAGES_SHOWN = 200;
/** Who has said nothing more for this time (ms) is not typing any longer. */
const TYPING_EXPIRY = 4_000;
const DEFAULT_ROOM = "lobby";

export const chat = createStore<Chat>({
  room: roomInAddress(),
  rooms: [],
  members: [],
  messages: [],
  typing: [],
  joined: false,
  error: undefined,
});

const typingTimers = new Map<string, ReturnType<typeof setTimeout>>();

/** A person's choice; the address keeps it, so that a link leads to the room. */
export function enterRoom(room: string): void {
  location.hash = room;
}

export async function sendMessage(text: string, file?: File): Promise<void> {
  const message: ShownMessage = {
    id: newId(),
    room: chat.get().room,
    text,
    author: identity.get(),
    seq: Infinity,
    at: Date.now(),
    delivery: "pending",
    ...(file && { image: { name: file.name, type: file.type, data: file, url: URL.createObjectURL(file) } }),
  };
  replaceMessages([...chat.get().messages, message]);
  await deliver(message);
}

export async function resendMessage(message: ShownMessage): Promise<void> {
  updateMessage(message.id, { delivery: "pending" });
  await deliver(message);
}

export async function rename(name: string): Promise<void> {
  keepName(name);
  // While away nothing needs to be said: the next connect carries the name.
  if (!socket.connected) return;
  const answer = await ask(socket.emitWithAck("user:rename", name));
  chat.set({ error: answer.ok ? undefined : answer.error });
}

/** Volatile: nobody wants to hear later that somebody was typing. */
export function sayTyping(typing: boolean): void {
  socket.volatile.emit("typing", typing);
}

async function deliver({ id, room, text, image }: ShownMessage): Promise<void> {
  const draft = { id, room, text, ...(image && { image: { name: image.name, type: image.type, data: image.data } }) };
  const answer = await ask(socket.emitWithAck("message:send", draft));
  if (answer.ok) updateMessage(id, { ...answer.value, delivery: "delivered" });
  else updateMessage(id, { delivery: "failed", error: answer.error });
}

async function join(): Promise<void> {
  const { room } = chat.get();
  const answer = await ask(socket.emitWithAck("room:join", room));
  if (room !== chat.get().room) return;
  if (!answer.ok) return chat.set({ error: answer.error });

  const known = new Map(chat.get().messages.map((message) => [message.id, message]));
  const history = answer.value.messages.map((message) => {
    const { seq, at } = message;
    const local = known.get(message.id);
    return local ? { ...local, seq, at, delivery: "delivered" as const } : show(message);
  });
  const arrived = new Set(history.map((message) => message.id));
  const waiting = chat.get().messages.filter((message) => message.delivery !== "delivered" && !arrived.has(message.id));
  replaceMessages([...history, ...waiting]);
  chat.set({ members: answer.value.members, joined: true, error: undefined });
}

socket.on("connect", () => {
  // A recovered socket is in its room again and has been given what it missed.
  if (!socket.recovered || !chat.get().joined) void join();
});

socket.on("disconnect", () => {
  clearTyping();
  // After an intended end the server may still recover the session of an earlier loss, in the room of that time.
  if (!socket.active) chat.set({ joined: false });
});

socket.on("rooms", (rooms) => chat.set({ rooms }));

socket.on("members", (room, members) => {
  if (room === chat.get().room) chat.set({ members });
});

socket.on("message", (message) => {
  const { room, messages } = chat.get();
  if (message.room !== room || messages.some(({ id }) => id === message.id)) return;
  setTyping(message.author, false);
  replaceMessages([...messages, show(message)]);
});

socket.on("typing", (room, user, typing) => {
  if (room === chat.get().room && user.id !== identity.get().id) setTyping(user, typing);
});

addEventListener("hashchange", followAddress);
import.meta.hot?.dispose(() => removeEventListener("hashchange", followAddress));

function followAddress(): void {
  const room = roomInAddress();
  if (room === chat.get().room) return;
  clearTyping();
  chat.set({ room, members: [], joined: false, error: undefined });
  replaceMessages(chat.get().messages.filter((message) => message.delivery !== "delivered"));
  // While away, the next connect joins.
  if (socket.connected) void join();
}

function roomInAddress(): string {
  try {
    const room = decodeURIComponent(location.hash.slice(1));
    return isRoomName(room) ? room : DEFAULT_ROOM;
  } catch {
    return DEFAULT_ROOM;
  }
}

/** An answer that never came is an answer too. */
async function ask<T>(question: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await question;
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function show(message: Message): ShownMessage {
  const { image, ...rest } = message;
  const shown: ShownMessage = { ...rest, delivery: "delivered" };
  if (image) shown.image = { ...image, url: URL.createObjectURL(new Blob([image.data], { type: image.type })) };
  return shown;
}

function updateMessage(id: string, change: Partial<ShownMessage>): void {
  const { room, messages } = chat.get();
  const next = messages.map((message) => (message.id === id ? { ...message, ...change } : message));
  // What has arrived in a room that is not shown is that room's history now.
  replaceMessages(next.filter((message) => message.room === room || message.delivery !== "delivered"));
}

function replaceMessages(next: readonly ShownMessage[]): void {
  const messages = next.toSorted((a, b) => (a.seq === b.seq ? 0 : a.seq - b.seq)).slice(-MESSAGES_SHOWN);
  const kept = new Set(messages.map((message) => message.image?.url));
  for (const { image } of [...chat.get().messages, ...next]) {
    if (image && !kept.has(image.url)) URL.revokeObjectURL(image.url);
  }
  chat.set({ messages });
}

function setTyping(user: User, typing: boolean): void {
  clearTimeout(typingTimers.get(user.id));
  typingTimers.delete(user.id);
  if (typing) typingTimers.set(user.id, setTimeout(() => setTyping(user, false), TYPING_EXPIRY));
  const others = chat.get().typing.filter(({ id }) => id !== user.id);
  if (typing || others.length < chat.get().typing.length) chat.set({ typing: typing ? [...others, user] : others });
}

function clearTyping(): void {
  for (const timer of typingTimers.values()) clearTimeout(timer);
  typingTimers.clear();
  if (chat.get().typing.length > 0) chat.set({ typing: [] });
}
