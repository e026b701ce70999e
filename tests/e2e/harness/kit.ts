/**
 * What a scenario finds in the page. This file runs in the browser; it is served as `/kit.js`.
 */
import * as client from "client";
import type { io, Manager, ManagerOptions, Socket, SocketOptions } from "socket.io-client";

export type Options = Partial<ManagerOptions & SocketOptions>;

export interface Kit {
  readonly io: typeof io;
  readonly Manager: typeof Manager;
  readonly Socket: typeof Socket;
  /** Everything the client's module exports. */
  readonly client: Record<string, unknown>;
  /** Origin of the server (or of the proxy in front of it). */
  readonly url: string;
  /** Options of the transport mode under test. */
  readonly mode: Options;
  /** Objects that a later scenario on the same page needs. */
  readonly state: Record<string, any>;
  /**
   * A new socket on a connection of its own, with the mode's options, quick reconnection delays without jitter, and `options`.
   * `namespace` is appended to the URL.
   */
  open(options?: Options, namespace?: string): Socket;
  /** `open`, then waits for `connect` and, where the mode upgrades, until the websocket carries the connection. */
  connect(options?: Options, namespace?: string): Promise<Socket>;
  /** Resolves with the arguments of the next `event`; rejects after `milliseconds` (default 20,000). */
  once(emitter: Listenable, event: string, milliseconds?: number): Promise<any[]>;
  /** Resolves when `condition` holds; rejects, naming `what`, after `milliseconds` (default 20,000). */
  until(condition: () => unknown, what?: string, milliseconds?: number): Promise<void>;
  /** Resolves once the connection runs on the websocket transport. */
  upgraded(manager: Manager): Promise<void>;
  sleep(milliseconds: number): Promise<void>;
  /** A parser for the options: `ferrio/msgpack`, `socket.io-msgpack-parser`, or one of JSON texts. */
  parser(name: ParserName): Promise<Options["parser"]>;
  /** A module of the test site. */
  load(path: string): Promise<any>;
  /** React of that version and build, and the hooks of `ferrio/react` with it. */
  react(build: ReactBuild): Promise<any>;
  /** Ferrio's counts of what must not leak, once a socket has been made; throws on a client without them. */
  debug(): Debug;
}

/** A build of React. */
export interface ReactBuild {
  readonly version: "18" | "19";
  readonly mode: "development" | "production";
}

/** The parsers of the module "parsers". */
export type ParserName = "msgpack" | "official" | "json";

/** Counts that must return to where they were once everything is closed. */
export interface Debug {
  readonly slots: number;
  readonly timers: number;
  readonly listeners: number;
  readonly managers: number;
  /** Size of the wasm instance's linear memory. */
  readonly wasmBytes: number;
}

interface Listenable {
  once(event: any, listener: (...args: any[]) => void): unknown;
  off(event: any, listener: (...args: any[]) => void): unknown;
}

const DEFAULT_WAIT = 20_000;

function open(options: Options = {}, namespace = ""): Socket {
  return kit.io(kit.url + namespace, {
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
    randomizationFactor: 0,
    ...kit.mode,
    ...options,
  });
}

async function connect(options?: Options, namespace?: string): Promise<Socket> {
  const socket = open(options, namespace);
  await once(socket, "connect");
  const transports = options?.transports ?? kit.mode.transports;
  const upgrade = options?.upgrade ?? kit.mode.upgrade;
  if (transports === undefined && upgrade !== false) await upgraded(socket.io);
  return socket;
}

function upgraded(manager: Manager): Promise<void> {
  return until(() => manager.engine.transport.name === "websocket", "the upgrade to websocket");
}

function once(emitter: Listenable, event: string, milliseconds = DEFAULT_WAIT): Promise<any[]> {
  return new Promise((resolve, reject) => {
    const listener = (...args: any[]) => {
      clearTimeout(timer);
      resolve(args);
    };
    const timer = setTimeout(() => {
      emitter.off(event, listener);
      reject(new Error(`no "${event}" within ${milliseconds} ms`));
    }, milliseconds);
    emitter.once(event, listener);
  });
}

async function until(condition: () => unknown, what = String(condition), milliseconds = DEFAULT_WAIT): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms for ${what}`);
    await sleep(5);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function parser(name: ParserName): Promise<Options["parser"]> {
  // Only now: a page without a parser downloads none.
  return (await import("parsers"))[name];
}

function load(path: string): Promise<any> {
  return import(path);
}

function react({ version, mode }: ReactBuild): Promise<any> {
  return load(`/react.js?version=${version}&mode=${mode}`);
}

function debug(): Debug {
  if (!counts) throw new Error("this client does not call the debug hook");
  return counts();
}

let counts: (() => Debug) | undefined;

/** What Ferrio shows of its insides: the instance of its core, and who watches the page. */
type Hook = (
  core: { readonly slots: { readonly size: number }; readonly exports: { readonly memory: WebAssembly.Memory } },
  watching: () => { readonly armed: boolean }[],
) => void;

/** Ferrio calls this function when it makes its wasm instance. */
const hook: Hook = (core, watching) => {
  counts = () => {
    const managers = watching();
    return {
      slots: core.slots.size,
      timers: managers.filter(({ armed }) => armed).length,
      listeners: listening.size,
      managers: managers.length,
      wasmBytes: core.exports.memory.buffer.byteLength,
    };
  };
};
(globalThis as Record<symbol, unknown>)[Symbol.for("ferrio.debug")] = hook;

/** The types of events that something listens to, on the window and the document. */
const listening = new Set<string>();
for (const target of [globalThis, document] as EventTarget[]) {
  const { addEventListener, removeEventListener } = target;
  target.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listening.add(args[0]);
    addEventListener.apply(target, args);
  };
  target.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listening.delete(args[0]);
    removeEventListener.apply(target, args);
  };
}

const kit: Kit = {
  io: client.io,
  Manager: client.Manager,
  Socket: client.Socket,
  client,
  url: location.origin,
  mode: {},
  state: {},
  open,
  load,
  react,
  connect,
  once,
  until,
  upgraded,
  sleep,
  parser,
  debug,
};

declare global {
  var kit: Kit;
}

globalThis.kit = kit;
