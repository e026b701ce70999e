import { vi } from "vitest";

import * as abi from "./abi.js";
import type { FerrioError } from "./error.js";
import { type App, Host, type Receiver } from "./host.js";
import { Core } from "./instance.js";
import type { Ready } from "./loader.js";

/** What the fake core tells: a record's fields. `content` is put into a slot for it; for an event, `c` is the ack's id. */
export interface Told {
  kind: number;
  a?: number;
  content?: unknown;
  /** A slot that is already in use. */
  slot?: number;
  b?: number;
  c?: number;
  d?: number;
  /** Of a SEND. */
  head?: string;
}

type Imports = Record<string, (...args: number[]) => unknown>;

/** Who waits for the wasm. */
export let loads: Ready[] = [];
vi.mock("./loader.js", () => ({ load: (ready: Ready) => void loads.push(ready) }));

/** When the test began. The clock never goes back, so each begins later. */
export let start = 0;

/** Where the fake core has its buffers, in bytes. */
const BUFFERS = 64;
/** The number of every manager. */
export const MANAGER = 7;

/** For `beforeEach`. */
export function prepare(): void {
  loads = [];
  FakeSocket.all = [];
  vi.useFakeTimers({ now: (start += 1e6) });
  vi.stubGlobal("WebSocket", FakeSocket);
}

/** For `afterEach`. */
export function restore(): void {
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

/** A wasm module whose answers the test writes: what `answers` gives for an input is told while it runs. */
export class FakeWasm {
  /** The real one, around this. */
  readonly core: Core;
  /** The exports called, each with its arguments. `input` appears by the number of the input: `[what, manager, now, a, slot, b, c]`. */
  readonly calls: (string | number)[][] = [];
  answers: { [input: string | number]: ((...args: number[]) => Told[]) | undefined } = {};
  /** What traps. */
  traps: string | number = "";
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  imports: Imports = {};
  #sockets = 0;

  constructor() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a class of the global's form
    const wasm = this;
    const real = WebAssembly;
    class Instance {
      readonly exports = wasm.#exports();
      constructor(_module: unknown, { host }: { host: Imports }) {
        wasm.imports = host;
      }
    }
    vi.stubGlobal("WebAssembly", { Instance });
    this.core = new Core({});
    vi.stubGlobal("WebAssembly", real);
  }

  /** What was called, without arguments; that every socket is told of is left out. */
  get names(): (string | number)[] {
    return this.calls.map(([name]) => name!).filter((name) => name !== "socket");
  }

  /** The first code units that the host wrote. */
  scratch(units: number): string {
    return String.fromCharCode(...new Uint16Array(this.memory.buffer, BUFFERS, units));
  }

  /** All views are detached. */
  grow(): void {
    this.memory.grow(1);
  }

  #exports(): object {
    const exports = { memory: this.memory, [abi.X_BUFFERS]: () => BUFFERS };
    for (const [constant, short] of Object.entries(abi).filter(([constant]) => /^X_(?!BUFFERS)/.test(constant))) {
      const name = constant.slice(2).toLowerCase();
      const called = (manager: number, now: number, what: number, ...args: number[]): number => this.#called(what, [manager, now, ...args]);
      Object.assign(exports, { [short as string]: name === "input" ? called : (...args: number[]) => this.#called(name, args) });
    }
    return exports;
  }

  #called(name: string | number, args: number[]): number {
    if (this.traps === name) throw new Error("unreachable");
    this.calls.push([name, ...args]);
    for (const told of this.answers[name]?.(...args) ?? []) this.#tell(told);
    if (name === "create") this.#sockets = 0;
    return name === "create" ? MANAGER : name === "socket" ? this.#sockets++ : +(name !== "emit");
  }

  #tell({ kind, a = 0, content, slot = 0, b = 0, c = 0, d = 0, head = "" }: Told): void {
    if (content !== undefined) slot = this.core._slots.put(content);
    if (kind === abi.EVENT) this.imports[abi.I_EVENT]!(a, slot, b, c);
    else if (kind === abi.TIMER) this.imports[abi.I_TIMER]!(b);
    else {
      const units = new Uint16Array(this.memory.buffer, BUFFERS + 2 * abi.SCRATCH_UNITS, abi.HEAD_UNITS);
      for (let i = 0; i < head.length; i++) units[i] = head.charCodeAt(i);
      this.imports[abi.I_RECORD]!(kind, a, slot, kind === abi.SEND ? head.length : b, c, d);
    }
  }
}

/** A websocket that does nothing by itself. */
export class FakeSocket {
  static all: FakeSocket[] = [];
  readonly url: string;
  readonly protocols: unknown;
  readonly sent: unknown[] = [];
  closed = false;
  binaryType = "blob";
  onopen!: (() => void) | null;
  onmessage!: ((event: { data: unknown }) => void) | null;
  onclose!: ((event: { code: number }) => void) | null;
  onerror!: ((event: unknown) => void) | null;

  constructor(url: string, protocols: unknown) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.all.push(this);
  }

  /** One message from the server, if anybody listens. */
  say(data: unknown): void {
    this.onmessage?.({ data });
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }
}

/** An app that writes down what it is told. */
export class FakeApp implements App {
  readonly heard: unknown[][] = [];
  errors: FerrioError[] = [];
  onSetup: (() => void) | undefined;
  onEvent: (() => void) | undefined;
  idle = false;
  /** What the socket had on its last connection. */
  pid = "";

  setup(): void {
    this.heard.push(["setup"]);
    this.onSetup?.();
  }
  refresh(): void {
    this.heard.push(["refresh"]);
  }
  /** A socket that writes down what it is told. */
  receiver(socket: number, nsp: string, retries = 0, ackTimeout = 0): Receiver {
    return {
      nsp,
      _settings: [retries, ackTimeout],
      _event: (...fields) => {
        this.heard.push(["event", socket, ...fields]);
        this.onEvent?.();
      },
      _acked: (...fields) => void this.heard.push(["ack", socket, ...fields]),
      _remembers: (pid) => pid === this.pid,
    };
  }
  record(...fields: unknown[]): void {
    this.heard.push(["record", ...fields]);
  }
  disposable(): boolean {
    return this.idle;
  }
  broken(error: FerrioError): void {
    this.errors.push(error);
  }
}

/** A host with sockets of these namespaces. */
export function make(owner: FakeApp, options = {}, place = "h:1"): Host {
  const host = new Host(owner, { secure: false, host: place }, options, false, false);
  ["/", "/ns", "/$&/é", "/3", "/4"].forEach((nsp, i) => host._add(owner.receiver(i, nsp)));
  return host;
}

/** Another host on `wasm`, before any input. */
export function another(wasm: FakeWasm, options = {}, place?: string): { host: Host; owner: FakeApp } {
  const owner = new FakeApp();
  const host = make(owner, options, place);
  host.ready();
  loads.shift()!(wasm.core);
  wasm.calls.length = 0;
  owner.heard.length = 0;
  return { host, owner };
}

/** A host with its core, before any input. */
export function started(options = {}, place?: string): { host: Host; owner: FakeApp; wasm: FakeWasm } {
  const wasm = new FakeWasm();
  return { ...another(wasm, options, place), wasm };
}

/** A host with an open websocket, which is transport 1. */
export function connected(options = {}): ReturnType<typeof started> & { socket: FakeSocket } {
  const all = started(options);
  all.wasm.answers[abi.INPUT_OPEN] = () => [{ kind: abi.OPEN, a: 1, b: abi.WEBSOCKET }];
  all.host.input(abi.INPUT_OPEN, 1);
  all.wasm.calls.length = 0;
  return { ...all, socket: FakeSocket.all.at(-1)! };
}
