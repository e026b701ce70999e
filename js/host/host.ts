import * as abi from "./abi.js";
import { address, optionsOf } from "./address.js";
import { decodeBase64 } from "./base64.js";
import { Alarm, now } from "./clock.js";
import { FerrioError, transportError } from "./error.js";
import type { Core, Exports } from "./instance.js";
import type { ConnectOptions, Link, Origin, Reports } from "./link.js";
import { load } from "./loader.js";
import { watch, watching, type Watcher } from "./page.js";
import { PollingLink } from "./polling.js";
import { WebSocketLink } from "./websocket.js";

/** An attachment that arrived. */
export type Attachment = ArrayBuffer;

/** Who gets the core's news. */
export interface App {
  /** A fresh core knows nothing: tell it the options (`configure`) and the sockets (`socket`), in their order. */
  setup(): void;
  /** Tell the core the options that may have changed since; called before it acts on its own. */
  refresh(): void;
  /** An event for `socket`: JSON in `text` from `offset` on; `id`: of the ack that the server wants, or -1. */
  event(socket: number, text: string, offset: number, id: number, attachments: (Attachment | undefined)[] | undefined): void;
  /** The ack that `emit` was given `token` for. */
  ack(socket: number, token: number, text: string, offset: number, attachments: (Attachment | undefined)[] | undefined): void;
  /** Whether `pid` is the one that the socket had on its last connection. */
  remembers(socket: number, pid: string): boolean;
  /** Everything else: the record's kind and fields, `content` taken out of its slot. */
  record(kind: number, a: number, float: number, content: any, b: number, c: number): void;
  /** Whether nothing would be lost with the core's part of this manager, now that no transport and no timer is left. */
  disposable(): boolean;
  /** There is no core any more, or none could be had. The next input tries a fresh one. */
  broken(error: FerrioError): void;
}

/** Inputs that take only numbers; `manager` and `now` are added here. */
type Input = "open" | "close" | "close_engine" | "connect" | "disconnect" | "timeout";

/**
 * Runs one manager of the core: reports to it what the browser and the app do, and carries out what it answers. It
 * decides nothing. A call from inside a listener only reaches the core: the loop that runs already does the rest.
 */
export class Host implements Reports, Watcher {
  readonly origin: Origin;
  readonly options: ConnectOptions;
  readonly beforeunload: boolean;
  readonly #app: App;
  readonly #alarm: Alarm;
  readonly #links = new Map<number, Link>();
  /** Inputs of the time before the core is ready. */
  #waiting: (() => void)[] = [];
  #loading = false;
  #core: Core | undefined;
  #manager = 0;
  #running = false;
  /** Whether it came to rest in this run. */
  #settled = false;
  /** The id of the session in use. */
  #sid = "";
  /** The latest head of a SEND: the next one is most often the same. */
  #head = "";

  /** `options` are read at each use, so that the app may change them. */
  constructor(app: App, origin: Origin, options: ConnectOptions, nativeTimers: boolean, beforeunload: boolean) {
    this.#app = app;
    this.origin = origin;
    this.options = options;
    this.beforeunload = beforeunload;
    this.#alarm = new Alarm(() => {
      this.#settle();
      this.#app.refresh();
      this.input("timeout");
    }, nativeTimers);
  }

  /** Whether the core takes inputs at once; otherwise they wait for it, and it is being loaded now. */
  ready(): boolean {
    if (!this.#live() && !this.#loading) {
      this.#loading = true;
      load((loaded, error) => {
        if (loaded) this.#start(loaded);
        // Later, so that whoever calls can still add listeners.
        else queueMicrotask(() => this.#break(error!));
      });
    }
    return this.#live() !== undefined;
  }

  get armed(): boolean {
    return this.#alarm.deadline < Infinity;
  }

  /** Tells the core an option; before it is ready `App.setup` will. */
  configure(key: number, value: number): void {
    this.#live()?.exports.configure(this.#manager, key, value);
  }

  /** Makes the next socket; before the core is ready `App.setup` will. */
  socket(namespace: string, options: readonly (readonly [key: number, value: number])[]): void {
    const core = this.#live();
    if (!core) return;
    this.#write(core, namespace);
    const socket = core.exports.socket(this.#manager, namespace.length);
    for (const [key, value] of options) core.exports.socket_option(this.#manager, socket, key, value);
  }

  /** Any input without a payload. */
  input(name: Input, ...args: number[]): void {
    if (!this.ready()) return void this.#waiting.push(() => this.input(name, ...args));
    this.#call(name, ...args);
  }

  emit(socket: number, text: string, attachments: readonly unknown[] | undefined, flags: number, token: number, timeout: number): void {
    if (!this.ready()) return void this.#waiting.push(() => this.emit(socket, text, attachments, flags, token, timeout));
    const core = this.#core!;
    const count = attachments === undefined ? 0 : this.#attach(core, attachments);
    try {
      core.emit(this.#manager, socket, core.slots.put(text), count, flags, token, timeout, now());
    } catch (error) {
      return this.#panic(core, error);
    }
    this.#run();
  }

  acknowledge(socket: number, id: number, text: string, attachments: readonly unknown[] | undefined): void {
    const core = this.#live();
    if (!core) return;
    const count = attachments === undefined ? 0 : this.#attach(core, attachments);
    this.#call("acknowledge", socket, id, core.slots.put(text), count);
  }

  /** The answer to AUTH: the JSON for CONNECT, or `undefined` for none. */
  authorize(socket: number, attempt: number, text: string | undefined): void {
    this.#call("authorize", socket, attempt, this.#put(text));
  }

  /** The answer to AUTH when there is none. */
  authFailed(socket: number, attempt: number, error: unknown): void {
    this.#call("auth_failed", socket, attempt, this.#put(error));
  }

  /** The content of an event or ack is not what the protocol allows; `code` of the ABI. */
  malformed(code: number): void {
    this.#call("malformed", code, 0);
  }

  /** Whether the socket is connected, or will be by itself. */
  active(socket: number): boolean | undefined {
    const active = this.#live()?.exports.active(this.#manager, socket);
    return active === undefined ? active : active === 1;
  }

  /** The texts of the events that wait for the connection. */
  buffered(socket: number): string[] {
    const texts: string[] = [];
    const core = this.#live();
    if (core) {
      for (let slot; (slot = core.exports.buffered(this.#manager, socket, texts.length)); ) texts.push(core.slots.values[slot] as string);
    }
    return texts;
  }

  /** Packets that wait for the transport. */
  queueLength(): number {
    return this.#live()?.exports.queue_length(this.#manager) ?? 0;
  }

  // Reports of the transports and the page.

  frame(id: number, data: unknown): void {
    const core = this.#live();
    if (!core) return;
    const slot = core.slots.put(data);
    if (typeof data === "string") return this.#input(core, id, cut(core, data), data.length, slot);
    try {
      core.frameBinary(this.#manager, id, slot, now());
    } catch (error) {
      return this.#panic(core, error);
    }
    this.#run();
  }

  report(event: "opened" | "polled" | "drained", id: number): void {
    this.#call(event, id);
  }

  lost(event: "closed" | "failed", id: number, error: Error): void {
    this.#call(event, id, this.#put(error));
  }

  network(change: number): void {
    this.#app.refresh();
    this.#call("network", change);
  }

  #input(core: Core, id: number, units: number, length: number, slot: number): void {
    try {
      core.frame(this.#manager, id, units, length, slot, now());
    } catch (error) {
      return this.#panic(core, error);
    }
    this.#run();
  }

  #call(name: Exclude<keyof Exports, "memory">, ...args: number[]): void {
    const core = this.#live();
    if (!core) return;
    try {
      (core.exports as unknown as Record<string, (...args: number[]) => void>)[name]!(this.#manager, ...args, now());
    } catch (error) {
      return this.#panic(core, error);
    }
    this.#run();
  }

  /** Carries out the core's records until there is none. Every input ends here; the innermost of nested ones has nothing to do. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      for (;;) {
        const core = this.#live();
        if (!core) break;
        let kind: number;
        try {
          kind = core.next(this.#manager);
        } catch (error) {
          this.#panic(core, error);
          continue;
        }
        if (kind === 0) break;
        this.#handle(core, kind);
      }
    } finally {
      this.#running = false;
    }
    if (this.#settled) this.#dispose();
  }

  #handle(core: Core, kind: number): void {
    if (core.record.length === 0) core.refresh();
    // All of the record is read before anybody is called: a listener may emit, and that writes attachments into it.
    const { record } = core;
    const a = record[abi.A]!;
    const slot = record[abi.SLOT]!;
    const b = record[abi.B]!;
    const c = record[abi.C]!;
    const float = core.floats[abi.FLOAT]!;
    const content = (abi.WITH_SLOT >> kind) & 1 && slot !== 0 ? (core.slots.take(slot) as any) : undefined;
    switch (kind) {
      case abi.EVENT:
        return this.#app.event(a, content, b, float, c === 0 ? undefined : attachments(core, c));
      case abi.SEND:
        return this.#links.get(a)?.send(b === 0 ? "" : this.#headText(core, b), content, c & abi.FORM);
      case abi.ACK:
        return this.#app.ack(a, float, content, b, c === 0 ? undefined : attachments(core, c));
      case abi.TIMER:
        this.#alarm.deadline = float;
        return this.#settle();
      case abi.DEFER:
        return queueMicrotask(this.#turn);
      case abi.OPEN:
        return this.#open(a, b, c === 1);
      case abi.FLUSH:
        return this.#links.get(a)?.flush?.();
      case abi.POLL:
        return this.#links.get(a)?.poll?.();
      case abi.CLOSE:
        this.#links.get(a)?.close();
        this.#links.delete(a);
        return this.#settle();
      case abi.READ:
        return this.#read(core, a, slot);
      case abi.READ_HANDSHAKE:
        return this.#readHandshake(core, a, slot);
      case abi.READ_CONNECT:
        return this.#readConnect(core, a, slot, b);
      case abi.HANDSHAKE: {
        const handshake = JSON.parse(content.slice(b)) as { sid: string };
        this.#sid = handshake.sid;
        const link = this.#links.get(a);
        if (link) link.sid = handshake.sid;
        return this.#app.record(kind, a, 0, handshake, 0, 0);
      }
      default:
        this.#app.record(kind, a, float, content, b, c);
    }
  }

  readonly #turn = (): void => this.#call("turn");

  #open(id: number, transport: number, withSid: boolean): void {
    const { origin } = this;
    const sid = withSid ? this.#sid : "";
    try {
      const options = optionsOf(this.options, transport);
      const link: Link =
        transport === abi.POLLING
          ? new PollingLink(this, id, origin, this.options, sid)
          : new WebSocketLink(this, id, address(origin, options, transport, sid), options.protocols);
      this.#links.set(id, link);
      this.#settle();
    } catch (cause) {
      const forbidden = (cause as Error).name === "SecurityError";
      // Later, as every other failure: the app may not have added its listeners yet.
      queueMicrotask(() => this.lost("failed", id, transportError(forbidden ? "E_CSP_CONNECT" : "E_NETWORK", "websocket error", `${cause}`, { cause })));
    }
  }

  /** The core wants more of a frame than its header. */
  #read(core: Core, id: number, slot: number): void {
    const text = core.slots.values[slot] as string;
    this.#write(core, text);
    this.#input(core, id, text.length, text.length, slot);
  }

  /** The core wants to know what the handshake says; it judges it. */
  #readHandshake(core: Core, id: number, slot: number): void {
    const read = parse(core.slots.values[slot] as string, 1);
    const { sid, pingInterval, pingTimeout, maxPayload = Infinity, upgrades = [] } = read ?? {};
    const texts = Array.isArray(upgrades) && upgrades.every((name) => typeof name === "string");
    const offers = (name: string, flag: number): number => (texts && upgrades.includes(name) ? flag : 0);
    const flags = (read ? 1 : 0) | (isText(sid) ? 2 : 0) | (texts ? 4 : 0) | offers("websocket", 8) | offers("webtransport", 16);
    this.#call("handshake", id, slot, flags, float(pingInterval), float(pingTimeout), float(maxPayload));
  }

  /** The core wants to know what the server's CONNECT says. */
  #readConnect(core: Core, socket: number, slot: number, offset: number): void {
    const text = core.slots.values[slot] as string;
    const read = offset < text.length ? parse(text, offset) : {};
    const flags = (read ? 1 : 0) | (isText(read?.sid) ? 2 : 0) | (isText(read?.pid) && this.#app.remembers(socket, read.pid) ? 4 : 0);
    this.#call("joined", socket, slot, offset, flags);
  }

  /** The code units in `head`, as a text. Heads differ little from each other: the common start is taken over. */
  #headText(core: Core, units: number): string {
    const { head } = core;
    const latest = this.#head;
    let i = 0;
    while (i < units && head[i] === latest.charCodeAt(i)) i++;
    if (i === units && i === latest.length) return latest;
    let text = latest.slice(0, i);
    for (; i < units; i++) text += String.fromCharCode(head[i]!);
    return (this.#head = text);
  }

  #live(): Core | undefined {
    const core = this.#core;
    return core && !core.dead ? core : undefined;
  }

  #start(core: Core): void {
    this.#loading = false;
    this.#settled = true;
    this.#core = core;
    this.#manager = core.exports.create(Math.random() * 2 ** 32);
    this.#app.setup();
    for (const input of this.#waiting.splice(0)) input();
  }

  /** Whoever has a transport or a timer is told about the page, and is kept by it. */
  #settle(): void {
    this.#settled = this.#links.size === 0 && !this.armed;
    watch(this, !this.#settled);
  }

  /** Gives back the core's part of a manager that is at rest: it can be made anew, and apps may never use it again. */
  #dispose(): void {
    this.#settled = false;
    if (this.#app.disposable()) {
      this.#live()?.exports.destroy(this.#manager);
      this.#core = undefined;
    }
  }

  /** A trap: the core's memory is in an unknown state, for all its managers. */
  #panic(core: Core, cause: unknown): void {
    if (core.dead) return;
    core.dead = true;
    const error = new FerrioError("E_CORE_PANIC", `the core stopped: ${cause}; connect() starts a fresh one`, { cause });
    for (const host of [this, ...watching()]) if (host instanceof Host && host.#core === core) host.#break(error);
  }

  #break(error: FerrioError): void {
    this.#loading = false;
    this.#core = undefined;
    this.#waiting = [];
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
    this.#alarm.deadline = Infinity;
    this.#settle();
    this.#app.broken(error);
  }

  #put(value: unknown): number {
    return value === undefined ? 0 : (this.#live()?.slots.put(value) ?? 0);
  }

  /** Puts attachments where `emit` and `acknowledge` expect their slots. */
  #attach(core: Core, values: readonly unknown[]): number {
    if (core.record.length === 0) core.refresh();
    values.forEach((value, i) => (core.record[abi.ATTACHMENTS + i] = core.slots.put(value)));
    return values.length;
  }

  #write(core: Core, text: string): void {
    if (core.scratch.length === 0) core.refresh();
    for (let i = 0; i < text.length; i++) core.scratch[i] = text.charCodeAt(i);
  }
}

/** The JSON object in `text` from `offset` on; `undefined` if there is none. */
function parse(text: string, offset: number): Record<string, unknown> | undefined {
  try {
    const read = JSON.parse(text.slice(offset));
    return typeof read === "object" && read !== null && !Array.isArray(read) ? read : undefined;
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

/** Copies the code units before the JSON: all that the core reads of a frame. */
function cut(core: Core, text: string): number {
  if (core.scratch.length === 0) core.refresh();
  const { scratch } = core;
  const end = text.length < abi.HEADER_UNITS ? text.length : abi.HEADER_UNITS;
  let i = 0;
  for (; i < end; i++) {
    const unit = text.charCodeAt(i);
    // [ { "
    if (unit === 91 || unit === 123 || unit === 34) break;
    scratch[i] = unit;
  }
  return i;
}

/** Takes `count` attachments out of the record. One that is not the base64 it should be is `undefined`. */
function attachments(core: Core, count: number): (Attachment | undefined)[] {
  const values: (Attachment | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    const value = core.slots.take(core.record[abi.ATTACHMENTS + i]!) as Attachment | string;
    values.push(typeof value === "string" ? decoded(value) : value);
  }
  return values;
}

function decoded(text: string): Attachment | undefined {
  try {
    return decodeBase64(text.slice(1));
  } catch {
    return undefined;
  }
}
