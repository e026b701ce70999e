/**
 * What a scenario's script finds in the page, and the log of what it saw. This file runs in the browser, after the kit.
 */
import type { Manager, Socket } from "socket.io-client";

import type { Kit, Options } from "../../e2e/harness/kit.ts";
import type { Command } from "./backstage.ts";

export interface Stage extends Omit<Kit, "open" | "connect"> {
  /** A new socket like the kit's, watched. */
  open(options?: Options, namespace?: string): any;
  /** `open`, then waits for `connect` and, where the mode upgrades, for the upgrade. */
  connect(options?: Options, namespace?: string): Promise<any>;
  /** Logs everything that `socket` and its manager tell, under `name` (default: the namespace). Returns the socket. */
  watch(socket: any, name?: string): any;
  /** Logs what a manager tells. `watch` does it too. Returns the manager. */
  watchManager(manager: any, name?: string): any;
  /** Logs what the manager's present engine tells, in a section of its own: an upgrade takes its time beside everything else. */
  watchEngine(manager: any, name?: string): void;
  /** Adds a line to the log. */
  log(...values: unknown[]): void;
  /** Logs what `run` returns, or the error that it throws. */
  attempt(what: string, run: () => unknown): void;
  /** Logs what the peer's users can see of an error. */
  logError(error: any): void;
  /** A listener that logs its arguments under `name`. */
  logger(name: string): (...args: unknown[]) => void;
  /** Has something done to the server or the proxy. */
  ask(command: Command, ...args: unknown[]): Promise<void>;
  /** Waits until the server's log has `count` lines that include `text`. */
  heard(text: string, count?: number): Promise<void>;
  /** Waits until the server has received `count` packets that begin with `text`: of heartbeats (`3`) the first. */
  received(text: string, count?: number): Promise<void>;
  /** From now on timers of `least` to `most` milliseconds fire at once, and the clock says that their time has passed. */
  hurry(least: number, most?: number): void;
  /** Waits until nothing of `socket`'s is on its way out. */
  idle(socket: any): Promise<void>;
  /** Waits until the page's log has `count` lines that include `text`. */
  told(text: string, count?: number): Promise<void>;
}

const { kit } = globalThis;
const lines: string[] = [];
const watched = new WeakSet<object>();
const MANAGER_EVENTS = ["open", "error", "close", "reconnect_attempt", "reconnect", "reconnect_error", "reconnect_failed"];
const ENGINE_EVENTS = ["open", "upgrading", "upgrade", "upgradeError", "close"];

function open(options?: Options, namespace?: string): any {
  return watch(kit.open(options, namespace));
}

async function connect(options?: Options, namespace?: string): Promise<any> {
  const socket = open(options, namespace);
  await kit.once(socket, "connect");
  const transports = options?.transports ?? kit.mode.transports;
  if (transports === undefined && options?.upgrade !== false) await kit.upgraded(socket.io);
  return socket;
}

function watch(socket: any, name: string = socket.nsp): any {
  if (watched.has(socket)) return socket;
  watched.add(socket);
  // What a socket says of itself at that moment belongs to the event.
  const state = () => `[${["connected", "active", "id"].filter((key) => socket[key]).join(" ")}]`;
  socket.on("connect", (...args: unknown[]) => note(name, "connect", args, state()));
  socket.on("connect_error", (...args: unknown[]) => note(name, "connect_error", args, state()));
  socket.on("disconnect", (...args: unknown[]) => note(name, "disconnect", closing(args), state()));
  socket.onAny((event: unknown, ...args: unknown[]) => note(name, "event", [event, ...args]));
  watchManager(socket.io);
  return socket;
}

function watchManager(manager: any, name = "manager"): any {
  if (watched.has(manager)) return manager;
  watched.add(manager);
  for (const event of MANAGER_EVENTS) {
    manager.on(event, (...args: unknown[]) => note(name, event, event === "close" ? closing(args) : args));
  }
  return manager;
}

function watchEngine(manager: any, name = "engine"): void {
  for (const event of ENGINE_EVENTS) {
    // Transports by their name; of errors and details each client has its own.
    manager.engine.on(event, (value: any) => note(name, event, [value instanceof Error ? value.message : (value?.name ?? value)].filter(Boolean)));
  }
}

/** The arguments of `disconnect` and `close`. Details are an error or a plain object: what is shown of them does not say which. */
function closing([reason, details]: any[]): unknown[] {
  if (details === undefined) return [reason];
  return [reason, isTransportError(details) ? details : { description: details.description, context: details.context }];
}

/** Of a failed request or websocket only the message is shown everywhere; scenarios of their own show the rest. */
function isTransportError(value: any): boolean {
  return value.type === "TransportError" && /^(xhr poll|xhr post|websocket) error$/.test(value.message);
}

function note(name: string, event: string, args: unknown[], state = ""): void {
  lines.push([name, event, ...args.map(show), state].filter((part) => part !== "").join(" "));
}

function log(...values: unknown[]): void {
  lines.push(values.map((value) => (typeof value === "string" ? value : show(value))).join(" "));
}

function attempt(what: string, run: () => unknown): void {
  try {
    log(what, "gives", show(run()));
  } catch (error) {
    log(what, "throws", show(error));
  }
}

function logError(error: any): void {
  const { type, description, context } = error;
  log(error.message, { type, description, context, data: error.data, transport: error.transport }, error instanceof Error);
}

async function told(text: string, count = 1): Promise<void> {
  try {
    await kit.until(() => lines.filter((line) => line.includes(text)).length >= count, `${count} × "${text}"`);
  } catch (error) {
    throw new Error(`${(error as Error).message} in the log:\n${lines.join("\n")}`);
  }
}

function hurry(least: number, most = Infinity): void {
  const original = setTimeout;
  const { now } = Date;
  let skipped = 0;
  Date.now = () => now() + skipped;
  const hasty = (run: () => void, delay = 0) => (delay < least || delay > most ? original(run, delay) : original(() => void ((skipped += delay), run()), 1));
  globalThis.setTimeout = hasty as typeof setTimeout;
}

/** A value as text: what the peer's users can see of it. */
function show(value: any): string {
  if (value === undefined || value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 100 ? `${value.slice(0, 20)}… (${value.length})` : value);
  if (typeof value === "function") return "ƒ";
  if (value instanceof Error) return showError(value);
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${hex(new Uint8Array(value))})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))})`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === "CloseEvent") return `CloseEvent(${value.code})`;
  if (tag !== "Object") return tag;
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return "object";
  return `{${Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => `${key}: ${show(inner)}`)
    .join(", ")}}`;
}

/** `code`, `cause`, `retry` and `hint` are Ferrio's own additions to every error. */
function showError(error: any): string {
  if (isTransportError(error)) return `TransportError(${show(error.message)})`;
  const more = ["type", "description", "context", "data", "transport"].filter((key) => error[key] !== undefined).map((key) => `, ${key}: ${show(error[key])}`);
  return `${error.name}(${show(error.message)}${more.join("")})`;
}

function hex(bytes: Uint8Array): string {
  const text = [...bytes.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.length > 16 ? `${text}… (${bytes.length})` : text;
}

declare global {
  var stage: Stage & { lines: string[] };
  /** Given by the harness: reaches into Node. */
  var backstage: (command: Command, args: unknown[]) => Promise<void>;
}

globalThis.stage = {
  ...kit,
  open,
  connect,
  watch,
  watchManager,
  watchEngine,
  log,
  attempt,
  logError,
  logger: (name) => (...args) => note(name, "", args),
  ask: (command, ...args) => globalThis.backstage(command, args),
  heard: (text, count = 1) => globalThis.backstage("heard", [text, count]),
  received: (text, count = 1) => globalThis.backstage("received", [text, count]),
  hurry,
  idle: (socket) => kit.until(() => socket.io.engine.writeBuffer.length === 0, "the end of what is written"),
  told,
  lines,
};

export type { Manager, Socket };
