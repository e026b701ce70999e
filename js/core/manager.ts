import * as host from "../host/index.js";
import { callAll, Emitter } from "./emitter.js";
import { Engine } from "./engine.js";
import { CLOSED_BY_SERVER, DISCONNECTED, failure, FORCED_CLOSE, probeError, REASONS, TRANSPORT_CLOSE, TRANSPORT_ERROR, UNANSWERED } from "./errors.js";
import { packTransports, settingsOf, warnOfUnknown, type Options } from "./options.js";
import { Socket, type Ack } from "./socket.js";
import type { DefaultEventsMap, EventsMap, ManagerOptions, ManagerReservedEvents, SocketOptions } from "./types.js";
import { parseUrl, urlOf } from "./url.js";

/**
 * One connection to a server, shared by the sockets of its namespaces. Reconnects by itself unless told otherwise.
 */
export class Manager<ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents> extends Emitter<{}, {}, ManagerReservedEvents> {
  /** The options it was made with. Those of transports and requests are read again whenever one begins. */
  declare readonly opts: Partial<ManagerOptions>;
  /** The sockets by namespace. */
  readonly nsps: Record<string, Socket<ListenEvents, EmitEvents>> = Object.create(null);
  /** The current connection, or the latest; `undefined` before the first. */
  declare engine: Engine;
  /** @internal */
  declare readonly _autoConnect: boolean;
  /** @internal */
  declare readonly _host: host.Host;
  /** @internal The ack handlers that wait, by the number the core knows them by. */
  _acks = new host.Slots<Ack>();
  /** @internal Numbers and switches, in the order of `configure`. */
  declare readonly _settings: any[];
  /** Callbacks of `open()`. */
  #opening: ((error?: Error) => void)[] = [];
  /** Why the connection failed or ended, as the core last said. */
  #cause: host.FerrioError | undefined;

  /**
   * @param uri where the server is; its path and query are not a namespace here. Default: the page's origin
   * @throws FerrioError `E_OPTION` for an option that cannot work
   */
  constructor(uri?: string | Partial<ManagerOptions>, opts?: Partial<ManagerOptions>) {
    super();
    if (typeof uri === "object") {
      opts = uri;
      uri = undefined;
    }
    const options: Options = (this.opts = { ...opts });
    options.path ||= host.DEFAULT_PATH;
    warnOfUnknown(options);
    this._settings = settingsOf(options);
    const destination = parseUrl(uri ?? urlOf(options));
    if (destination.query) options.query = destination.query;
    this._autoConnect = options.autoConnect !== false;
    this._host = new host.Host(this, destination, options, !!options.useNativeTimers, !!options.closeOnBeforeunload);
    if (this._autoConnect) this.open();
  }

  /** Connects. Without a callback it reconnects on failure; with one, it calls it with the outcome and leaves it at that. */
  open(fn?: (err?: Error) => void): this {
    if (fn && !/^open/.test(this.engine?.readyState)) this.#opening.push(fn);
    this.engine ??= new Engine(this._host, transport(host.POLLING));
    this._host.input(host.INPUT_OPEN, +!fn);
    return this;
  }

  /** The same as `open`. */
  connect(fn?: (err?: Error) => void): this {
    return this.open(fn);
  }

  /** The socket of a namespace. An existing one is connected again if it no longer tries; `opts` hold for a new one. */
  socket(nsp: string, opts?: Partial<SocketOptions>): Socket<ListenEvents, EmitEvents> {
    let socket = this.nsps[nsp];
    if (!socket) {
      socket = this.nsps[nsp] = new Socket(this as unknown as Manager, nsp, opts) as any as Socket<ListenEvents, EmitEvents>;
    } else if (this._autoConnect && !socket.active) {
      socket.connect();
    }
    return socket;
  }

  /** Whether it connects again after a loss. */
  reconnection(): boolean;
  reconnection(v: boolean): this;
  reconnection(v?: boolean): this | boolean {
    return this.#setting(host.RECONNECTION, v);
  }

  /** Attempts before giving up. */
  reconnectionAttempts(): number;
  reconnectionAttempts(v: number): this;
  reconnectionAttempts(v?: number): this | number {
    return this.#setting(host.RECONNECTION_ATTEMPTS, v);
  }

  /** Milliseconds before the first attempt. */
  reconnectionDelay(): number;
  reconnectionDelay(v: number): this;
  reconnectionDelay(v?: number): this | number {
    return this.#setting(host.RECONNECTION_DELAY, v);
  }

  /** The longest delay, in milliseconds. */
  reconnectionDelayMax(): number;
  reconnectionDelayMax(v: number): this;
  reconnectionDelayMax(v?: number): this | number {
    return this.#setting(host.RECONNECTION_DELAY_MAX, v);
  }

  /** By what part of itself a delay varies, 0 to 1. */
  randomizationFactor(): number;
  randomizationFactor(v: number): this;
  randomizationFactor(v?: number): this | number {
    return this.#setting(host.RANDOMIZATION, v);
  }

  /** Milliseconds to open a connection in; `false` = any time. */
  timeout(): number | false;
  timeout(v: number | false): this;
  timeout(v?: number | false): this | number | false {
    const value = this.#setting(host.TIMEOUT, v === false ? Infinity : v);
    return value === Infinity ? false : value;
  }

  /** Closes the connection for all its sockets ("forced close"), without reconnection. */
  _close(): void {
    this._host.input(host.INPUT_CLOSE);
  }

  /** The same as `_close`. */
  disconnect(): void {
    this._close();
  }

  // What the host asks and reports (its App).

  /** @internal */
  setup(): void {
    this._host.configure(this._settings);
  }

  /** @internal Apps change `opts.transports` in listeners, for the next attempt. */
  refresh(): void {
    this.#setting(host.TRANSPORTS, packTransports(this.opts.transports));
  }

  /** @internal */
  disposable(): boolean {
    return this._acks.size === 0 && this.#sockets.every((socket) => socket._disposable());
  }

  /** @internal */
  broken(error: host.FerrioError): void {
    this.#cause = error;
    if (this.engine) this.engine.readyState = "closed";
    const { values } = this._acks;
    this._acks = new host.Slots();
    for (const ack of values) ack?.(undefined, error);
    for (const socket of this.#sockets) socket._broken(error);
    this.#failed(error);
  }

  /** @internal */
  record(kind: number, a: number, content: any, b: number, c: number, d: number): void {
    const { engine } = this;
    const socket = this.#sockets[a]!;
    const cause = this.#cause!;
    switch (kind) {
      case host.CAUSE:
        this.#cause = failure(b, content, c);
        break;
      case host.ACK_FAILED: {
        const ack = this._acks.take(c);
        if (b <= DISCONNECTED) ack?.(undefined, failure(UNANSWERED + b));
        break;
      }
      case host.DROPPED: {
        // Of an answer to the server the second digit says so, of what is too large the third.
        const text = host.partOf(content);
        const [event] = b < 16 ? text.data ?? JSON.parse(text) : [];
        const error = Object.assign(failure(b & 15), { event, nsp: socket.nsp, size: d, limit: b & 4 ? undefined : engine.maxPayload });
        const ack = this._acks.take(c);
        ack?.(undefined, error);
        if (this.hasListeners("drop")) this._dispatch(["drop", error]);
        else if (!ack) console.warn(error);
        break;
      }
      case host.CONNECTED:
        return socket._connected(JSON.parse(content.slice(b)), c === 1);
      case host.CONNECT:
        return socket._joined();
      case host.AUTH:
        return socket._authorize(b);
      case host.CONNECT_ERROR:
        return socket._failed(b === 0 ? cause : failure(b, content, c), d);
      case host.DISCONNECT:
        return socket._disconnected(b, cause);
      case host.OPENED:
        this._dispatch(["open"]);
        this.#opened();
        return engine._dispatch(["open"]);
      case host.CLOSED:
        return this._dispatch(["close", REASONS[b], b === FORCED_CLOSE ? undefined : cause]);
      case host.ERROR:
        return this.#failed(cause);
      case host.RECONNECT_ATTEMPT:
        this._dispatch(["reconnect_attempt", b]);
        // With what its listeners changed.
        this.refresh();
        return this._host.input(host.INPUT_ATTEMPT);
      case host.RECONNECT:
        return this._dispatch(["reconnect", b]);
      case host.RECONNECT_ERROR:
        return this._dispatch(["reconnect_error", cause]);
      case host.RECONNECT_FAILED:
        return this._dispatch(["reconnect_failed"]);
      case host.ENGINE:
        this.#cause = undefined;
        // Before the core was ready there was one already, that nothing has happened to.
        if (engine?.readyState === "opening") engine.transport = transport(b);
        else this.engine = new Engine(this._host, transport(b));
        break;
      case host.HANDSHAKE:
        engine.id = content.sid;
        engine.maxPayload = content.maxPayload;
        engine.readyState = "open";
        return engine._dispatch(["handshake", content]);
      case host.PING:
        this._dispatch(["ping"]);
        return engine._dispatch(["ping"]);
      case host.UPGRADING:
        return engine._dispatch(["upgrading", transport(b)]);
      case host.UPGRADE:
        return engine._dispatch(["upgrade", (engine.transport = transport(b))]);
      case host.UPGRADE_ERROR:
        return engine._dispatch(["upgradeError", probeError(content)]);
      case host.ENGINE_CLOSED: {
        if (b === TRANSPORT_CLOSE) this.#cause ??= failure(CLOSED_BY_SERVER);
        // While it opens, the core says so itself.
        if (b === TRANSPORT_ERROR && engine.readyState !== "opening") this._dispatch(["error", cause]);
        engine.readyState = "closed";
        return engine._dispatch(["close", REASONS[b], this.#cause]);
      }
    }
  }

  /** The connection could not be opened. */
  #failed(error: host.FerrioError): void {
    this._dispatch(["error", error]);
    this.#opened(error);
  }

  /** Tells those who called `open()` how it went. */
  #opened(...error: host.FerrioError[]): void {
    callAll(this.#opening.splice(0), undefined, error);
  }

  get #sockets(): Socket[] {
    return this._host._receivers as Socket[];
  }

  /** Reads or sets a setting. */
  #setting(key: number, value?: number | boolean): any {
    if (value === undefined) return this._settings[key];
    this._settings[key] = value;
    this._host.configure(this._settings);
    return this;
  }
}

/** A transport as events tell it. */
function transport(kind: number): { readonly name: string } {
  return { name: host.TRANSPORT_NAMES[kind]! };
}
