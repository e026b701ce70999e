import { ACK_TIMEOUT, ACK_WITH_ERROR, HAS_ACK, NO_COMPRESS, RETRIES, VOLATILE } from "../host/index.js";
import { call, callAll, Emitter, without, type Listener } from "./emitter.js";
import { DENIED, failure, REASONS, refusal, unanswered } from "./errors.js";
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
import { type Binary, decode, holdsBinary, stringify } from "./values.js";
import { BAD_SHAPE, type FerrioError } from "../host/index.js";

/** Names that only the library may emit. */
const RESERVED: ReadonlySet<unknown> = new Set(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]);

/** The protocol's number for an event, as `sendBuffer` shows it. */
const EVENT_PACKET = 2;

/** Not set: `timeout()` was not called. */
const UNSET = -1;

/** Somebody who waits for the server's answer to an event. */
export class Ack {
  readonly #socket: unknown;
  readonly #fn: Listener;
  /** Whether its first parameter is an error. */
  readonly #withError: boolean;

  constructor(socket: unknown, fn: Listener, withError: boolean) {
    this.#socket = socket;
    this.#fn = fn;
    this.#withError = withError;
  }

  answer(args: unknown[]): void {
    if (this.#withError) args.unshift(null);
    call(this.#fn, this.#socket, args, 0);
  }

  /** No answer will come. */
  fail(timedOut: boolean): void {
    if (this.#withError) call(this.#fn, this.#socket, [unanswered(timedOut)], 0);
  }
}

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
  readonly io: Manager<ListenEvents, EmitEvents>;
  /** The namespace. */
  readonly nsp: string;
  /** The id the server gave it; `undefined` unless connected. A new one at every connect that is not recovered. */
  id: string | undefined;
  /** Whether it is connected. */
  connected = false;
  /** Whether the server restored the state of the connection before, and sent the events missed since. */
  recovered = false;
  /** Credentials for the namespace; read at every connect. */
  auth: Auth | undefined;
  /** @internal What the core is told about it. */
  readonly _settings: readonly (readonly [key: number, value: number])[];
  readonly #index: number;
  /** Whether acks get an error first, by the socket's options. */
  readonly #acksWithError: boolean;
  readonly #retries: boolean;
  /** What the app last asked for; the core knows better, once it is there. */
  #wanted = false;
  // Options of the next emit.
  #flags = 0;
  #timeout = UNSET;
  #any: Listener[] = [];
  #anyOutgoing: Listener[] = [];
  /** Events not sent yet that `#anyOutgoing` has to hear of. */
  #unheard: unknown[][] = [];
  /** How often `auth` was read: an answer to an earlier question is none. */
  #asked = 0;
  // For recovery: the id of the server's memory of us, and where we are in it.
  #pid: string | undefined;
  #offset: string | undefined;

  /** @internal */
  constructor(io: Manager, nsp: string, opts: Partial<SocketOptions> = {}) {
    super();
    this.io = io as unknown as Manager<ListenEvents, EmitEvents>;
    this.nsp = nsp;
    this.auth = opts.auth;
    this.#retries = !!opts.retries;
    this.#acksWithError = opts.ackTimeout !== undefined;
    this._settings = [
      [RETRIES, numberOf(opts, "retries", 0)],
      [ACK_TIMEOUT, numberOf(opts, "ackTimeout", Infinity)],
    ];
    this.#index = io._add(this as any);
    if (io._autoConnect) this.connect();
  }

  /** Whether it is not connected. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** Whether it is connected, or will connect by itself. False after `disconnect()` and when the server ended or refused it. */
  get active(): boolean {
    return this.io._host.active(this.#index) ?? this.#wanted;
  }

  /** The events that wait for the connection. A copy. */
  get sendBuffer(): { type: number; nsp: string; data: any[] }[] {
    return this.io._host.buffered(this.#index).map((text) => ({ type: EVENT_PACKET, nsp: this.nsp, data: JSON.parse(text) as any[] }));
  }

  /** Events that came before the server's answer to CONNECT: always empty here, the core keeps them. */
  get receiveBuffer(): ReadonlyArray<readonly any[]> {
    return [];
  }

  /** Connects. */
  connect(): this {
    if (!this.connected) {
      this.#wanted = true;
      this.io._host.input("connect", this.#index);
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
    this.io._host.input("disconnect", this.#index);
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
    this.#any = [...this.#any, listener];
    return this;
  }

  /** Adds a listener for all events from the server, before the others. */
  prependAny(listener: (...args: AnyEvent<ListenEvents>) => void): this;
  prependAny(listener: (event: EventNames<ListenEvents>, ...args: any[]) => void): this;
  prependAny(listener: Listener): this {
    this.#any = [listener, ...this.#any];
    return this;
  }

  /** Removes a listener of `onAny`, or all. */
  offAny(listener?: (...args: any[]) => void): this {
    this.#any = listener ? without(this.#any, listener) : [];
    return this;
  }

  /** The listeners of `onAny`. */
  listenersAny(): ((...args: any[]) => void)[] {
    return this.#any;
  }

  /** Adds a listener for all events that are sent; it gets the name first. Not for acks. */
  onAnyOutgoing(listener: (...args: AnyEvent<EmitEvents>) => void): this;
  onAnyOutgoing(listener: (event: EventNames<EmitEvents>, ...args: any[]) => void): this;
  onAnyOutgoing(listener: Listener): this {
    this.#anyOutgoing = [...this.#anyOutgoing, listener];
    return this;
  }

  /** Adds a listener for all events that are sent, before the others. */
  prependAnyOutgoing(listener: (...args: AnyEvent<EmitEvents>) => void): this;
  prependAnyOutgoing(listener: (event: EventNames<EmitEvents>, ...args: any[]) => void): this;
  prependAnyOutgoing(listener: Listener): this {
    this.#anyOutgoing = [listener, ...this.#anyOutgoing];
    return this;
  }

  /** Removes a listener of `onAnyOutgoing`, or all. */
  offAnyOutgoing(listener?: (...args: any[]) => void): this {
    this.#anyOutgoing = listener ? without(this.#anyOutgoing, listener) : [];
    return this;
  }

  /** The listeners of `onAnyOutgoing`. */
  listenersAnyOutgoing(): ((...args: any[]) => void)[] {
    return this.#anyOutgoing;
  }

  #emit(args: any[], withError: boolean): void {
    let flags = this.#flags;
    const timeout = this.#timeout;
    // First of all: whatever goes wrong now, the next emit starts without options.
    this.#flags = 0;
    this.#timeout = UNSET;
    if (RESERVED.has(args[0])) throw new Error(`"${args[0]}" is a reserved event name`);
    let ack: Listener | undefined;
    if (typeof args[args.length - 1] === "function") {
      ack = args.pop() as Listener;
      const isVolatile = (flags & VOLATILE) !== 0;
      flags |= HAS_ACK;
      if (withError || timeout !== UNSET || this.#acksWithError || (this.#retries && !isVolatile)) flags |= ACK_WITH_ERROR;
    }
    const attachments: Binary[] | undefined = holdsBinary(args) ? [] : undefined;
    const text = stringify(args, attachments);
    if (this.#anyOutgoing.length > 0) this.#tellOutgoing(args, flags);
    const { io } = this;
    const token = ack === undefined ? 0 : io._acks.put(new Ack(this, ack, (flags & ACK_WITH_ERROR) !== 0));
    io._host.emit(this.#index, text, attachments, flags, token, timeout === UNSET ? Infinity : timeout);
  }

  #tellOutgoing(args: unknown[], flags: number): void {
    if (this.connected) callAll(this.#anyOutgoing, this, args, 0);
    else if ((flags & VOLATILE) === 0) this.#unheard.push(args);
  }

  /** @internal An event from the server. */
  _event(text: string, offset: number, id: number, attachments: (ArrayBuffer | undefined)[] | undefined): void {
    // A listener that ran since has disconnected.
    if (!this.connected) return;
    const args = decode(text, offset, attachments);
    if (typeof args === "number") return this.io._host.malformed(args);
    const name = args[0];
    if (typeof name === "string" ? RESERVED.has(name) : typeof name !== "number") return this.io._host.malformed(BAD_SHAPE);
    if (id >= 0) {
      args.push(this.#answerer(id));
    } else if (this.#pid !== undefined) {
      // Before the listeners: one that disconnects must not get the event again.
      if (isOffset(args[args.length - 1])) this.#offset = args.pop() as string;
    }
    if (this.#any.length > 0) callAll(this.#any, this, args, 0);
    this._dispatch(args);
  }

  /** The function that acknowledges the server's event, once, on the connection it came by. */
  #answerer(id: number): (...args: unknown[]) => void {
    let connection = this.id;
    return (...args) => {
      if (connection === undefined || connection !== this.id) return;
      connection = undefined;
      const attachments: Binary[] | undefined = holdsBinary(args) ? [] : undefined;
      this.io._host.acknowledge(this.#index, id, stringify(args, attachments), attachments);
    };
  }

  /** @internal The server's answer to an event. */
  _acked(ack: Ack, text: string, offset: number, attachments: (ArrayBuffer | undefined)[] | undefined): void {
    const args = decode(text, offset, attachments);
    if (typeof args === "object") return ack.answer(args);
    ack.fail(false);
    this.io._host.malformed(args);
  }

  /** @internal The core asks for the credentials. */
  _authorize(attempt: number): void {
    const { auth } = this;
    const { _host: host } = this.io;
    const asked = ++this.#asked;
    const fail = (error: unknown): void => {
      if (asked === this.#asked) host.authFailed(this.#index, attempt, error ?? new Error("auth"));
    };
    const answer = (data?: object): void => {
      if (asked !== this.#asked) return;
      try {
        const sent = this.#pid === undefined ? data : { pid: this.#pid, offset: this.#offset, ...data };
        host.authorize(this.#index, attempt, sent && JSON.stringify(sent));
      } catch (error) {
        fail(error);
      }
    };
    if (typeof auth !== "function") return answer(auth);
    try {
      const result = auth(answer) as object | undefined;
      // A function that takes the callback and returns nothing of use will call it.
      const settle = (data?: object): void => {
        if (data !== undefined || auth.length === 0) answer(data);
      };
      if (typeof (result as Promise<object> | undefined)?.then === "function") (result as Promise<object>).then(settle, fail);
      else if (result !== undefined && auth.length === 0) settle(result);
    } catch (error) {
      fail(error);
    }
  }

  /** @internal Whether `pid` is that of the last connection: then the server has recovered its state. */
  _remembers(pid: string): boolean {
    return pid === this.#pid;
  }

  /** @internal The namespace is joined; the event follows when all that was kept has been sent. */
  _connected(text: string, offset: number, recovered: boolean): void {
    const { sid, pid } = JSON.parse(text.slice(offset)) as { sid: string; pid?: string };
    this.id = sid;
    this.connected = true;
    this.recovered = recovered;
    if (!recovered) this.#offset = undefined;
    this.#pid = pid;
    for (const args of this.#unheard.splice(0)) callAll(this.#anyOutgoing, this, args, 0);
  }

  /** @internal All that was kept has been sent. A listener that heard of that may have disconnected. */
  _joined(): void {
    if (this.connected) this._dispatch(["connect"]);
  }

  /** @internal Whether the core keeps nothing of it that it could not be told again. */
  _disposable(): boolean {
    // The core may be gone from now on: this is what it said last.
    this.#wanted = this.active;
    return !this.#retries && !this.#wanted && this.sendBuffer.length === 0;
  }

  /** @internal `cause`: the error, or what came with it if `code` is not 0. `delay`: until the next attempt, or -1. */
  _refused(code: number, cause: any, offset: number, delay: number): void {
    const error: FerrioError = code === 0 ? cause : code === DENIED ? refusal(cause.slice(offset)) : failure(code, cause, 0);
    error.retry = delay < 0 ? { willRetry: false } : { willRetry: true, at: Date.now() + delay };
    this._dispatch(["connect_error", error]);
  }

  /** @internal */
  _disconnected(reason: number, cause: FerrioError | undefined): void {
    this.#forget();
    this._dispatch(cause ? ["disconnect", REASONS[reason], cause] : ["disconnect", REASONS[reason]]);
  }

  /** @internal The core is gone: without it there is no connection. */
  _broken(error: FerrioError): void {
    const { connected } = this;
    if (!this.#wanted) return;
    this.#wanted = false;
    if (connected) this._disconnected(REASONS.indexOf("transport error"), error);
    error.retry = { willRetry: false };
    this._dispatch(["connect_error", error]);
  }

  #forget(): void {
    this.connected = false;
    this.id = undefined;
  }
}

// eslint-disable-next-line @typescript-eslint/no-namespace -- the peer's name for it
export declare namespace Socket {
  /** Why a socket was disconnected. */
  export type DisconnectReason = Reason;
}
