import type { Engine } from "../core/engine.js";
import type { Socket } from "../core/socket.js";
import type { DisconnectReason, ExtendedError } from "../core/types.js";

/** Where a connection stands. */
export type ConnectionStatus = "disconnected" | "connecting" | "connected" | "reconnecting";

/** What is known of a socket's connection. Never changed: a new one takes its place. */
export interface ConnectionState {
  /** "disconnected": it does not try; "reconnecting": it was connected, or could not connect, and tries again. */
  readonly status: ConnectionStatus;
  /** Whether `status` is "connected". */
  readonly isConnected: boolean;
  /** Whether `status` is "reconnecting". */
  readonly isReconnecting: boolean;
  /** The attempt to reconnect that goes on or failed last, counted from 1; 0: none since it was connected. */
  readonly attempt: number;
  /** When the next attempt begins, in milliseconds of `Date.now()`; `undefined`: none is planned. */
  readonly retryAt: number | undefined;
  /** Why it is not connected; `undefined` while it is, and after `disconnect()`. */
  readonly error: Error | undefined;
  /** Whether the server restored the state of the connection before, and sent the events missed since. */
  readonly recovered: boolean;
  /** What carries it: "polling", "websocket" or "webtransport"; `undefined` unless connected. */
  readonly transport: string | undefined;
  /** The socket's id; `undefined` unless connected. */
  readonly id: string | undefined;
  /** Milliseconds that the server took to answer when the namespace was joined with a new connection; `undefined`: not known. */
  readonly rtt: number | undefined;
}

/** What is known before anything happened, and on a server. */
export const INITIAL: ConnectionState = {
  status: "disconnected",
  isConnected: false,
  isReconnecting: false,
  attempt: 0,
  retryAt: undefined,
  error: undefined,
  recovered: false,
  transport: undefined,
  id: undefined,
  rtt: undefined,
};

const stores = new WeakMap<Socket<any, any>, Status>();

/** The store of a socket's state. */
export function statusOf(socket: Socket<any, any>): Status {
  let status = stores.get(socket);
  if (!status) stores.set(socket, (status = new Status(socket)));
  return status;
}

/** Tells what becomes of a socket's connection. Listens to the socket while somebody listens to it. */
export class Status {
  readonly #socket: Socket;
  readonly #listeners = new Set<() => void>();
  #state = INITIAL;
  /** Whose upgrade is listened to. */
  #engine: Engine | undefined;
  #attempt = 0;
  #error: ExtendedError | undefined;
  /** Whether it was connected, and wants to be again. */
  #lost = false;
  /** When the connection was opened. */
  #opened = NaN;
  #rtt = NaN;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Calls `listener` after every change, until what is returned is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#listen("on");
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#listen("off");
    };
  };

  /** The state: the same object until something has changed. */
  readonly read = (): ConnectionState => {
    const { connected, active, io, id, recovered } = this.#socket;
    const again = this.#lost || this.#attempt > 0;
    const status = connected ? "connected" : !active ? "disconnected" : again ? "reconnecting" : "connecting";
    const error = connected ? undefined : this.#error;
    const state: ConnectionState = {
      status,
      isConnected: connected,
      isReconnecting: status === "reconnecting",
      attempt: connected ? 0 : this.#attempt,
      retryAt: active ? error?.retry?.at : undefined,
      error,
      recovered,
      transport: connected ? io.engine.transport.name : undefined,
      id,
      rtt: connected && this.#rtt >= 0 ? this.#rtt : undefined,
    };
    if (!isShallowEqual(state, this.#state)) this.#state = state;
    return this.#state;
  };

  /** Tells the listeners, if something has changed. */
  readonly refresh = (): void => {
    const before = this.#state;
    if (this.read() !== before) for (const listener of [...this.#listeners]) listener();
  };

  #listen(how: "on" | "off"): void {
    const { io } = this.#socket;
    this.#socket[how]("connect", this.#connected)[how]("disconnect", this.#disconnected)[how]("connect_error", this.#failed);
    io[how]("open", this.#opening)[how]("reconnect_attempt", this.#attempted)[how]("reconnect_failed", this.refresh);
    this.#follow(how === "on" ? io.engine : undefined);
  }

  /** Listens to the upgrade of the connection in use. */
  #follow(engine: Engine | undefined): void {
    this.#engine?.off("upgrade", this.refresh);
    this.#engine = engine?.on("upgrade", this.refresh);
  }

  readonly #opening = (): void => {
    this.#opened = performance.now();
    this.#follow(this.#socket.io.engine);
  };

  readonly #connected = (): void => {
    this.#attempt = 0;
    this.#error = undefined;
    this.#lost = false;
    this.#rtt = performance.now() - this.#opened;
    // Only the namespaces that are joined with a connection are joined at once.
    this.#opened = NaN;
    this.refresh();
  };

  readonly #disconnected = (reason: DisconnectReason, cause?: unknown): void => {
    this.#lost = this.#socket.active;
    this.#error = reason === "io client disconnect" ? undefined : cause instanceof Error ? cause : new Error(reason);
    this.refresh();
  };

  readonly #failed = (error: ExtendedError): void => {
    this.#error = error;
    this.refresh();
  };

  readonly #attempted = (attempt: number): void => {
    this.#attempt = attempt;
    this.refresh();
  };
}

/** Whether two objects of the same type say the same. */
export function isShallowEqual<T>(one: T, other: T): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && Object.is(one[key], other[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
