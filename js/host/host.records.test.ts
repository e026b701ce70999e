import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import * as abi from "./abi.js";
import { another, connected, FakeSocket, MANAGER, prepare, restore, start, started, type Told } from "./core.fixture.js";

beforeEach(prepare);
afterEach(restore);

describe("webtransport", () => {
  /** A host that was told to open one, whose code is not here yet. */
  function opening(): ReturnType<typeof started> {
    const all = started();
    all.wasm.answers[abi.INPUT_OPEN] = () => [{ kind: abi.OPEN, a: 1, b: abi.WEBTRANSPORT }];
    all.host.input(abi.INPUT_OPEN, 1);
    all.wasm.calls.length = 0;
    return all;
  }

  it("is opened when its code is here, and a constructor that throws is a failure", async () => {
    vi.stubGlobal("WebTransport", class {
      constructor(url: string) {
        throw new Error(url);
      }
    });
    const { wasm } = opening();
    await vi.waitUntil(() => wasm.calls.length > 0);
    const [what, , , id, slot] = wasm.calls[0]!;
    expect([what, id]).toEqual([abi.INPUT_FAILED, 1]);
    expect(wasm.core._slots.values[slot as number]).toMatchObject({ code: "E_NETWORK", message: "webtransport error", description: "Error: https://h:1/socket.io/?EIO=4&transport=webtransport" });
  });

  it("is not opened when it was closed before", async () => {
    const made = vi.fn();
    vi.stubGlobal("WebTransport", made);
    const { host, wasm } = opening();
    wasm.answers[abi.INPUT_CLOSE] = () => [{ kind: abi.CLOSE, a: 1 }];
    host.input(abi.INPUT_CLOSE);
    await import("./webtransport.js");
    await vi.advanceTimersByTimeAsync(0);
    expect(made).not.toHaveBeenCalled();
  });

  it("is named to the core when the handshake offers it", () => {
    const { wasm, socket } = connected();
    wasm.answers["frame"] = (_m, _now, _t, slot) => [{ kind: abi.READ_HANDSHAKE, a: 1, slot, b: 1 }];
    socket.say('0{"sid":"s","upgrades":["webtransport"],"pingInterval":1,"pingTimeout":2}');
    expect(wasm.calls.find(([name]) => name === "handshake")![5]).toBe(1 | 2 | 4 | 16);
  });
});

describe("news for the app", () => {
  it("hands over an event with its attachments, and leaves no slot in use", () => {
    const { wasm, owner, socket } = connected();
    const binary = new ArrayBuffer(1);
    wasm.answers["frame"] = (_m, _now, _t, slot) => {
      wasm.core._slots.take(slot);
      return [{ kind: abi.EVENT, a: 3, content: ["text", binary, "bAQI=", "b*"], b: 2, c: 2 ** 40 }];
    };
    socket.say("2");
    const [event] = owner.heard;
    expect(event!.slice(0, 5)).toEqual(["event", 3, "text", 2, 2 ** 40]);
    const parts = event![5] as (ArrayBuffer | undefined)[];
    expect(parts).toHaveLength(3);
    expect(parts[0]).toBe(binary);
    expect([...new Uint8Array(parts[1]!)]).toEqual([1, 2]);
    expect(parts[2]).toBeUndefined();
    expect(wasm.core._slots.size).toBe(0);
  });

  it("hands over an ack, with attachments or without", () => {
    const { wasm, owner, socket } = connected();
    const binary = new ArrayBuffer(1);
    wasm.answers["frame"] = () => [
      { kind: abi.ACK, a: 3, content: '431["a"]', b: 3, c: 70 },
      { kind: abi.ACK, a: 4, content: ["4511-[]", binary], b: 5, c: 71 },
    ];
    socket.say("2");
    expect(owner.heard).toEqual([
      ["ack", 3, 70, '431["a"]', 3, undefined],
      ["ack", 4, 71, "4511-[]", 5, [binary]],
    ]);
  });

  it("hands over the fields of all else, with what was in the slot", () => {
    const { wasm, owner, socket } = connected();
    const kept = wasm.core._slots.put("kept");
    const error = new Error("why");
    wasm.answers["frame"] = (_m, _now, _t, slot) => [
      { kind: abi.CONNECT, a: 2 },
      { kind: abi.CAUSE, content: error, b: 3, c: 4 },
      { kind: abi.CONNECTED, a: 2, slot, b: 2, c: 1, d: 9 },
    ];
    socket.say('40{"sid":"s"}');
    expect(owner.heard).toEqual([
      ["record", abi.CONNECT, 2, undefined, 0, 0, 0],
      ["record", abi.CAUSE, 0, error, 3, 4, 0],
      ["record", abi.CONNECTED, 2, '40{"sid":"s"}', 2, 1, 9],
    ]);
    expect([wasm.core._slots.size, wasm.core._slots.values[kept]]).toEqual([1, "kept"]);
  });

  it("carries out what a listener asks for only after the records that were there", () => {
    const { host, wasm, owner, socket } = connected();
    wasm.answers["frame"] = () => [
      { kind: abi.EVENT, content: "one" },
      { kind: abi.EVENT, content: "two" },
    ];
    wasm.answers["emit"] = () => [{ kind: abi.SEND, a: 1, content: '["e"]', c: abi.TEXT, head: "42" }];
    const sent: number[] = [];
    owner.onEvent = () => {
      host.emit(0, '["e"]', [], 0, 0, Infinity);
      sent.push(socket.sent.length);
    };
    socket.say("2");
    expect(owner.heard.map(([, , text]) => text)).toEqual(["one", "two"]);
    expect([wasm.names, sent]).toEqual([["frame", "emit", "emit"], [0, 0]]);
    expect(socket.sent).toEqual(['42["e"]', '42["e"]']);
  });

  it("goes on with the records after a listener that throws", () => {
    const { wasm, owner, socket } = connected();
    wasm.answers["frame"] = () => [{ kind: abi.EVENT, content: "one" }];
    owner.onEvent = () => {
      throw new Error("the app's");
    };
    expect(() => socket.say("2")).toThrow("the app's");
    owner.onEvent = undefined;
    socket.say("2");
    expect(owner.heard).toHaveLength(2);
    expect([owner.errors, wasm.core.dead]).toEqual([[], false]);
  });

  it("keeps an event's attachments when a listener emits others", () => {
    const { host, wasm, owner, socket } = connected();
    const binary = new ArrayBuffer(1);
    const other = new ArrayBuffer(2);
    wasm.answers["frame"] = () => [
      { kind: abi.EVENT, content: ["one", binary] },
      { kind: abi.EVENT, content: ["two", binary] },
    ];
    owner.onEvent = () => host.emit(0, "[]", [other], 0, 0, Infinity);
    socket.say("2");
    expect(owner.heard.map((event) => (event[5] as ArrayBuffer[])[0])).toEqual([binary, binary]);
    const slots = wasm.calls.filter(([name]) => name === "emit").map((call) => call[4] as number);
    expect(new Set(slots).size).toBe(2);
    for (const slot of slots) expect(wasm.core._slots.values[slot]).toEqual(["[]", other]);
  });

  it("goes to the manager whose input it answers, also when a listener of another one made it", () => {
    const first = connected();
    const { wasm } = first;
    const second = another(wasm);
    wasm.answers["frame"] = () => [
      { kind: abi.EVENT, content: "one" },
      { kind: abi.EVENT, content: "two" },
    ];
    wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.CONNECT, a: 5 }];
    first.owner.onEvent = () => second.host.input(abi.INPUT_CONNECT, 0);
    first.socket.say("2");
    expect(first.owner.heard.map(([, , text]) => text)).toEqual(["one", "two"]);
    expect(second.owner.heard.map(([, kind]) => kind)).toEqual([abi.CONNECT, abi.CONNECT]);
    first.socket.say("2");
    expect(first.owner.heard).toHaveLength(4);
  });

  it("answers at once how much waits, also from inside a listener", () => {
    const { host, wasm, owner, socket } = connected();
    wasm.answers["frame"] = () => [
      { kind: abi.EVENT, content: "one" },
      { kind: abi.EVENT, content: "two" },
    ];
    wasm.answers["buffered"] = () => [
      { kind: abi.BUFFERED, content: "[1]" },
      { kind: abi.BUFFERED, content: ["[2]", new ArrayBuffer(1)] },
    ];
    const looks: unknown[] = [];
    owner.onEvent = () => looks.push(host.buffered(3));
    socket.say("2");
    expect(looks).toEqual([["[1]", "[2]"], ["[1]", "[2]"]]);
    expect(owner.heard.map(([, , text]) => text)).toEqual(["one", "two"]);
    expect(wasm.calls.at(-1)).toEqual(["buffered", MANAGER, 3]);
    expect(wasm.core._slots.size).toBe(1);
    expect([host.active(0), host.queueLength()]).toEqual([1, 1]);
  });
});

describe("what is sent", () => {
  it.each([
    ["a text", { content: '["e"]', c: abi.TEXT, head: "42" }, '42["e"]'],
    ["a text beside its attachments", { content: ['["e"]', new ArrayBuffer(1)], c: abi.TEXT, head: "451-" }, '451-["e"]'],
    ["a head alone", { c: 0, head: "3" }, "3"],
    ["a text that is not to be compressed", { content: "[]", c: abi.TEXT + 8, head: "42" }, "42[]"],
    ["a binary as base64", { content: Uint8Array.of(1, 2), c: abi.BASE64, head: "b" }, "bAQI="],
  ])("is %s", (_, record, message) => {
    const { host, wasm, socket } = connected();
    wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.SEND, a: 1, ...record }];
    host.input(abi.INPUT_CONNECT, 0);
    expect(socket.sent).toEqual([message]);
    expect(wasm.core._slots.size).toBe(0);
  });

  it.each([abi.BINARY, abi.BINARY + 8])("is a binary as it is, in form %j", (c) => {
    const { host, wasm, socket } = connected();
    const content = Uint8Array.of(1);
    wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.SEND, a: 1, content, c }];
    host.input(abi.INPUT_CONNECT, 0);
    expect(socket.sent).toHaveLength(1);
    expect(socket.sent[0]).toBe(content);
  });

  it("has heads that differ in any place", () => {
    const { host, wasm, socket } = connected();
    const heads = ["42", "421", "4210", "4211", "42", "3", "", "42"];
    wasm.answers[abi.INPUT_CONNECT] = () => heads.map((head) => ({ kind: abi.SEND, a: 1, c: abi.TEXT, content: "[]", head }));
    host.input(abi.INPUT_CONNECT, 0);
    expect(socket.sent).toEqual(heads.map((head) => `${head}[]`));
  });

  it("has the namespace of its socket, and no other text replaced", () => {
    const { host, wasm, socket } = connected();
    const send = (d: number, head: string, content?: string): Told => ({ kind: abi.SEND, a: 1, c: content ? abi.TEXT : 0, content, head, d });
    wasm.answers[abi.INPUT_CONNECT] = () => [
      send(1, "40/,"),
      send(0, "42", '["/"]'),
      send(1, "42/,7", '["/"]'),
      send(2, "451-/,", "[]"),
      send(1, "\x1e42/,", "[]"),
      send(0, "2probe"),
    ];
    host.input(abi.INPUT_CONNECT, 0);
    expect(socket.sent).toEqual(["40/ns,", '42["/"]', '42/ns,7["/"]', "451-/$&/é,[]", "\x1e42/ns,[]", "2probe"]);
  });

  it("has its head also when the memory has grown", () => {
    const { host, wasm, socket } = connected();
    wasm.answers[abi.INPUT_CONNECT] = () => {
      wasm.grow();
      return [{ kind: abi.SEND, a: 1, head: "421" }];
    };
    host.input(abi.INPUT_CONNECT, 0);
    expect(socket.sent).toEqual(["421"]);
  });

  it("goes nowhere when its transport is gone", () => {
    const { host, wasm, socket } = connected();
    wasm.answers[abi.INPUT_CONNECT] = () => [
      { kind: abi.CLOSE, a: 1 },
      { kind: abi.SEND, a: 1, head: "3" },
      { kind: abi.FLUSH, a: 1 },
      { kind: abi.POLL, a: 1 },
    ];
    host.input(abi.INPUT_CONNECT, 0);
    expect([socket.closed, socket.sent]).toEqual([true, []]);
  });
});

describe("the end of the turn", () => {
  it("is an input of its own", async () => {
    const { host, wasm } = connected();
    wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.DEFER }];
    host.input(abi.INPUT_CONNECT, 0);
    expect(wasm.names).toEqual([abi.INPUT_CONNECT]);
    await Promise.resolve();
    expect(wasm.calls.at(-1)).toEqual([abi.INPUT_TURN, MANAGER, start, 0, 0, 0, 0]);
  });
});

describe("transports", () => {
  it("get the session's id for a probe, and none for a new session", () => {
    const { host, wasm, owner, socket } = connected();
    wasm.answers["frame"] = () => [{ kind: abi.HANDSHAKE, a: 1, content: '0{"sid":"a b"}', b: 1 }];
    socket.say("0");
    expect(owner.heard).toEqual([["record", abi.HANDSHAKE, 1, { sid: "a b" }, 1, 0, 0]]);
    wasm.answers[abi.INPUT_CONNECT] = () => [
      { kind: abi.OPEN, a: 2, b: abi.WEBSOCKET, c: 1 },
      { kind: abi.OPEN, a: 3, b: abi.WEBSOCKET, c: 0 },
    ];
    host.input(abi.INPUT_CONNECT, 0);
    expect(FakeSocket.all.map(({ url }) => new URL(url).searchParams.get("sid"))).toEqual([null, "a b", null]);
  });

  it("open with the options of the app", () => {
    const { socket } = connected({ path: "/p", query: { a: "1" }, transportOptions: { websocket: { protocols: ["x"] } } });
    expect(socket.url).toBe("ws://h:1/p/?a=1&EIO=4&transport=websocket");
    expect([socket.protocols, socket.binaryType]).toEqual([["x"], "arraybuffer"]);
  });

  it("that poll are asked, fed and flushed", async () => {
    const fetched: [string, RequestInit][] = [];
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      fetched.push([new URL(url).searchParams.get("transport")!, init]);
      return new Response(init.method === "GET" ? "2" : "ok");
    });
    const { host, wasm } = started();
    wasm.answers[abi.INPUT_OPEN] = () => [
      { kind: abi.OPEN, a: 4, b: abi.POLLING },
      { kind: abi.POLL, a: 4 },
      { kind: abi.SEND, a: 4, head: "40" },
      { kind: abi.SEND, a: 4, head: "\x1e42", c: abi.TEXT, content: "[]" },
      { kind: abi.FLUSH, a: 4 },
    ];
    host.input(abi.INPUT_OPEN, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(fetched.map(([transport, { method, body }]) => [transport, method, body])).toEqual([
      ["polling", "GET", undefined],
      ["polling", "POST", "40\x1e42[]"],
    ]);
    expect(wasm.calls.slice(1)).toEqual(
      expect.arrayContaining([
        ["frame", MANAGER, start, 4, 1, 1, 1],
        [abi.INPUT_POLLED, MANAGER, start, 4, 0, 0, 0],
        [abi.INPUT_DRAINED, MANAGER, start, 4, 0, 0, 0],
      ]),
    );
    expect(wasm.calls).toHaveLength(4);
  });

  it("are not heard of any more once they are closed", () => {
    const { host, wasm, socket } = connected();
    wasm.answers[abi.INPUT_DISCONNECT] = () => [{ kind: abi.CLOSE, a: 1 }];
    host.input(abi.INPUT_DISCONNECT, 0);
    wasm.calls.length = 0;
    expect(socket.closed).toBe(true);
    socket.say("2");
    socket.onclose?.({ code: 1000 });
    expect(wasm.calls).toEqual([]);
  });

  it.each([
    ["SecurityError", "E_CSP_CONNECT"],
    ["NS_ERROR_CONTENT_BLOCKED", "E_CSP_CONNECT"],
    ["SyntaxError", "E_NETWORK"],
  ])("whose constructor throws a %s fail in a later turn", async (name, code) => {
    const cause = new DOMException("no", name);
    vi.stubGlobal(
      "WebSocket",
      class {
        constructor() {
          throw cause;
        }
      },
    );
    const { host, wasm } = started();
    wasm.answers[abi.INPUT_OPEN] = () => [{ kind: abi.OPEN, a: 1, b: abi.WEBSOCKET }];
    host.input(abi.INPUT_OPEN, 1);
    expect(wasm.names).toEqual([abi.INPUT_OPEN]);
    await Promise.resolve();
    expect(wasm.calls.at(-1)).toEqual([abi.INPUT_FAILED, MANAGER, start, 1, 1, 0, 0]);
    expect(wasm.core._slots.values[1]).toMatchObject({ code, message: "websocket error", cause });
  });
});

describe("the timer", () => {
  it("fires at the deadline, after the app was asked for changed options", () => {
    const { host, wasm, owner } = connected();
    wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.TIMER, b: start + 500 }];
    host.input(abi.INPUT_CONNECT, 0);
    vi.advanceTimersByTime(499);
    expect([owner.heard, host.armed]).toEqual([[], true]);
    vi.advanceTimersByTime(1);
    expect([owner.heard, host.armed]).toEqual([[["refresh"]], false]);
    expect(wasm.calls.at(-1)).toEqual([abi.INPUT_TIMEOUT, MANAGER, start + 500, 0, 0, 0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("moves to a deadline that is nearer, or further, and ends with none", () => {
    const { host, wasm } = connected();
    const arm = (b: number): void => {
      wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.TIMER, b }];
      host.input(abi.INPUT_CONNECT, 0);
      wasm.calls.length = 0;
    };
    arm(start + 4000);
    arm(start + 1000);
    arm(start + 2000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1999);
    expect(wasm.calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(wasm.calls).toEqual([[abi.INPUT_TIMEOUT, MANAGER, start + 2000, 0, 0, 0, 0]]);
    arm(start + 8000);
    arm(Infinity);
    expect(vi.getTimerCount()).toBe(0);
  });
});
