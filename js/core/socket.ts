import { ACK_WITH_ERROR, HAS_ACK, INPUT_AUTH_FAILED, INPUT_AUTHORIZE, INPUT_CLEAR, INPUT_CONNECT, INPUT_DISCONNECT, INPUT_MALFORMED, NO_COMPRESS, OFFLINE_MAX, pause, taps, VOLATILE } from "../host/index.js";
import { callAll, Emitter, remove, type Listener } from "./emitter.js";
import { BUFFER_FULL, DISCONNECTED, failure, REASONS, TRANSPORT_ERROR, UNANSWERED } from "./errors.js";
import type { Manager } from "./manager.js";
import { numberOf } from "./options.js";
import type {
  AllButLast,
  AnyEvent,
  Auth,
  DecorateAcknowledgements,
  DefaultEventsMap,
  DisconnectReason as Reason,
  EventNames,
  EventParams,
  EventsMap,
  FirstArg,
  Last,
  SocketOptions,
  SocketReservedEvents,
} from "./types.js";
import { isOffset } from "./recovery.js";
import { type Binary, decode, stringify } from "./values.js";
import { BAD_SHAPE, type FerrioError, type Text } from "../host/index.js";

/** Names that only the library may emit. */
const RESERVED = new Set<unknown>(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]);

/** Somebody who waits for the server's answer to an event; without `answer` none will come, for the reason that `error` tells. */
export type Ack = (answer: unknown[] | undefined, error?: FerrioError) => void;

/**
 * A namespace of a server: emits events and listens to them. Made by `io()` or `manager.socket()`.
 *
 * `AckEvents` is `EmitEvents` without what `timeout()` puts in front of acks.
 */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  AckEvents extends EventsMap = EmitEvents,
> extends Emitter<ListenEvents, EmitEvents, SocketReservedEvents> {
  /** The connection it uses. */
  declare readonly io: Manager<ListenEvents, EmitEvents>;
  /** The namespace. */
  declare readonly nsp: string;
  /** The id the server gave it; `undefined` unless connected. A new one at every connect that is not recovered. */
  declare id: string | undefined;
  /** Whether it is connected. */
  connected = false;
  /** Whether the server restored the state of the connection before, and sent the events missed since. */
  recovered = false;
  /** Up to where the server's memory of this connection is known; `undefined`: no event came by it yet, and a loss cannot be recovered. */
  declare offset: string | undefined;
  /** Events that came before the server's answer to CONNECT: always empty, the core keeps them. */
  receiveBuffer: readonly any[][] = [];
  /** Credentials for the namespace; read at every connect. */
  declare auth: Auth | undefined;
  /** @internal What the core is told about it. */
  declare readonly _settings: readonly [retries: number, ackTimeout: number];
  readonly #index: number;
  /** Whether acks get an error first, by the socket's options. */
  readonly #acksWithError: boolean;
  /** What the app last asked for; the core knows better, once it is there. */
  #wanted = false;
  // Options of the next emit.
  #flags = 0;
  #timeout: number | undefined;
  #any: Listener[] = [];
  #anyOutgoing: Listener[] = [];
  /** Events not sent yet that `#anyOutgoing` has to hear of. */
  #unheard: unknown[][] = [];
  /** How often `auth` was read: an answer to an earlier question is none. */
  #asked = 0;
  /** For recovery: the id of the server's memory of us. */
  #pid: string | undefined;

  /** @internal */
  constructor(io: Manager, nsp: string, opts: Partial<SocketOptions> = {}) {
    super();
    this.io = io as unknown as Manager<ListenEvents, EmitEvents>;
    this.nsp = nsp;
    this.auth = opts.auth;
    this.#acksWithError = opts.ackTimeout !== undefined;
    this._settings = [numberOf(opts, "retries", 0), numberOf(opts, "ackTimeout", Infinity)];
    this.#index = io._host._add(this);
    if (io._autoConnect) this.connect();
  }

  /** Whether it is not connected. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** Whether it is connected, or will connect by itself. False after `disconnect()` and when the server ended or refused it. */
  get active(): boolean {
    return !!(this.io._host.active(this.#index) ?? this.#wanted);
  }

  /** The events that wait for the connection. A copy; what is assigned drops them all. */
  get sendBuffer(): { type: number; nsp: string; data: any[] }[] {
    // The protocol's number for an event is 2.
    return this.io._host.buffered(this.#index).map((text) => ({ type: 2, nsp: this.nsp, data: text.data ?? (JSON.parse(text) as any[]) }));
  }

  set sendBuffer(_: unknown[]) {
    this.io._host.input(INPUT_CLEAR, this.#index);
  }

  /** Bytes of what was emitted and has not left the page: events that wait, and what the connection itself has to send. */
  get bufferedAmount(): number {
    return this.io._host.bufferedAmount(this.#index);
  }

  /** Resolves when `bufferedAmount` is 0: without a connection not before there is one. */
  async drained(): Promise<void> {
    // No browser tells when a websocket has sent all.
    while (this.bufferedAmount > 0) await pause(20);
  }

  /** Connects. */
  connect(): this {
    if (!this.connected) {
      this.#wanted = true;
      this.io._host.input(INPUT_CONNECT, this.#index);
    }
    return this;
  }

  /** The same as `connect`. */
  open(): this {
    return this.connect();
  }

  /** Disconnects, for good until `connect()`. The connection is closed with its last active socket. */
  disconnect(): this {
    this.#wanted = false;
    this.io._host.input(INPUT_DISCONNECT, this.#index);
    // Also when called by a listener, before the core's answer is heard.
    this.#forget();
    return this;
  }

  /** The same as `disconnect`. */
  close(): this {
    return this.disconnect();
  }

  /** Emits a "message" event. */
  send(...args: any[]): this {
    return (this as Socket).emit("message", ...args) as this;
  }

  /**
   * Emits an event to the server; kept until the socket is connected. A function as the last argument is called with the
   * server's acknowledgement.
   * @throws Error for a reserved name; TypeError for what JSON cannot carry
   */
  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this;
  override emit(...args: any[]): this {
    this.#emit(args, false);
    return this;
  }

  /** Emits an event and promises the first argument of its acknowledgement. Rejects when `timeout()` is over, or the connection is. */
  emitWithAck<Ev extends EventNames<EmitEvents> & EventNames<AckEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<AckEvents, Ev>>
  ): Promise<FirstArg<Last<EventParams<AckEvents, Ev>>>>;
  emitWithAck(...args: any[]): Promise<any> {
    return new Promise((resolve, reject) => {
      args.push((error: Error | null, answer: unknown) => (error ? reject(error) : resolve(answer)));
      this.#emit(args, true);
    });
  }

  /** For the next emit: how many milliseconds its ack may take. The handler gets an error, or `null`, first. */
  timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<AckEvents>, AckEvents> {
    this.#timeout = timeout;
    return this as any;
  }

  /** For the next emit: drop it rather than keep it, if it cannot be sent at once. */
  get volatile(): this {
    this.#flags |= VOLATILE;
    return this;
  }

  /** For the next emit: whether it may be compressed. Browsers decide that themselves. */
  compress(compress: boolean): this {
    this.#flags = compress ? this.#flags & ~NO_COMPRESS : this.#flags | NO_COMPRESS;
    return this;
  }

  /** Adds a listener for all events from the server; it gets the name first. */
  onAny(listener: (...args: AnyEvent<ListenEvents>) => void): this;
  onAny(listener: (event: EventNames<ListenEvents>, ...args: any[]) => void): this;
  onAny(listener: Listener): this {
    this.#any.push(listener);
    return this;
  }

  /** Adds a listener for all events from the server, before the others. */
  prependAny(listener: (...args: AnyEvent<ListenEvents>) => void): this;
  prependAny(listener: (event: EventNames<ListenEvents>, ...args: any[]) => void): this;
  prependAny(listener: Listener): this {
    this.#any.unshift(listener);
    return this;
  }

  /** Removes a listener of `onAny`, or all. */
  offAny(listener?: (...args: any[]) => void): this {
    if (listener) remove(this.#any, listener);
    else this.#any = [];
    return this;
  }

  /** The listeners of `onAny`: the list itself. */
  listenersAny(): ((...args: any[]) => void)[] {
    return this.#any;
  }

  /** Adds a listener for all events that are sent; it gets the name first. Not for acks. */
  onAnyOutgoing(listener: (...args: AnyEvent<EmitEvents>) => void): this;
  onAnyOutgoing(listener: (event: EventNames<EmitEvents>, ...args: any[]) => void): this;
  onAnyOutgoing(listener: Listener): this {
    this.#anyOutgoing.push(listener);
    return this;
  }

  /** Adds a listener for all events that are sent, before the others. */
  prependAnyOutgoing(listener: (...args: AnyEvent<EmitEvents>) => void): this;
  prependAnyOutgoing(listener: (event: EventNames<EmitEvents>, ...args: any[]) => void): this;
  prependAnyOutgoing(listener: Listener): this {
    this.#anyOutgoing.unshift(listener);
    return this;
  }

  /** Removes a listener of `onAnyOutgoing`, or all. */
  offAnyOutgoing(listener?: (...args: any[]) => void): this {
    if (listener) remove(this.#anyOutgoing, listener);
    else this.#anyOutgoing = [];
    return this;
  }

  /** The listeners of `onAnyOutgoing`: the list itself. */
  listenersAnyOutgoing(): ((...args: any[]) => void)[] {
    return this.#anyOutgoing;
  }

  #emit(args: any[], withError: boolean): void {
    let flags = this.#flags;
    const timeout = this.#timeout;
    // First of all: whatever goes wrong now, the next emit starts without options.
    this.#flags = 0;
    this.#timeout = undefined;
    if (RESERVED.has(args[0])) throw new Error(`"${args[0]}" is a reserved event name`);
    let ack: Ack | undefined;
    if (typeof args.at(-1) === "function") {
      const fn = args.pop() as Listener;
      withError ||= timeout !== undefined || this.#acksWithError || (this._settings[0] > 0 && !(flags & VOLATILE));
      flags |= withError ? HAS_ACK | ACK_WITH_ERROR : HAS_ACK;
      ack = (answer, error) => {
        if (withError) answer = answer ? [null, ...answer] : [error];
        if (answer) callAll([fn], this, answer);
      };
    }
    const attachments: Binary[] = [];
    const content = this.#content(args, attachments);
    const { connected, io } = this;
    if (connected) callAll(this.#anyOutgoing, this, args);
    const token = ack ? io._acks.put(ack) : 0;
    if (io._host.emit(this.#index, content, attachments, flags, token, timeout ?? Infinity)) {
      io._acks.take(token);
      throw Object.assign(failure(BUFFER_FULL), { event: args[0], nsp: this.nsp });
    }
    if (!connected && this.#anyOutgoing.length > 0 && !(flags & VOLATILE) && this.#unheard.length < io._settings[OFFLINE_MAX]) this.#unheard.push(args);
  }

  /** @internal An event from the server. */
  _event(text: Text, offset: number, id: number, attachments: (ArrayBuffer | undefined)[] | undefined): void {
    // A listener that ran since has disconnected.
    if (!this.connected) return;
    let args = decode(text, offset, attachments);
    if (typeof args === "object" && !isName(args[0])) args = BAD_SHAPE;
    if (typeof args === "number") return this.io._host.report(INPUT_MALFORMED, args);
    taps._packet?.(this.io, 2, this.nsp, args, id);
    if (id >= 0) args.push(this.#answerer(id));
    // Before the listeners: one that disconnects must not get the event again.
    else if (this.#pid !== undefined && args.length > 1 && isOffset(args.at(-1))) this.offset = args.pop() as string;
    callAll(this.#any, this, args);
    this._dispatch(args);
  }

  /** What the host is given for `args`: their JSON and, in `attachments`, what travels beside it; with a parser, they themselves. */
  #content(args: unknown[], attachments: Binary[]): string | unknown[] {
    return this.io._host.parser ? args : stringify(args, attachments);
  }

  /** The function that acknowledges the server's event, once, on the connection it came by. */
  #answerer(id: number): (...args: unknown[]) => void {
    let connection = this.id;
    return (...args) => {
      if (connection === undefined || connection !== this.id) return;
      connection = undefined;
      const attachments: Binary[] = [];
      this.io._host.acknowledge(this.#index, id, this.#content(args, attachments), attachments);
    };
  }

  /** @internal The server's answer to an event. */
  _acked(token: number, text: Text, offset: number, attachments: (ArrayBuffer | undefined)[] | undefined): void {
    const ack = this.io._acks.take(token)!;
    const args = decode(text, offset, attachments);
    if (typeof args === "object") {
      taps._packet?.(this.io, 3, this.nsp, args);
      return ack(args);
    }
    ack(undefined, failure(UNANSWERED + DISCONNECTED));
    this.io._host.report(INPUT_MALFORMED, args);
  }

  /** @internal The core asks for the credentials. */
  _authorize(attempt: number): void {
    const { auth } = this;
    const asked = ++this.#asked;
    const report = (what: number, payload: unknown): void => {
      if (asked === this.#asked) this.io._host.report(what, this.#index, payload, attempt);
    };
    const fail = (error: unknown): void => report(INPUT_AUTH_FAILED, error);
    const answer = (data?: object): void => {
      try {
        if (this.#pid !== undefined) data = { pid: this.#pid, offset: this.offset, ...data };
        report(INPUT_AUTHORIZE, data && JSON.stringify(data));
      } catch (error) {
        fail(error);
      }
    };
    if (typeof auth !== "function") return answer(auth);
    try {
      const result = (auth as (this: unknown, cb: typeof answer) => Promise<object> | undefined).call(this, answer);
      // A function that takes the callback and returns nothing of use will call it.
      const own = auth.length === 0;
      if (typeof result?.then === "function") result.then((data?: object) => (own || data !== undefined) && answer(data), fail);
      else if (own && result !== undefined) answer(result);
    } catch (error) {
      fail(error);
    }
  }

  /** @internal Whether `pid` is that of the last connection: then the server has recovered its state. */
  _remembers(pid: string): boolean {
    return pid === this.#pid;
  }

  /** @internal The namespace is joined; the event follows when all that was kept has been sent. */
  _connected(data: { sid: string; pid?: string }, recovered: boolean): void {
    taps._packet?.(this.io, 0, this.nsp, data);
    ({ sid: this.id, pid: this.#pid } = data);
    this.connected = true;
    this.recovered = recovered;
    if (!recovered) this.offset = undefined;
    for (const args of this.#unheard.splice(0)) callAll(this.#anyOutgoing, this, args);
  }

  /** @internal All that was kept has been sent. A listener that heard of that may have disconnected. */
  _joined(): void {
    if (this.connected) this._dispatch(["connect"]);
  }

  /** @internal Whether the core keeps nothing of it that it could not be told again. */
  _disposable(): boolean {
    // The core may be gone from now on: this is what it said last.
    this.#wanted = this.active;
    return !this._settings[0] && !this.#wanted && !this.sendBuffer.length;
  }

  /** @internal */
  _disconnected(reason: number, cause: FerrioError | undefined): void {
    this.#forget();
    this._dispatch(["disconnect", REASONS[reason], cause]);
  }

  /** @internal The core is gone: without it there is no connection. */
  _broken(error: FerrioError): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    if (this.connected) this._disconnected(TRANSPORT_ERROR, error);
    this._failed(error, -1);
  }

  /** @internal It could not connect. `delay`: milliseconds until the next attempt, or -1 if there is none. */
  _failed(error: FerrioError, delay: number): void {
    error.retry = { willRetry: delay >= 0, at: delay < 0 ? undefined : Date.now() + delay };
    this._dispatch(["connect_error", error]);
  }

  #forget(): void {
    this.connected = false;
    this.id = undefined;
  }
}

/** Whether the server may emit an event of this name. */
function isName(name: unknown): boolean {
  return typeof name === "number" || (typeof name === "string" && !RESERVED.has(name));
}

// eslint-disable-next-line @typescript-eslint/no-namespace -- the peer's name for it
export declare namespace Socket {
  /** Why a socket was disconnected. */
  export type DisconnectReason = Reason;
}
