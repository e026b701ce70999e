import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import * as abi from "./abi.js";
import type { FerrioError } from "./error.js";
import { type App, Host } from "./host.js";
import type { Exports } from "./instance.js";
import type { Ready } from "./loader.js";
import { Slots } from "./slots.js";

/** One record that the fake core hands out. */
interface Record {
  kind: number;
  a?: number;
  float?: number;
  value?: unknown;
  b?: number;
  c?: number;
  head?: string;
  attachments?: unknown[];
}

/** When the test began. The clock never goes back, so each begins later. */
let start = 0;
let loads: Ready[] = [];
vi.mock("./loader.js", () => ({ load: (ready: Ready) => void loads.push(ready) }));

/** A core whose answers the test writes: `answers[input]` is queued when that input comes. */
class FakeCore {
  readonly calls: unknown[][] = [];
  readonly queue: Record[] = [];
  answers: { [input: string]: ((...args: number[]) => Record[]) | undefined } = {};
  readonly slots = new Slots();
  scratch = new Uint16Array(abi.SCRATCH_UNITS);
  record = new Int32Array(new ArrayBuffer(4 * abi.RECORD_WORDS));
  floats = new Float64Array(this.record.buffer);
  head = new Uint16Array(abi.HEAD_UNITS);
  dead = false;
  refreshed = 0;
  traps = "";
  readonly exports = new Proxy({} as Exports, { get: (_, name: string) => this.input(name) });
  readonly frame = this.input("frame") as Exports["frame"];
  readonly frameBinary = this.input("frame_binary") as Exports["frame_binary"];
  readonly emit = this.input("emit") as Exports["emit"];

  /** Grows the memory: all views are detached. */
  grow(): void {
    this.scratch = this.head = new Uint16Array(0);
    this.record = new Int32Array(0);
    this.floats = new Float64Array(0);
  }

  refresh(): void {
    this.refreshed++;
    this.scratch = new Uint16Array(abi.SCRATCH_UNITS);
    this.record = new Int32Array(new ArrayBuffer(4 * abi.RECORD_WORDS));
    this.floats = new Float64Array(this.record.buffer);
    this.head = new Uint16Array(abi.HEAD_UNITS);
    this.write();
  }

  readonly next = (): number => {
    const [record] = this.queue;
    if (!record) return 0;
    if (this.record.length > 0) this.write();
    this.current = this.queue.shift();
    return record.kind;
  };

  private current: Record | undefined;

  private write(): void {
    const record = this.queue[0] ?? this.current;
    if (!record) return;
    const { a = 99, float = 99, value, b = 99, c = record.attachments?.length ?? 99, head, attachments = [] } = record;
    // 99: what an earlier record left.
    this.record.set([record.kind, a, 0, 0, value === undefined ? 0 : this.slots.put(value), b, c]);
    this.floats[abi.FLOAT] = float;
    attachments.forEach((attachment, i) => (this.record[abi.ATTACHMENTS + i] = this.slots.put(attachment)));
    for (let i = 0; i < (head?.length ?? 0); i++) this.head[i] = head!.charCodeAt(i);
  }

  private input(name: string): (...args: number[]) => number {
    return (...args) => {
      if (this.traps === name) throw new WebAssembly.RuntimeError("unreachable");
      this.calls.push([name, ...args]);
      this.queue.push(...(this.answers[name]?.(...args) ?? []));
      return 7;
    };
  }
}

class FakeSocket {
  static all: FakeSocket[] = [];
  readonly url: string;
  readonly sent: unknown[] = [];
  closed = false;
  binaryType = "blob";
  onopen!: () => void;
  onmessage!: (event: { data: unknown }) => void;
  onclose!: (event: { code: number }) => void;
  onerror!: (event: unknown) => void;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }
}

class FakeApp implements App {
  remembers(): boolean {
    return false;
  }
  readonly heard: unknown[][] = [];
  errors: FerrioError[] = [];
  onEvent: (() => void) | undefined;
  idle = false;

  setup(): void {
    this.heard.push(["setup"]);
  }
  refresh(): void {
    this.heard.push(["refresh"]);
  }
  event(...fields: unknown[]): void {
    this.heard.push(["event", ...fields]);
    this.onEvent?.();
  }
  ack(...fields: unknown[]): void {
    this.heard.push(["ack", ...fields]);
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

const app = (): FakeApp => new FakeApp();
const make = (owner: App, options = {}): Host => new Host(owner, { secure: false, host: "h:1" }, options, false, false);

/** A host with its core, before any input. */
function started(options = {}): { host: Host; core: FakeCore; owner: FakeApp } {
  const owner = app();
  const host = make(owner, options);
  host.ready();
  const core = new FakeCore();
  loads.shift()!(core);
  core.calls.length = 0;
  owner.heard.length = 0;
  return { host, core, owner };
}

/** A host with an open websocket, which is transport 1. */
function connected(): ReturnType<typeof started> & { socket: FakeSocket } {
  const all = started();
  all.core.answers["open"] = () => [{ kind: abi.OPEN, a: 1, b: abi.WEBSOCKET, c: 0 }];
  all.host.input("open", 1);
  all.core.calls.length = 0;
  return { ...all, socket: FakeSocket.all[0]! };
}

/** The code units that are in scratch. */
function scratch(core: FakeCore, units: number): string {
  return String.fromCharCode(...core.scratch.subarray(0, units));
}

beforeEach(() => {
  loads = [];
  FakeSocket.all = [];
  vi.useFakeTimers({ now: (start += 1e6) });
  vi.stubGlobal("WebSocket", FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("before the core is ready", () => {
  it("keeps inputs, and hands them over in order after the app has set it up", () => {
    const owner = app();
    const host = make(owner);
    host.input("open", 1);
    host.emit(0, '["e"]', undefined, 0, 0, Infinity);
    host.input("connect", 0);
    expect(loads).toHaveLength(1);
    const core = new FakeCore();
    loads[0]!(core);
    expect(owner.heard).toEqual([["setup"]]);
    expect(core.calls.map(([name]) => name)).toEqual(["create", "open", "emit", "connect"]);
  });

  it("tells the app once, and later, when there is no core; the next input tries again", async () => {
    const owner = app();
    const host = make(owner);
    const error = new Error("none") as FerrioError;
    host.input("open", 1);
    loads[0]!(undefined, error);
    host.input("connect", 0);
    expect(owner.errors).toEqual([]);
    await Promise.resolve();
    expect(owner.errors).toEqual([error]);
    host.input("open", 1);
    const core = new FakeCore();
    loads[1]!(core);
    expect(core.calls.map(([name]) => name)).toEqual(["create", "open"]);
  });
});

describe("frames", () => {
  it.each([
    ['42["e",1]', 2],
    ["3", 1],
    ["", 0],
    ['0{"sid":"a"}', 1],
    ['44"denied"', 2],
    ['42/ns,12["e"]', 8],
    [`42/${"n".repeat(100)},["e"]`, 64],
  ])("copies only the units before the JSON of %j", (text, units) => {
    const { core, socket } = connected();
    socket.onmessage({ data: text });
    expect(core.calls).toEqual([["frame", 7, 1, units, text.length, 1, start]]);
    expect(scratch(core, units)).toBe(text.slice(0, units));
    expect(core.slots.values[1]).toBe(text);
  });

  it("keeps a binary frame in a slot", () => {
    const { core, socket } = connected();
    const data = new ArrayBuffer(3);
    socket.onmessage({ data });
    expect(core.calls).toEqual([["frame_binary", 7, 1, 1, start]]);
    expect(core.slots.values[1]).toBe(data);
  });

  it("hands in the whole text when asked, in the same slot", () => {
    const { core, socket } = connected();
    const text = '40{"sid":"s"}';
    core.answers["frame"] = (_m, _t, units) => (units < text.length ? [{ kind: abi.READ, a: 1, value: undefined, c: 0 }] : []);
    // The record carries the slot of the frame.
    const next = core.next;
    Object.assign(core, { next: () => (next() === abi.READ ? ((core.record[abi.SLOT] = 1), abi.READ) : 0) });
    socket.onmessage({ data: text });
    expect(core.calls.map((call) => call.slice(0, 6))).toEqual([
      ["frame", 7, 1, 2, text.length, 1],
      ["frame", 7, 1, text.length, text.length, 1],
    ]);
    expect(scratch(core, text.length)).toBe(text);
  });

  it("makes its views anew after the memory has grown", () => {
    const { core, socket } = connected();
    core.grow();
    socket.onmessage({ data: "42[1]" });
    expect(core.refreshed).toBe(1);
    expect(scratch(core, 2)).toBe("42");
  });
});

describe("records", () => {
  it("hands an event to the app with its attachments, and leaves no slot in use", () => {
    const { core, owner, socket } = connected();
    const binary = new ArrayBuffer(1);
    core.answers["frame"] = () => [{ kind: abi.EVENT, a: 3, float: 5, value: "text", b: 2, attachments: [binary, "bAQI=", "b*"] }];
    socket.onmessage({ data: "2" });
    core.slots.take(1);
    const [event] = owner.heard;
    expect(event!.slice(0, 5)).toEqual(["event", 3, "text", 2, 5]);
    const parts = event![5] as (ArrayBuffer | undefined)[];
    expect(parts[0]).toBe(binary);
    expect([...new Uint8Array(parts[1]!)]).toEqual([1, 2]);
    expect(parts[2]).toBeUndefined();
    expect(core.slots.size).toBe(0);
  });

  it("reads no slot of a record that has none", () => {
    const { core, owner, socket } = connected();
    const kept = core.slots.put("kept");
    core.answers["frame"] = () => [{ kind: abi.CONNECT, a: 0 }];
    const next = core.next;
    Object.assign(core, {
      next: () => {
        const kind = next();
        core.record[abi.SLOT] = kept;
        return kind;
      },
    });
    socket.onmessage({ data: "2" });
    expect(owner.heard).toEqual([["record", abi.CONNECT, 0, 99, undefined, 99, 99]]);
    expect(core.slots.values[kept]).toBe("kept");
  });

  it("carries out what a listener asks for only after the records that were there", () => {
    const { host, core, owner, socket } = connected();
    core.answers["frame"] = () => [
      { kind: abi.EVENT, a: 0, value: "one", b: 0, c: 0 },
      { kind: abi.EVENT, a: 0, value: "two", b: 0, c: 0 },
    ];
    core.answers["emit"] = () => [{ kind: abi.SEND, a: 1, value: '["e"]', b: 2, c: abi.TEXT, head: "42" }];
    owner.onEvent = () => host.emit(0, '["e"]', undefined, 0, 0, Infinity);
    socket.onmessage({ data: "2" });
    expect(owner.heard.map(([, , text]) => text)).toEqual(["one", "two"]);
    expect(socket.sent).toEqual(['42["e"]', '42["e"]']);
  });

  it("keeps an event's attachments when a listener emits others", () => {
    const { host, core, owner, socket } = connected();
    const binary = new ArrayBuffer(1);
    core.answers["frame"] = () => [{ kind: abi.EVENT, a: 0, value: "one", b: 0, attachments: [binary] }];
    owner.onEvent = () => host.emit(0, "[]", [new ArrayBuffer(2)], 0, 0, Infinity);
    socket.onmessage({ data: "2" });
    expect((owner.heard[0]![5] as ArrayBuffer[])[0]).toBe(binary);
    expect(core.calls.at(-1)).toEqual(["emit", 7, 0, expect.any(Number), 1, 0, 0, Infinity, start]);
    expect(core.slots.values[core.record[abi.ATTACHMENTS]!]).toEqual(new ArrayBuffer(2));
  });

  it.each([
    ["a text", { value: '["e"]', b: 2, c: abi.TEXT, head: "42" }, '42["e"]'],
    ["a head alone", { b: 1, c: 0, head: "3" }, "3"],
    ["a text that is not to be compressed", { value: "[]", b: 2, c: abi.TEXT + 8, head: "42" }, "42[]"],
    ["a binary as base64", { value: Uint8Array.of(1, 2), b: 1, c: abi.BASE64, head: "b" }, "bAQI="],
  ])("sends %s", (_, record, message) => {
    const { host, core, socket } = connected();
    core.answers["connect"] = () => [{ kind: abi.SEND, a: 1, ...record }];
    host.input("connect", 0);
    expect(socket.sent).toEqual([message]);
  });

  it("sends heads that differ in any place", () => {
    const { host, core, socket } = connected();
    const heads = ["42", "421", "4210", "4211", "42/ns,1", "42", "3", "", "42"];
    core.answers["connect"] = () => heads.map((head) => ({ kind: abi.SEND, a: 1, b: head.length, c: abi.TEXT, value: "[]", head }));
    host.input("connect", 0);
    expect(socket.sent).toEqual(heads.map((head) => `${head}[]`));
  });

  it("calls `turn` at the end of the turn", async () => {
    const { host, core } = connected();
    core.answers["connect"] = () => [{ kind: abi.DEFER }];
    host.input("connect", 0);
    expect(core.calls.map(([name]) => name)).toEqual(["connect"]);
    await Promise.resolve();
    expect(core.calls.at(-1)).toEqual(["turn", 7, start]);
  });

  it("puts the session's id into the URL of a probe, and not into that of a new session", () => {
    const { host, core, owner, socket } = connected();
    core.answers["frame"] = () => [{ kind: abi.HANDSHAKE, a: 1, value: '0{"sid":"a b"}', b: 1, c: 0 }];
    socket.onmessage({ data: "0" });
    expect(owner.heard).toEqual([["record", abi.HANDSHAKE, 1, 0, { sid: "a b" }, 0, 0]]);
    core.answers["connect"] = () => [
      { kind: abi.OPEN, a: 2, b: abi.WEBSOCKET, c: 1 },
      { kind: abi.OPEN, a: 3, b: abi.WEBSOCKET, c: 0 },
    ];
    host.input("connect", 0);
    expect(FakeSocket.all.map(({ url }) => new URL(url).searchParams.get("sid"))).toEqual([null, "a b", null]);
  });

  it("closes a transport and hears no more of it", () => {
    const { host, core, socket } = connected();
    core.answers["disconnect"] = () => [{ kind: abi.CLOSE, a: 1 }];
    host.input("disconnect", 0);
    core.calls.length = 0;
    expect(socket.closed).toBe(true);
    socket.onmessage({ data: "2" });
    socket.onclose({ code: 1000 });
    expect(core.calls).toEqual([]);
  });

  it("reports a constructor that throws in a later turn", async () => {
    vi.stubGlobal("WebSocket", class {
      constructor() {
        throw new DOMException("no", "SecurityError");
      }
    });
    const { host, core } = started();
    core.answers["open"] = () => [{ kind: abi.OPEN, a: 1, b: abi.WEBSOCKET, c: 0 }];
    host.input("open", 1);
    expect(core.calls.map(([name]) => name)).toEqual(["open"]);
    await Promise.resolve();
    expect(core.calls.at(-1)).toEqual(["failed", 7, 1, 1, start]);
    expect(core.slots.values[1]).toMatchObject({ code: "E_CSP_CONNECT", message: "websocket error" });
  });
});

describe("the timer", () => {
  it("fires at the deadline, after the app was asked for changed options", () => {
    const { host, core, owner } = connected();
    core.answers["connect"] = () => [{ kind: abi.TIMER, float: start + 500 }];
    host.input("connect", 0);
    vi.advanceTimersByTime(499);
    expect(owner.heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(owner.heard).toEqual([["refresh"]]);
    expect(core.calls.at(-1)).toEqual(["timeout", 7, start + 500]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("moves to a deadline that is nearer, or further, and ends with none", () => {
    const { host, core } = connected();
    const arm = (float: number): void => {
      core.answers["connect"] = () => [{ kind: abi.TIMER, float }];
      host.input("connect", 0);
      core.calls.length = 0;
    };
    arm(start + 4000);
    arm(start + 1000);
    arm(start + 2000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1999);
    expect(core.calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(core.calls).toEqual([["timeout", 7, start + 2000]]);
    arm(start + 8000);
    arm(Infinity);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a manager at rest", () => {
  it("is given back to the core if the app loses nothing by it, and made anew by the next input", () => {
    const { host, core, owner, socket } = connected();
    core.answers["disconnect"] = () => [{ kind: abi.CLOSE, a: 1 }, { kind: abi.DISCONNECT, a: 0 }];
    owner.idle = true;
    host.input("disconnect", 0);
    expect(socket.closed).toBe(true);
    expect(owner.heard).toEqual([["record", abi.DISCONNECT, 0, 99, undefined, 99, 99]]);
    expect(core.calls.at(-1)).toEqual(["destroy", 7]);
    expect([host.active(0), host.buffered(0), host.queueLength()]).toEqual([undefined, [], 0]);
    host.configure(1, 1);
    expect(core.calls.at(-1)).toEqual(["destroy", 7]);

    owner.idle = false;
    host.input("connect", 0);
    loads.shift()!(core);
    expect(owner.heard.at(-1)).toEqual(["setup"]);
    expect(core.calls.slice(-2).map(([name]) => name)).toEqual(["create", "connect"]);
  });

  it("is kept while the app needs it, or a timer runs", () => {
    const { host, core, owner } = connected();
    core.answers["disconnect"] = () => [{ kind: abi.CLOSE, a: 1 }];
    host.input("disconnect", 0);
    owner.idle = true;
    core.answers["disconnect"] = () => [{ kind: abi.TIMER, float: start + 10 }];
    host.input("disconnect", 0);
    expect(core.calls.map(([name]) => name)).not.toContain("destroy");
    vi.advanceTimersByTime(10);
    expect(core.calls.at(-1)).toEqual(["destroy", 7]);
  });
});

describe("a trap", () => {
  it("tells every living manager of the instance once, and the next input starts on a fresh one", () => {
    const first = connected();
    const other = app();
    const second = make(other);
    second.ready();
    loads.shift()!(first.core);
    first.core.answers["connect"] = () => [{ kind: abi.TIMER, float: start + 8000 }];
    second.input("connect", 0);
    first.core.traps = "frame";
    first.socket.onmessage({ data: "2" });
    first.socket.onmessage({ data: "2" });
    expect(first.owner.errors.map(({ code }) => code)).toEqual(["E_CORE_PANIC"]);
    expect(other.errors).toEqual(first.owner.errors);
    expect(first.socket.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);

    first.host.input("connect", 0);
    const fresh = new FakeCore();
    loads.shift()!(fresh);
    expect(first.owner.heard.at(-1)).toEqual(["setup"]);
    expect(fresh.calls.map(([name]) => name)).toEqual(["create", "connect"]);
  });

  it("in the middle of the loop lets the app go on", () => {
    const { host, core, owner, socket } = connected();
    core.answers["frame"] = () => [{ kind: abi.EVENT, a: 0, value: "one", b: 0, c: 0 }];
    core.traps = "emit";
    owner.onEvent = () => host.emit(0, "[]", undefined, 0, 0, Infinity);
    socket.onmessage({ data: "2" });
    expect(owner.errors).toHaveLength(1);
    host.input("open", 1);
    const fresh = new FakeCore();
    fresh.answers["open"] = () => [{ kind: abi.OPENED }];
    loads.shift()!(fresh);
    expect(owner.heard.at(-1)).toEqual(["record", abi.OPENED, 99, 99, undefined, 99, 99]);
  });
});
