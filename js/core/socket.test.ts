import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { io, type FerrioError, type Manager, type Socket } from "../index.js";
import { FakeServer, settle } from "./server.fixture.js";

/*
 * The wrapper with the real core, against a server that the test plays.
 */
let server: FakeServer;
let uncaught: unknown[];
let start = Date.now();

beforeEach(() => {
  // The clock never goes back, so each test begins later than the one before ended.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: (start += 1e6) });
  server = new FakeServer();
  uncaught = [];
  const native = queueMicrotask;
  vi.stubGlobal("queueMicrotask", (task: () => void) =>
    native(() => {
      try {
        task();
      } catch (error) {
        uncaught.push(error);
      }
    }),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const make = (options = {}, namespace = ""): Socket => io(`http://test${namespace}`, { transports: ["websocket"], forceNew: true, ...options });

/** A socket that is connected, with an empty record of what it sent. */
async function connected(options = {}): Promise<Socket> {
  const socket = make(options);
  server.open();
  await settle();
  expect(socket.connected).toBe(true);
  server.heard();
  return socket;
}

/** What `socket` tells: names and arguments, in order. */
function record(socket: Socket, ...events: string[]): unknown[][] {
  const told: unknown[][] = [];
  for (const event of events) socket.on(event, (...args: unknown[]) => void told.push([event, ...args]));
  return told;
}

describe("a socket", () => {
  it("is usable at once, and connects", async () => {
    const socket = make();
    expect([socket.id, socket.connected, socket.disconnected, socket.active, socket.recovered]).toEqual([undefined, false, true, true, false]);
    expect(socket.io.engine.readyState).toBe("opening");
    expect(server.current.url).toBe("ws://test/socket.io/?EIO=4&transport=websocket");
    server.open("e1");
    await settle();
    expect([socket.id, socket.connected, socket.disconnected, socket.active]).toEqual(["id1", true, false, true]);
    expect([socket.io.engine.id, socket.io.engine.readyState, socket.io.engine.transport.name]).toEqual(["e1", "open", "websocket"]);
  });

  it("sends what it was given before: the emits, then those of connect", async () => {
    const socket = make();
    socket.emit("one", 1);
    socket.on("connect", () => socket.emit("three"));
    socket.emit("two", { a: [2] }, new Uint8Array([7]));
    expect(socket.sendBuffer.map(({ data }) => data as unknown[])).toEqual([["one", 1], ["two", { a: [2] }, { _placeholder: true, num: 0 }]]);
    server.open();
    await settle();
    expect(server.heard()).toEqual(["40", '42["one",1]', '451-["two",{"a":[2]},{"_placeholder":true,"num":0}]', new Uint8Array([7]), '42["three"]']);
    expect(socket.sendBuffer).toEqual([]);
  });

  it("hands events to its listeners, with the function that acknowledges", async () => {
    const socket = await connected();
    const told = record(socket, "e", "1");
    server.current.say('42["e",1,"two",{"three":3}]');
    server.current.say('42[1,"named by a number"]');
    server.current.say('427["e"]');
    expect(told.slice(0, 2)).toEqual([
      ["e", 1, "two", { three: 3 }],
      ["1", "named by a number"],
    ]);
    const ack = told[2]![1] as (...args: unknown[]) => void;
    ack("yes", new Uint8Array([1]));
    ack("again");
    expect(server.heard()).toEqual(['461-7["yes",{"_placeholder":true,"num":0}]', new Uint8Array([1])]);
  });

  it("joins binary events", async () => {
    const socket = await connected();
    const told = record(socket, "e");
    const binary = new ArrayBuffer(2);
    server.current.say('451-["e",{"b":{"_placeholder":true,"num":0}}]');
    server.current.say(binary);
    expect((told[0]![1] as { b: unknown }).b).toBe(binary);
  });

  it("refuses reserved names", async () => {
    const socket = await connected();
    expect(() => socket.volatile.emit("connect")).toThrow('"connect" is a reserved event name');
    socket.emit("fine");
    expect(server.heard()).toEqual(['42["fine"]']);
  });

  it("forgets id and connection before it tells of the disconnect", async () => {
    const socket = await connected();
    const seen: unknown[] = [];
    socket.on("disconnect", (...args) => seen.push(socket.id, socket.connected, socket.active, ...args));
    server.current.say("41");
    expect(seen).toEqual([undefined, false, false, "io server disconnect", undefined]);
  });

  it("drops an acknowledgement of an earlier connection", async () => {
    const socket = await connected();
    let ack: (() => void) | undefined;
    socket.on("e", (fn: () => void) => (ack = fn));
    server.current.say('421["e"]');
    socket.disconnect().connect();
    server.open();
    await settle();
    server.heard();
    ack!();
    expect(server.heard()).toEqual([]);
  });
});

describe("acks", () => {
  it("call their handler with the socket as `this`", async () => {
    const socket = await connected();
    const handler = vi.fn();
    socket.emit("e", handler);
    expect(server.heard()).toEqual(['420["e"]']);
    server.current.say('430[1,"two"]');
    server.current.say('430["once more"]');
    expect(handler.mock.calls).toEqual([[1, "two"]]);
    expect(handler.mock.contexts).toEqual([socket]);
  });

  it("have an error first after timeout()", async () => {
    const socket = await connected();
    const [answered, late] = [vi.fn(), vi.fn()];
    socket.timeout(1000).emit("e", answered);
    socket.timeout(1000).emit("e", late);
    server.current.say('430["yes"]');
    await vi.advanceTimersByTimeAsync(1000);
    expect(answered.mock.calls).toEqual([[null, "yes"]]);
    expect(late).toHaveBeenCalledOnce();
    expect(late.mock.calls[0]![0]).toMatchObject({ message: "operation has timed out", code: "E_TIMEOUT" });
  });

  it("as a promise resolve to the first argument, and reject on disconnect", async () => {
    const socket = await connected();
    const first = socket.emitWithAck("e");
    const second = socket.emitWithAck("e");
    server.current.say('430["yes",2]');
    await expect(first).resolves.toBe("yes");
    socket.disconnect();
    await expect(second).rejects.toMatchObject({ message: "socket has been disconnected", code: "E_DISCONNECTED" });
  });

  it("have an error first where the socket has an ackTimeout", async () => {
    const socket = await connected({ ackTimeout: 500 });
    const handler = vi.fn();
    socket.emit("e", handler);
    server.current.say('430["yes"]');
    expect(handler.mock.calls).toEqual([[null, "yes"]]);
  });
});

describe("options of one emit", () => {
  it("do not reach the next one, also when the first throws", async () => {
    const socket = make();
    expect(() => socket.volatile.timeout(5).emit("e", 1n)).toThrow(TypeError);
    socket.emit("kept");
    socket.volatile.emit("dropped");
    socket.emit("kept too");
    server.open();
    await settle();
    expect(server.heard()).toEqual(["40", '42["kept"]', '42["kept too"]']);
  });

  it("register no ack for a dropped event", () => {
    const socket = make();
    socket.volatile.emit("e", () => {});
    expect(socket.io._acks.size).toBe(0);
  });

  it("tell the end of a timeout also for a dropped event", async () => {
    const socket = make();
    const handler = vi.fn();
    socket.volatile.timeout(50).emit("e", handler);
    await vi.advanceTimersByTimeAsync(50);
    expect(handler.mock.calls).toEqual([[expect.objectContaining({ message: "operation has timed out", code: "E_TIMEOUT" })]]);
    expect(socket.io._acks.size).toBe(0);
  });
});

describe("listeners", () => {
  it.each(["emit", "disconnect", "connect", "throw", "off"])("may %s", async (what) => {
    const socket = await connected();
    const told: string[] = [];
    const error = new Error("mine");
    socket.on("e", (n: number) => {
      told.push(`first ${n}`);
      if (n === 2) return;
      if (what === "emit") socket.emit("answer", n);
      if (what === "disconnect") socket.disconnect();
      if (what === "connect") socket.disconnect().connect();
      if (what === "off") socket.off();
      if (what === "throw") throw error;
    });
    socket.on("e", (n: number) => void told.push(`second ${n}`));
    const first = server.current;
    first.say('42["e",1]');
    first.say('42["e",2]');
    await settle();
    const both = ["first 1", "second 1", "first 2", "second 2"];
    switch (what) {
      case "emit":
        expect(told).toEqual(both);
        expect(server.heard()).toEqual(['42["answer",1]']);
        break;
      case "throw":
        expect(told).toEqual(both);
        expect(uncaught).toEqual([error]);
        break;
      default:
        expect(told).toEqual(["first 1", "second 1"]);
        expect(server.connections).toHaveLength(what === "connect" ? 2 : 1);
        expect(socket.active).toBe(what !== "disconnect");
    }
  });

  it("for all events come first, and see everything sent when it is sent", async () => {
    const socket = make();
    const told: unknown[][] = [];
    socket.onAny((...args: unknown[]) => void told.push(["any", ...args]));
    socket.prependAny((...args: unknown[]) => void told.push(["first", ...args]));
    socket.onAnyOutgoing((...args: unknown[]) => void told.push(["out", ...args]));
    const binary = new Uint8Array([1]);
    socket.emit("early", binary);
    expect(told).toEqual([]);
    server.open();
    await settle();
    socket.on("e", () => void told.push(["own"]));
    socket.emit("late", () => {});
    server.current.say('42["e",1]');
    expect(told).toEqual([["out", "early", binary], ["out", "late"], ["first", "e", 1], ["any", "e", 1], ["own"]]);
  });
});

describe("listenersAny() and listenersAnyOutgoing()", () => {
  it("are the lists themselves, which the app may change also while they are called", async () => {
    const socket = await connected();
    const told: string[] = [];
    const [any, outgoing] = [socket.listenersAny(), socket.listenersAnyOutgoing()];
    for (const [name, list] of [["in", any], ["out", outgoing]] as const) {
      list.push(() => {
        told.push(`${name} 1`);
        list.splice(1);
      });
      list.push(() => told.push(`${name} 2`));
    }
    for (let n = 0; n < 2; n++) {
      server.current.say('42["e"]');
      socket.emit("e");
    }
    expect(told).toEqual(["in 1", "in 2", "out 1", "out 2", "in 1", "out 1"]);
    socket.offAny().offAnyOutgoing();
    expect([socket.listenersAny(), socket.listenersAnyOutgoing()]).toEqual([[], []]);
    expect([any.length, outgoing.length]).toEqual([1, 1]);
  });
});

describe("auth", () => {
  it.each([
    ["an object", { token: "t" }],
    ["a callback", (cb: (data: object) => void) => cb({ token: "t" })],
    ["a callback that answers later", (cb: (data: object) => void) => void Promise.resolve().then(() => cb({ token: "t" }))],
    ["a promise", async () => ({ token: "t" })],
    ["an async function that uses the callback", async (cb: (data: object) => void) => cb({ token: "t" })],
    ["a function that returns it", () => ({ token: "t" })],
  ])("may be %s", async (_, auth) => {
    make({ auth });
    server.open();
    await settle();
    expect(server.heard()).toEqual(['40{"token":"t"}']);
  });

  it.each([
    ["throws", () => {
      throw new Error("mine");
    }],
    ["rejects", () => Promise.reject(new Error("mine"))],
    ["gives what is no JSON", () => ({ big: 1n })],
  ])("that %s is an error of the connection", async (_, auth) => {
    const socket = make({ auth });
    const errors: FerrioError[] = [];
    socket.on("connect_error", (error) => void errors.push(error as FerrioError));
    server.open();
    await settle();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: "E_AUTH", cause: expect.any(Error), retry: { willRetry: true } });
    expect(server.heard()).toEqual([]);
  });

  it("is called with the socket as `this`", () => {
    const auth = vi.fn();
    const socket = make({ auth });
    server.open();
    expect(auth.mock.contexts).toEqual([socket]);
  });

  it("is read again at every connect", async () => {
    const socket = await connected({ auth: { n: 1 } });
    socket.auth = { n: 2 };
    socket.disconnect().connect();
    server.open();
    await settle();
    expect(server.heard()).toEqual(['40{"n":2}']);
  });

  it("answered after the socket was connected anew is not used", async () => {
    const answers: ((data: object) => void)[] = [];
    const socket = make({ auth: (cb: (data: object) => void) => void answers.push(cb) });
    server.open();
    socket.disconnect().connect();
    server.open();
    answers[0]!({ n: 1 });
    expect(server.heard()).toEqual([]);
    answers[1]!({ n: 2 });
    expect(server.heard()).toEqual(['40{"n":2}']);
  });
});

describe("recovery", () => {
  const stamp = (): string => {
    const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    let text = "";
    for (let n = Date.now(); n > 0; n = Math.floor(n / 64)) text = digits[n % 64]! + text;
    return text;
  };

  it("names the last offset, which listeners do not see", async () => {
    server.joined = () => '{"sid":"s","pid":"p"}';
    const socket = await connected({ auth: { token: "t" }, reconnectionDelay: 0 });
    const told = record(socket, "e");
    const offset = stamp();
    server.current.say(`42["e","one","${offset}"]`);
    server.current.say('42["e","volatile","Running"]');
    expect(told).toEqual([
      ["e", "one"],
      ["e", "volatile", "Running"],
    ]);
    server.current.onclose({});
    await vi.advanceTimersByTimeAsync(1);
    server.open();
    await settle();
    expect(server.heard()).toEqual([`40{"pid":"p","offset":"${offset}","token":"t"}`]);
    expect(socket.recovered).toBe(true);
  });

  it("takes a trailing string for the app's own where the server recovers nothing", async () => {
    const socket = await connected();
    const told = record(socket, "e");
    const offset = stamp();
    server.current.say(`42["e","${offset}"]`);
    expect(told).toEqual([["e", offset]]);
  });
});

describe("errors", () => {
  it("of a refusal carry message, data, code, and what comes next", async () => {
    server.joined = undefined;
    const socket = make();
    const told = record(socket, "connect_error");
    server.open();
    server.current.say('44{"message":"not you","data":{"why":1}}');
    const error = told[0]![1] as FerrioError;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message: "not you", data: { why: 1 }, code: "E_DENIED", retry: { willRetry: false } });
    expect(socket.active).toBe(false);
  });

  it("of a refusal may be a text", () => {
    server.joined = undefined;
    const told = record(make(), "connect_error");
    server.open();
    server.current.say('44"no"');
    expect(told[0]![1]).toMatchObject({ message: "no", code: "E_DENIED" });
  });

  it("of the transport say when the next attempt is", () => {
    const told = record(make({ reconnectionDelay: 100, randomizationFactor: 0 }), "connect_error");
    server.current.onerror({ type: "error" });
    expect(told).toHaveLength(1);
    expect(told[0]![1]).toMatchObject({ message: "websocket error", code: "E_NETWORK", type: "TransportError", description: { type: "error" }, retry: { willRetry: true } });
    const { at } = (told[0]![1] as FerrioError).retry!;
    expect(at! - Date.now()).toBeGreaterThan(50);
    expect(at! - Date.now()).toBeLessThanOrEqual(100);
  });

  it("of the transport of an open connection reach the manager, before anyone hears of the loss", async () => {
    const socket = await connected();
    const told: unknown[][] = [];
    const note = (who: string) => (...args: unknown[]) => void told.push([who, ...args]);
    socket.io.on("error", note("manager error")).on("close", note("manager close"));
    socket.io.engine.on("close", note("engine close"));
    socket.on("disconnect", note("disconnect"));
    server.current.onerror({ type: "error" });
    const error = expect.objectContaining({ message: "websocket error" }) as unknown;
    expect(told).toEqual([
      ["manager error", error],
      ["engine close", "transport error", error],
      ["disconnect", "transport error", error],
      ["manager close", "transport error", error],
    ]);
  });

  it("of a transport that fails to open reach the manager once", () => {
    const failed = vi.fn();
    make().io.on("error", failed);
    server.current.onerror({ type: "error" });
    expect(failed).toHaveBeenCalledOnce();
  });

  it("say that the server closed the session, where it did", async () => {
    const socket = await connected();
    const told = record(socket, "disconnect");
    server.current.say("1");
    expect(told).toEqual([["disconnect", "transport close", expect.objectContaining({ description: "transport closed by the server" })]]);
  });

  it.each([
    ["bad JSON", '42["e"', "bad JSON"],
    ["no array", "42{}", "bad payload"],
    ["an empty array", "42[]", "bad payload"],
    ["a reserved name", '42["disconnect"]', "bad payload"],
    ["an object for a name", "42[{}]", "bad payload"],
    ["an unknown type", '49["secret"]', "unknown Socket.IO packet"],
  ])("of a packet with %s end the connection with one clear reason", async (_, frame, flaw) => {
    const socket = await connected();
    const told = record(socket, "disconnect", "connect_error");
    server.current.say(frame);
    expect(told).toEqual([["disconnect", "parse error", expect.objectContaining({ code: "E_PROTOCOL", message: `parse error: ${flaw}` })]]);
    expect(server.current.closed).toBe(true);
    expect(JSON.stringify(told)).not.toContain("secret");
  });

  it("of an ack with bad content reach its handler", async () => {
    const socket = await connected();
    const answer = socket.emitWithAck("e");
    server.current.say("430{}");
    await expect(answer).rejects.toMatchObject({ code: "E_DISCONNECTED" });
    expect(socket.io._acks.size).toBe(0);
  });
});

describe("a manager", () => {
  it("is shared by the namespaces of one server, and its connection too", async () => {
    const options = { transports: ["websocket"] };
    const [a, b] = [io("http://shared.test/a", options), io("http://shared.test/b", options)];
    const other = io("http://shared.test/a", options);
    expect(a.io).toBe(b.io);
    expect(other.io).not.toBe(a.io);
    expect(io("http://shared.test/c", { ...options, multiplex: false }).io).not.toBe(a.io);
    expect(io("http://shared.test/c", { ...options, path: "/other" }).io).not.toBe(a.io);
    expect(a.io.socket("/b")).toBe(b);
    for (const socket of [a, b, other]) socket.disconnect();
  });

  it("does not change the options it is given", () => {
    const options = Object.freeze({ transports: Object.freeze(["websocket"]) as string[], query: Object.freeze({ a: 1 }), forceNew: true });
    const socket = io("http://test/?b=2", options);
    expect(new URL(server.current.url).search).toBe("?b=2&EIO=4&transport=websocket");
    socket.disconnect();
  });

  it("takes options that a listener changes for the next attempt", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    const socket = make({ transports: ["polling"], reconnectionDelay: 10, randomizationFactor: 0, query: { n: 1 } });
    const failed = new Promise<FerrioError>((resolve) => socket.on("connect_error", (error) => resolve(error as FerrioError)));
    socket.io.opts.transports = ["websocket"];
    socket.io.opts.query = { n: 2 };
    await vi.advanceTimersByTimeAsync(50);
    await failed;
    expect(server.connections.map(({ url }) => new URL(url).search)).toEqual(["?n=2&EIO=4&transport=websocket"]);
    socket.disconnect();
  });

  it.each([{}, { path: "" }, { path: undefined }])("has the default path in its options if they are %j", (options) => {
    const { io } = make({ autoConnect: false, ...options });
    expect(io.opts.path).toBe("/socket.io");
  });

  it("tells that it is open before its engine does", async () => {
    const told: string[] = [];
    const { io } = make();
    io.engine.on("open", () => void told.push("engine"));
    io.on("open", () => void told.push("manager"));
    server.open();
    expect(told).toEqual(["manager", "engine"]);
  });

  it("tells the outcome of open() and leaves it at that", () => {
    const manager: Manager = make({ autoConnect: false }).io;
    expect(manager.engine).toBeUndefined();
    const outcome = vi.fn();
    manager.open(outcome);
    server.current.onerror({});
    expect(outcome.mock.calls).toEqual([[expect.objectContaining({ message: "websocket error" })]]);
    manager.open(outcome);
    expect(server.connections).toHaveLength(2);
    server.open();
    expect(outcome.mock.calls.slice(1)).toEqual([[]]);
    manager._close();
  });

  it("has getters and setters for what concerns reconnection", () => {
    const manager = make({ autoConnect: false, timeout: false, reconnectionDelay: 0 }).io;
    expect([manager.reconnection(), manager.reconnectionAttempts(), manager.reconnectionDelay(), manager.timeout()]).toEqual([true, Infinity, 0, false]);
    expect(manager.reconnection(false).reconnectionAttempts(3).reconnectionDelay(5).reconnectionDelayMax(6).randomizationFactor(0.1).timeout(7)).toBe(manager);
    expect([manager.reconnection(), manager.reconnectionAttempts(), manager.reconnectionDelay(), manager.reconnectionDelayMax(), manager.randomizationFactor(), manager.timeout()]).toEqual([false, 3, 5, 6, 0.1, 7]);
  });
});
