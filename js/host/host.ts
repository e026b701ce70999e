import * as abi from "./abi.js";
import { address, optionsOf, TRANSPORT_NAMES } from "./address.js";
import { decodeBase64 } from "./base64.js";
import { Alarm, now } from "./clock.js";
import { FerrioError, transportError } from "./error.js";
import { byteLength, partOf, type Caller, type Core } from "./instance.js";
import type { ConnectOptions, Link, Origin, Reports } from "./link.js";
import { load } from "./loader.js";
import { watch, watching, type Watcher } from "./page.js";
import type { Parser, Translator } from "./parser.js";
import { PollingLink } from "./polling.js";
import { taps } from "./tap.js";
import { WebSocketLink } from "./websocket.js";

/** An attachment that arrived. */
export type Attachment = ArrayBuffer;

/** A text; or a frame of the translator's, where `data` is what the JSON would say. */
export type Text = string & { readonly data?: unknown[] };

/** Who gets the news of one namespace. */
export interface Receiver {
  readonly nsp: string;
  readonly _settings: readonly [retries: number, ackTimeout: number];
  /** An event: JSON in `text` from `offset` on; `id`: of the ack that the server wants, or -1. */
  _event(text: Text, offset: number, id: number, attachments: (Attachment | undefined)[] | undefined): void;
  /** The ack that `emit` was given `token` for. */
  _acked(token: number, text: Text, offset: number, attachments: (Attachment | undefined)[] | undefined): void;
  /** Whether `pid` is the one that it had on its last connection. */
  _remembers(pid: string): boolean;
}

/** Who gets the core's news. */
export interface App {
  /** A fresh core knows nothing: tell it the options (`configure`). */
  setup(): void;
  /** Tell the core the options that may have changed since; called before it acts on its own. */
  refresh(): void;
  /** Everything else: the record's fields, with what was in its slot. */
  record(kind: number, a: number, content: any, b: number, c: number, d: number): void;
  /** Whether nothing would be lost with the core's part of this manager, now that no transport and no timer is left. */
  disposable(): boolean;
  /** There is no core any more, or none could be had. The next input tries a fresh one. */
  broken(error: FerrioError): void;
}

/**
 * Runs one manager of the core: reports to it what the browser and the app do, and carries out what it answers. It
 * decides nothing. A call from inside a listener only reaches the core: the loop that runs already does the rest.
 */
export class Host implements Caller, Reports, Watcher {
  declare readonly origin: Origin;
  declare readonly options: ConnectOptions;
  declare readonly beforeunload: boolean;
  /** The app's own: then contents are values, not texts. */
  declare readonly parser: Parser | undefined;
  readonly #app: App;
  readonly #alarm: Alarm;
  readonly #links = new Map<number, Link>();
  /** While the core is being loaded: the inputs that wait for it. */
  #waiting: (() => void)[] | undefined;
  #core: Core | undefined;
  #manager = 0;
  #running = false;
  /** Works for `parser`; downloaded when there is one. */
  #translator: Translator | undefined;
  /** Whether it came to rest in this run. */
  #settled = false;
  /** The id of the session in use. */
  #sid = "";
  /** What the core told and is not carried out yet, from `#next` to `#end`: to take from the front of a list costs more than most records. */
  readonly #records: ((() => void) | undefined)[] = [];
  #next = 0;
  #end = 0;
  /** By the core's numbers for them. */
  readonly _receivers: Receiver[] = [];
  readonly _sockets = new Map<string, number>();

  /** `options` are read at each use, so that the app may change them. */
  constructor(app: App, origin: Origin, options: ConnectOptions, nativeTimers: boolean, beforeunload: boolean) {
    this.#app = app;
    this.origin = origin;
    this.options = options;
    this.beforeunload = beforeunload;
    this.parser = options.parser;
    this.#alarm = new Alarm(() => {
      this.#settle();
      this.#app.refresh();
      this.input(abi.INPUT_TIMEOUT);
    }, nativeTimers);
  }

  /** Whether the core takes inputs at once; otherwise they wait for it, and it is being loaded now. */
  ready(): boolean {
    if (!this.#live() && !this.#waiting) {
      this.#waiting = [];
      void this.#load();
    }
    return this.#live() !== undefined;
  }

  /** Asynchronous only for a parser that has no translator yet. */
  async #load(): Promise<void> {
    try {
      if (this.parser) this.#translator ??= new (await import("./parser.js")).Translator(this, this.#app, decodeBase64);
    } catch (cause) {
      return this.#break(new FerrioError("E_NETWORK", "parser failed", { cause }));
    }
    load((loaded, error) => {
      if (loaded) this.#start(loaded);
      // Later, so that whoever calls can still add listeners.
      else queueMicrotask(() => this.#break(error!));
    });
  }

  get armed(): boolean {
    return this.#alarm.deadline < Infinity;
  }

  /** Tells the core the options; before it is ready `App.setup` will. */
  configure(settings: readonly number[]): void {
    this.#live()?._exports[abi.X_CONFIGURE](this.#manager, ...settings);
  }

  /** Adds a socket, and returns its number. */
  _add(receiver: Receiver): number {
    const socket = this._receivers.push(receiver) - 1;
    this._sockets.set(receiver.nsp, socket);
    this.#tell(receiver);
    return socket;
  }

  /** Tells the core of a socket; before it is ready it will be told of all. */
  #tell({ nsp, _settings }: Receiver): void {
    this.#live()?._exports[abi.X_SOCKET](this.#manager, nsp === "/" ? 0 : byteLength(nsp), ..._settings);
  }

  /** An input of the app's without a payload. */
  input(what: number, a = 0): void {
    if (this.ready()) this.report(what, a);
    else this.#waiting!.push(() => this.input(what, a));
  }

  /**
   * `content`: the JSON of an event, or with a parser its values. Truthy: there is no room for it, and nobody else is told.
   * @throws what the parser throws
   */
  emit(socket: number, content: any, attachments: readonly unknown[], flags: number, token: number, timeout: number): unknown {
    if (!this.ready()) return void this.#waiting!.push(() => this.emit(socket, content, attachments, flags | abi.LATE, token, timeout));
    if (this.#translator) content = this.#translator.event(this._receivers[socket]!.nsp, content, flags, socket, token);
    return this.#call(this.#core!, this.#core!._emit, socket, put(this.#core!, content, attachments), attachments.length, flags, token, timeout);
  }

  /** `content`: the JSON of an ack, or with a parser its values. @throws what the parser throws */
  acknowledge(socket: number, id: number, content: any, attachments: readonly unknown[]): void {
    const core = this.#live();
    if (core) {
      if (this.#translator) content = this.#translator.ack(this._receivers[socket]!.nsp, content, id);
      this.#call(core, core._exports[abi.X_ACKNOWLEDGE], socket, put(core, content, attachments), attachments.length, id);
    }
  }

  /** Whether the socket is connected, or will be by itself: 1 or 0; `undefined` without a core. */
  active(socket: number): number | undefined {
    return this.#live()?._exports[abi.X_ACTIVE](this.#manager, socket);
  }

  /** The texts of the events that wait for the connection. */
  buffered(socket: number): Text[] {
    const texts: Text[] = [];
    const core = this.#live();
    if (core) {
      core._caller = { _note: (_kind, _a, content) => texts.push(partOf(content)) };
      core._exports[abi.X_BUFFERED](this.#manager, socket);
    }
    return texts;
  }

  /** Bytes of what a socket's app emitted and that has not left the page. */
  bufferedAmount(socket: number): number {
    let bytes = this.#live()?._exports[abi.X_BUFFERED_AMOUNT](this.#manager, socket) ?? 0;
    for (const link of this.#links.values()) bytes += link.bufferedAmount ?? 0;
    return bytes;
  }

  /** Packets that wait for the transport. */
  queueLength(): number {
    return this.#live()?._exports[abi.X_QUEUE_LENGTH](this.#manager) ?? 0;
  }

  // Reports of the transports, the page and the app's answers: none of them starts a core.

  frame(id: number, data: any): void {
    taps._received?.(this.#app, data);
    const core = this.#live();
    // A text, or a frame of the translator's.
    if (!data.charCodeAt) this.report(abi.INPUT_BINARY, id, data, data.byteLength);
    else if (core) this.#call(core, core._frame, id, core._slots.put(data), copy(core, data), data.length);
  }

  report(what: number, a = 0, payload?: unknown, b = 0, c = 0): void {
    const core = this.#live();
    if (core) this.#call(core, core.input, what, a, payload === undefined ? 0 : core._slots.put(payload), b, c);
    if (what === abi.INPUT_DRAINED) taps._drained?.(this.#app);
  }

  network(change: number): void {
    // No network is needed to reach the own machine, whatever the browser says of it.
    if (!change && /^localhost(:|$)/.test(this.origin.host)) return;
    this.#app.refresh();
    this.report(abi.INPUT_NETWORK + change);
    this.#alarm.renew();
  }

  /** Calls an export that takes input for this manager, and carries out the core's records until there is none. Every input ends here. */
  #call(core: Core, entry: (manager: number, now: number, ...args: any[]) => unknown, ...args: number[]): unknown {
    core._caller = this;
    let answer: unknown;
    try {
      answer = entry(this.#manager, now(), ...args);
    } catch (error) {
      return this.#panic(core, error);
    }
    // Whoever calls from inside a record has nothing to do: the loop that runs already does the rest.
    if (this.#running) return answer;
    this.#running = true;
    try {
      while (this.#next < this.#end) {
        const run = this.#records[this.#next]!;
        this.#records[this.#next++] = undefined;
        run();
      }
      this.#next = this.#end = 0;
    } finally {
      this.#running = false;
    }
    if (this.#settled) {
      this.#settled = false;
      // Gives back the core's part of a manager that is at rest: it can be made anew, and apps may never use it again.
      if (this.#app.disposable()) {
        this.#live()?._exports[abi.X_DESTROY](this.#manager);
        this.#core = undefined;
      }
    }
    return answer;
  }

  /** Keeps a record until it can be carried out. */
  _note(kind: number, a: number, content: any, b: any, c?: number, d?: number): void {
    this.#records[this.#end++] = () => this.#handle(kind, a, content, b, c, d);
  }

  /** Carries out a record. */
  #handle(kind: number, a: number, content: any, b: any, c = 0, d = 0): void {
    switch (kind) {
      case abi.EVENT:
        return this._receivers[a]!._event(partOf(content), b, c, attachmentsOf(content));
      case abi.SEND: {
        const { nsp } = this._receivers[d]!;
        if (nsp !== "/") b = b.replace("/", () => nsp);
        content = partOf(content);
        this.#links.get(a)?.send(b, content, c & abi.FORM);
        return taps._sent?.(this.#app, b, content, c);
      }
      case abi.ACK:
        return this._receivers[a]!._acked(c, partOf(content), b, attachmentsOf(content));
      case abi.TIMER:
        this.#alarm.deadline = b;
        return this.#settle();
      case abi.DEFER:
        return queueMicrotask(this.#turn);
      case abi.OPEN:
        return void this.#open(a, b, c === 1);
      case abi.FLUSH:
        return this.#links.get(a)?.flush?.();
      case abi.POLL:
        return this.#links.get(a)?.poll?.();
      case abi.CLOSE:
        this.#links.get(a)?.close();
        this.#links.delete(a);
        return this.#settle();
      case abi.READ_HANDSHAKE:
        return this.#readHandshake(a, content);
      case abi.READ_CONNECT:
        return this.#readConnect(a, content, b);
      case abi.HANDSHAKE:
        content = JSON.parse(content.slice(b));
        this.#links.get(a)!.sid = this.#sid = content.sid;
    }
    this.#app.record(kind, a, content, b, c, d);
  }

  readonly #turn = (): void => this.report(abi.INPUT_TURN);

  async #open(id: number, transport: number, withSid: boolean): Promise<void> {
    const given = [id, this.origin, this.options, withSid ? this.#sid : ""] as const;
    try {
      // Until the code for webtransport is here, a polling link that nobody asks to poll stands in for it.
      const Transport = transport === abi.WEBSOCKET ? WebSocketLink : PollingLink;
      this.#link(id, !withSid, (reports) => new Transport(reports, ...given));
      this.#settle();
      if (transport === abi.WEBTRANSPORT) {
        const { WebTransportLink } = await import("./webtransport.js");
        if (this.#links.has(id)) this.#link(id, !withSid, (reports) => new WebTransportLink(reports, ...given, this.#core!, address, optionsOf, transportError));
      }
    } catch (cause) {
      // Later, as every other failure: the app may not have added its listeners yet.
      await Promise.resolve();
      // Firefox throws an NS_ERROR_CONTENT_BLOCKED, the others what the standard says.
      const forbidden = /^Sec|BLOCKED/.test((cause as Error).name);
      this.report(abi.INPUT_FAILED, id, transportError(forbidden ? "E_CSP_CONNECT" : "E_NETWORK", `${TRANSPORT_NAMES[transport]} error`, `${cause}`, { cause }));
    }
  }

  #link(id: number, first: boolean, make: (reports: Reports) => Link): void {
    this.#links.set(id, this.#translator ? this.#translator.link(make, id, first) : make(this));
  }

  /** The core wants to know what the handshake says; it judges it. */
  #readHandshake(id: number, text: string): void {
    const read = parse(text, 1);
    const { sid, pingInterval, pingTimeout, maxPayload = Infinity, upgrades = [] } = read ?? {};
    const texts = Array.isArray(upgrades) && upgrades.every((name) => typeof name === "string");
    const flags = (read ? 1 : 0) | (isText(sid) ? 2 : 0) | (texts ? 4 : 0) | (texts && upgrades.includes("websocket") ? 8 : 0) | (texts && upgrades.includes("webtransport") ? 16 : 0);
    const core = this.#core!;
    this.#call(core, core._exports[abi.X_HANDSHAKE], id, core._slots.put(text), flags, float(pingInterval), float(pingTimeout), float(maxPayload));
  }

  /** The core wants to know what the server's CONNECT says. */
  #readConnect(socket: number, text: string, offset: number): void {
    const read = offset < text.length ? parse(text, offset) : {};
    const flags = (read ? 1 : 0) | (isText(read?.sid) ? 2 : 0) | (isText(read?.pid) && this._receivers[socket]!._remembers(read.pid) ? 4 : 0);
    this.report(abi.INPUT_JOINED, socket, text, offset, flags);
  }

  #live(): Core | undefined {
    return this.#core?.dead ? undefined : this.#core;
  }

  #start(core: Core): void {
    const waiting = this.#waiting!;
    this.#waiting = undefined;
    this.#settled = true;
    this.#core = core;
    this.#manager = core._exports[abi.X_CREATE](Math.random() * 2 ** 32);
    this.#app.setup();
    for (const receiver of this._receivers) this.#tell(receiver);
    for (const input of waiting) input();
  }

  /** Whoever has a transport or a timer is told about the page, and is kept by it. */
  #settle(): void {
    this.#settled = this.#links.size === 0 && !this.armed;
    watch(this, !this.#settled);
  }

  /** A trap: the core's memory is in an unknown state, for all its managers. */
  #panic(core: Core, cause: unknown): void {
    if (core.dead) return;
    core.dead = true;
    const error = new FerrioError("E_CORE_PANIC", `the core stopped: ${cause}`, { cause });
    // Whoever watches the page is a host.
    for (const host of [this, ...(watching() as Host[])]) if (host.#core === core) host.#break(error);
  }

  #break(error: FerrioError): void {
    this.#records.length = this.#next = this.#end = 0;
    this.#core = this.#waiting = undefined;
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
    this.#alarm.deadline = Infinity;
    this.#settle();
    this.#app.broken(error);
  }
}

/** The JSON object in `text` from `offset` on; `undefined` if there is none. */
function parse(text: string, offset: number): Record<string, unknown> | undefined {
  try {
    const read = JSON.parse(text.slice(offset));
    return read instanceof Object && !Array.isArray(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function float(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

/** Copies the code units before the JSON, which are all that the core reads of a frame; returns their number. */
function copy(core: Core, text: string): number {
  if (core.scratch.length === 0) core.refresh();
  const { scratch } = core;
  let named = false;
  // Of an attachment as base64 only the first one says something.
  const end = text[0] === "b" ? 1 : Math.min(text.length, abi.SCRATCH_UNITS);
  let i = 0;
  for (; i < end; i++) {
    const unit = text.charCodeAt(i);
    // A namespace, from / to a comma, may hold what else begins JSON: [ { "
    named = unit === 47 || (named && unit !== 44);
    if (!named && (unit === 91 || unit === 123 || unit === 34)) break;
    scratch[i] = unit;
  }
  return i;
}

/** Keeps a text, and with it its attachments. */
function put(core: Core, text: string, attachments: readonly unknown[]): number {
  return core._slots.put(attachments[0] ? [text, ...attachments] : text);
}

/** The attachments of a received content, if it has any. One that is not the base64 it should be is `undefined`. */
function attachmentsOf(content: any): (Attachment | undefined)[] | undefined {
  return Array.isArray(content) ? content.slice(1).map((value: Attachment | string) => (typeof value === "string" ? decoded(value) : value)) : undefined;
}

/** What a base64 frame holds; `undefined` if it is not what it should be. */
export function decoded(text: string): Attachment | undefined {
  try {
    return decodeBase64(text.slice(1));
  } catch {
    return undefined;
  }
}
