import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import * as abi from "./abi.js";
import { another, connected, FakeApp, FakeWasm, loads, make, MANAGER, prepare, restore, start, started } from "./core.fixture.js";
import type { FerrioError } from "./error.js";

beforeEach(prepare);
afterEach(restore);

describe("before the core is ready", () => {
  it("keeps inputs, and hands them over in order after the app has set it up", () => {
    const owner = new FakeApp();
    const host = make(owner);
    owner.onSetup = () => host.configure([5, 6]);
    host.configure([4, 6]);
    host.input(abi.INPUT_OPEN, 1);
    host.emit(0, '["e"]', [], 0, 0, Infinity);
    host.input(abi.INPUT_CONNECT, 0);
    expect(host.ready()).toBe(false);
    expect(loads).toHaveLength(1);
    const wasm = new FakeWasm();
    loads[0]!(wasm.core);
    expect(owner.heard).toEqual([["setup"]]);
    expect(wasm.names).toEqual(["create", "configure", abi.INPUT_OPEN, "emit", abi.INPUT_CONNECT]);
    expect(wasm.calls[1]).toEqual(["configure", MANAGER, 5, 6]);
    expect(host.ready()).toBe(true);
  });

  it("tells the app once, and later, when there is no core; the next input tries again", async () => {
    const owner = new FakeApp();
    const host = make(owner);
    const error = new Error("none") as FerrioError;
    host.input(abi.INPUT_OPEN, 1);
    loads[0]!(undefined, error);
    host.input(abi.INPUT_CONNECT, 0);
    expect(owner.errors).toEqual([]);
    await Promise.resolve();
    expect(owner.errors).toEqual([error]);
    host.input(abi.INPUT_OPEN, 1);
    const wasm = new FakeWasm();
    loads[1]!(wasm.core);
    expect(wasm.names).toEqual(["create", abi.INPUT_OPEN]);
  });

  it("gives no answers, and starts no core for a report", () => {
    const host = make(new FakeApp());
    expect([host.active(0), host.buffered(0), host.queueLength()]).toEqual([undefined, [], 0]);
    host.acknowledge(0, 1, "[]", []);
    host.report(abi.INPUT_MALFORMED, abi.BAD_JSON);
    expect(loads).toEqual([]);
  });
});

describe("an input", () => {
  it("has the time behind the manager, and 0 for what it does not need", () => {
    const { host, wasm } = started();
    host.input(abi.INPUT_CONNECT, 3);
    vi.advanceTimersByTime(5);
    host.network(2);
    expect(wasm.calls).toEqual([
      [abi.INPUT_CONNECT, MANAGER, start, 3, 0, 0, 0],
      [abi.INPUT_NETWORK + 2, MANAGER, start + 5, 0, 0, 0, 0],
    ]);
  });

  it("keeps its payload in a slot: also an empty one, and none for undefined", () => {
    const { host, wasm } = started();
    host.report(abi.INPUT_AUTHORIZE, 3, '{"a":1}', 9);
    host.report(abi.INPUT_AUTHORIZE, 3, undefined, 9);
    host.report(abi.INPUT_AUTH_FAILED, 3, "", 9);
    expect(wasm.calls).toEqual([
      [abi.INPUT_AUTHORIZE, MANAGER, start, 3, 1, 9, 0],
      [abi.INPUT_AUTHORIZE, MANAGER, start, 3, 0, 9, 0],
      [abi.INPUT_AUTH_FAILED, MANAGER, start, 3, 2, 9, 0],
    ]);
    expect(wasm.core._slots.values).toEqual([undefined, '{"a":1}', ""]);
  });

  it("of the page comes after the app was asked for changed options", () => {
    const { host, owner, wasm } = started();
    wasm.answers[abi.INPUT_NETWORK] = () => [{ kind: abi.CLOSED }];
    host.network(0);
    expect(owner.heard.map(([name]) => name)).toEqual(["refresh", "record"]);
  });

  it("of the page is not that the own machine cannot be reached", () => {
    for (const [host, heard] of Object.entries({ localhost: 0, "localhost:8080": 0, "localhost.example.com": 1, "127.0.0.1": 1 })) {
      const { host: own, wasm } = started({}, host);
      own.network(0);
      expect([host, wasm.calls.length]).toEqual([host, heard]);
      own.network(1);
      expect([host, wasm.calls.length]).toEqual([host, heard + 1]);
    }
  });

  it("of the page sets the timer anew: it did not count the time that the machine slept", () => {
    const { host, wasm } = started();
    wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.TIMER, b: start + 1000 }];
    host.input(abi.INPUT_CONNECT);
    vi.setSystemTime(start + 5000);
    host.network(2);
    vi.advanceTimersByTime(1);
    expect(wasm.names).toEqual([abi.INPUT_CONNECT, abi.INPUT_NETWORK + 2, abi.INPUT_TIMEOUT]);
  });

  it("of an event or ack keeps its text and attachments in one slot", () => {
    const { host, wasm } = started();
    const binary = new ArrayBuffer(1);
    const blob = new Blob();
    host.emit(2, '["a"]', [], abi.VOLATILE, 0, Infinity);
    host.emit(2, '["b"]', [binary, blob], abi.HAS_ACK, 70, 500);
    host.acknowledge(2, 2 ** 40, "[]", [binary]);
    host.acknowledge(2, 1, '["c"]', []);
    expect(wasm.calls).toEqual([
      ["emit", MANAGER, start, 2, 1, 0, abi.VOLATILE, 0, Infinity],
      ["emit", MANAGER, start, 2, 2, 2, abi.HAS_ACK, 70, 500],
      ["acknowledge", MANAGER, start, 2, 3, 1, 2 ** 40],
      ["acknowledge", MANAGER, start, 2, 4, 0, 1],
    ]);
    const { values } = wasm.core._slots;
    expect(values.slice(1)).toEqual(['["a"]', ['["b"]', binary, blob], ["[]", binary], '["c"]']);
    expect([values[2][1], values[2][2]]).toEqual([binary, blob]);
  });

  it("makes sockets of namespaces, whatever they are made of, and finds them", () => {
    const { host, owner, wasm } = started();
    expect(host._add(owner.receiver(5, '/a["é{', 3, 500))).toBe(5);
    expect(wasm.calls).toEqual([["socket", MANAGER, 7, 3, 500]]);
    wasm.answers[abi.INPUT_OPEN] = () => {
      const slot = wasm.core._slots.put('42/a["é{,["e"]');
      expect([wasm.imports[abi.I_FIND]!(slot, 2, 8), wasm.imports[abi.I_FIND]!(slot, 2, 7), wasm.imports[abi.I_FIND]!(slot, 2, 3)]).toEqual([5, -1, 0]);
      return [];
    };
    host.input(abi.INPUT_OPEN);
    expect(wasm.calls).toHaveLength(2);
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
    [`42/${"n".repeat(100)},["e"]`, 104],
    [`42/${"n".repeat(5000)},["e"]`, 4096],
    ['42/[room],["e"]', 10],
    ["bAAAA/BBB", 1],
  ])("copies only the units before the JSON of %j", (text, units) => {
    const { wasm, socket } = connected();
    wasm.core.scratch.fill(1);
    socket.say(text);
    expect(wasm.calls).toEqual([["frame", MANAGER, start, 1, 1, units, text.length]]);
    expect(wasm.scratch(units + 1)).toBe(`${text.slice(0, units)}\x01`);
    expect(wasm.core._slots.values[1]).toBe(text);
  });

  it("keeps a binary frame in a slot", () => {
    const { wasm, socket } = connected();
    const data = new ArrayBuffer(3);
    socket.say(data);
    expect(wasm.calls).toEqual([[abi.INPUT_BINARY, MANAGER, start, 1, 1, 3, 0]]);
    expect(wasm.core._slots.values[1]).toBe(data);
  });

  it("makes its view anew after the memory has grown", () => {
    const { wasm, socket } = connected();
    wasm.grow();
    expect(wasm.core.scratch).toHaveLength(0);
    socket.say("42[1]");
    expect(wasm.scratch(2)).toBe("42");
  });

  it("reports what else happens to the websocket", () => {
    const { wasm, socket } = connected();
    socket.onopen?.();
    socket.onerror?.({ type: "error" });
    socket.onclose?.({ code: 1006 });
    expect(wasm.calls).toEqual([
      [abi.INPUT_OPENED, MANAGER, start, 1, 0, 0, 0],
      [abi.INPUT_FAILED, MANAGER, start, 1, 1, 0, 0],
      [abi.INPUT_CLOSED, MANAGER, start, 1, 2, 0, 0],
    ]);
    const [, failed, closed] = wasm.core._slots.values;
    expect(failed).toMatchObject({ code: "E_NETWORK", message: "websocket error", type: "TransportError", description: { type: "error" } });
    expect(failed).not.toHaveProperty("context");
    expect(closed).toMatchObject({ code: "E_NETWORK", message: "websocket connection closed", type: "TransportError", description: "websocket connection closed", context: { code: 1006 } });
  });
});

describe("what the core wants to have read", () => {
  it.each([
    ['{"sid":"a","upgrades":["websocket"],"pingInterval":1,"pingTimeout":2.5,"maxPayload":3}', [15, 1, 2.5, 3]],
    ['{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":2}', [7, 1, 2, Infinity]],
    ['{"sid":"","upgrades":["other"],"pingInterval":"1","pingTimeout":null,"maxPayload":"3"}', [5, NaN, NaN, NaN]],
    ['{"sid":7,"upgrades":["websocket",1]}', [1, NaN, NaN, Infinity]],
    ['{"upgrades":"websocket"}', [1, NaN, NaN, Infinity]],
  ])("says what the handshake %s holds", (json, [flags, ...numbers]) => {
    const { wasm, socket } = connected();
    wasm.answers["frame"] = (_m, _now, _t, slot) => [{ kind: abi.READ_HANDSHAKE, a: 1, slot, b: 1 }];
    socket.say(`0${json}`);
    expect(wasm.calls.at(-1)).toEqual(["handshake", MANAGER, start, 1, 1, flags, ...numbers]);
    // As it came: of a frame that is refused only the header is told.
    expect(wasm.core._slots.values[1]).toBe(`0${json}`);
  });

  it.each(["", "{", "null", "[]", "1", '"a"'])("says that the handshake %j is no object", (json) => {
    const { wasm, socket } = connected();
    wasm.answers["frame"] = (_m, _now, _t, slot) => [{ kind: abi.READ_HANDSHAKE, a: 1, slot, b: 1 }];
    socket.say(`0${json}`);
    const [name, , , , , flags] = wasm.calls.at(-1)!;
    expect([name, (flags as number) & 1]).toEqual(["handshake", 0]);
  });

  it.each([
    ['{"sid":"s"}', 3],
    ['{"sid":"s","pid":"known"}', 7],
    ['{"sid":"s","pid":"other"}', 3],
    ['{"sid":"","pid":1}', 1],
    ["", 1],
    ["{", 0],
    ["[]", 0],
    ["null", 0],
  ])("says what the CONNECT %j holds", (json, flags) => {
    const { owner, wasm, socket } = connected();
    owner.pid = "known";
    const text = `40/n,${json}`;
    wasm.answers["frame"] = (_m, _now, _t, slot) => [{ kind: abi.READ_CONNECT, a: 4, slot, b: 5 }];
    socket.say(text);
    expect(wasm.calls.at(-1)).toEqual([abi.INPUT_JOINED, MANAGER, start, 4, 1, 5, flags]);
    expect(wasm.core._slots.values[1]).toBe(text);
  });
});

describe("a manager at rest", () => {
  it("is given back to the core if the app loses nothing by it, and made anew by the next input", () => {
    const { host, wasm, owner, socket } = connected();
    wasm.answers[abi.INPUT_DISCONNECT] = () => [{ kind: abi.CLOSE, a: 1 }, { kind: abi.DISCONNECT, a: 3 }];
    owner.idle = true;
    host.input(abi.INPUT_DISCONNECT, 0);
    expect(socket.closed).toBe(true);
    expect(owner.heard).toEqual([["record", abi.DISCONNECT, 3, undefined, 0, 0, 0]]);
    expect(wasm.calls.at(-1)).toEqual(["destroy", MANAGER]);
    expect([host.active(0), host.buffered(0), host.queueLength()]).toEqual([undefined, [], 0]);
    host.configure([1]);
    expect(wasm.calls.at(-1)).toEqual(["destroy", MANAGER]);

    owner.idle = false;
    host.input(abi.INPUT_CONNECT, 0);
    loads.shift()!(wasm.core);
    expect(owner.heard.at(-1)).toEqual(["setup"]);
    expect(wasm.names.slice(-2)).toEqual(["create", abi.INPUT_CONNECT]);
  });

  it("is kept while the app needs it, or a timer runs", () => {
    const { host, wasm, owner } = connected();
    wasm.answers[abi.INPUT_DISCONNECT] = () => [{ kind: abi.CLOSE, a: 1 }];
    host.input(abi.INPUT_DISCONNECT, 0);
    owner.idle = true;
    wasm.answers[abi.INPUT_DISCONNECT] = () => [{ kind: abi.TIMER, b: start + 10 }];
    host.input(abi.INPUT_DISCONNECT, 0);
    expect(wasm.names).not.toContain("destroy");
    vi.advanceTimersByTime(10);
    expect(wasm.calls.at(-1)).toEqual(["destroy", MANAGER]);
  });
});

describe("a trap", () => {
  it("tells every living manager of the instance once, and the next input starts on a fresh one", () => {
    const first = connected();
    const second = another(first.wasm);
    first.wasm.answers[abi.INPUT_CONNECT] = () => [{ kind: abi.TIMER, b: start + 8000 }];
    second.host.input(abi.INPUT_CONNECT, 0);
    first.wasm.traps = "frame";
    first.socket.say("2");
    first.socket.say("2");
    expect(first.owner.errors.map(({ code }) => code)).toEqual(["E_CORE_PANIC"]);
    expect(second.owner.errors).toEqual(first.owner.errors);
    expect(first.wasm.core.dead).toBe(true);
    expect(first.socket.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);

    first.host.input(abi.INPUT_CONNECT, 0);
    const fresh = new FakeWasm();
    loads.shift()!(fresh.core);
    expect(first.owner.heard.at(-1)).toEqual(["setup"]);
    expect(fresh.names).toEqual(["create", abi.INPUT_CONNECT]);
  });

  it("in the middle of the loop lets the app go on, and forgets what the core had told", () => {
    const { host, wasm, owner, socket } = connected();
    wasm.answers["frame"] = () => [
      { kind: abi.EVENT, content: "one" },
      { kind: abi.EVENT, content: "two" },
    ];
    wasm.traps = "emit";
    owner.onEvent = () => host.emit(0, "[]", [], 0, 0, Infinity);
    socket.say("2");
    expect(owner.errors).toHaveLength(1);
    expect(owner.heard).toEqual([["event", 0, "one", 0, 0, undefined]]);
    host.input(abi.INPUT_OPEN, 1);
    const fresh = new FakeWasm();
    fresh.answers[abi.INPUT_OPEN] = () => [{ kind: abi.OPENED }];
    loads.shift()!(fresh.core);
    expect(owner.heard.at(-1)).toEqual(["record", abi.OPENED, 0, undefined, 0, 0, 0]);
  });

  it("drops what the core told before it", () => {
    const { host, wasm, owner } = started();
    wasm.answers["emit"] = () => [{ kind: abi.EVENT, content: "told" }];
    const emit = wasm.core._emit;
    Object.assign(wasm.core, {
      _emit: (...args: Parameters<typeof emit>) => {
        emit(...args);
        throw new Error("unreachable");
      },
    });
    host.emit(0, "[]", [], 0, 0, Infinity);
    expect([owner.heard, owner.errors.length]).toEqual([[], 1]);
  });
});
