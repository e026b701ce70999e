import * as standard from "socket.io-parser";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { io, type FerrioError, type Parser, type ParserPacket, type Socket } from "../index.js";
import { DecoderBase, json, parts } from "./parser.fixture.js";
import { FakeServer, settle } from "./server.fixture.js";

/*
 * A parser of the app's with the real core, against a server that the test plays.
 */
let server: FakeServer;
let uncaught: unknown[];
let start = Date.now();

beforeEach(() => {
  // The clock never goes back, so each test begins later than the one before ended.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: (start += 1e6) });
  server = new FakeServer();
  server.joined = undefined;
  DecoderBase.made = [];
  DecoderBase.destroyed = [];
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

/** A socket whose translator is there, and its websocket open. */
async function opened(options = {}, parser: Parser = json, namespace = ""): Promise<Socket> {
  const socket = io(`http://test${namespace}`, { transports: ["websocket"], forceNew: true, parser, ...options });
  await vi.dynamicImportSettled();
  server.open();
  await settle();
  return socket;
}

/** A socket that is connected, with an empty record of what it sent. */
async function connected(options = {}, namespace = ""): Promise<Socket> {
  const socket = await opened(options, json, namespace);
  say({ type: 0, nsp: socket.nsp, data: { sid: "s1", pid: "p1" } });
  expect(socket.connected).toBe(true);
  server.heard();
  return socket;
}

function say(packet: unknown): void {
  server.current.say(`4${JSON.stringify(packet)}`);
}

/** The packets that the client sent since the last call. */
function heard(): ParserPacket[] {
  return server.heard().map((text) => JSON.parse((text as string).slice(1)) as ParserPacket);
}

function record(socket: Socket, ...events: string[]): unknown[][] {
  const told: unknown[][] = [];
  for (const event of events) socket.on(event, (...args: unknown[]) => void told.push([event, ...args]));
  return told;
}

const options = { compress: true };

describe("what is sent", () => {
  it("is what the Encoder makes of each packet", async () => {
    const socket = await opened({ auth: { token: "t" } }, json, "/admin");
    expect(server.heard()).toEqual(['4{"type":0,"nsp":"/admin","data":{"token":"t"}}']);
    say({ type: 0, nsp: "/admin", data: { sid: "s1" } });
    socket.emit("e", 1, { a: [2] });
    socket.compress(false).emit("plain");
    socket.emit("ask", () => {});
    say({ type: 2, nsp: "/admin", data: ["q"], id: 7 });
    socket.disconnect();
    expect(heard()).toEqual([
      { type: 2, nsp: "/admin", data: ["e", 1, { a: [2] }], options },
      { type: 2, nsp: "/admin", data: ["plain"], options: { compress: false } },
      { type: 2, nsp: "/admin", data: ["ask"], options, id: 0 },
      { type: 1, nsp: "/admin" },
    ]);
  });

  it("waits, in its order, for the parser and then the connection", async () => {
    const socket = io("http://test", { transports: ["websocket"], forceNew: true, parser: json });
    socket.emit("one");
    await vi.dynamicImportSettled();
    socket.emit("two", [2]);
    expect(socket.sendBuffer).toEqual([{ type: 2, nsp: "/", data: ["one"] }, { type: 2, nsp: "/", data: ["two", [2]] }]);
    server.open();
    await settle();
    socket.volatile.emit("gone");
    server.heard();
    say({ type: 0, nsp: "/", data: { sid: "s1" } });
    expect(heard().map(({ data }) => data as unknown[])).toEqual([["one"], ["two", [2]]]);
    expect(socket.sendBuffer).toEqual([]);
  });

  it("is what the values were at the emit", async () => {
    const socket = await opened();
    const value = { n: 1 };
    socket.emit("e", value);
    value.n = 2;
    server.heard();
    say({ type: 0, nsp: "/", data: { sid: "s1" } });
    expect(heard()[0]!.data).toEqual(["e", { n: 1 }]);
  });

  it("may be several messages, which follow each other", async () => {
    const socket = await opened({}, parts);
    server.heard();
    server.current.say("4type 0");
    server.current.say(new TextEncoder().encode('{"nsp":"/","data":{"sid":"s1"}}').buffer);
    expect(socket.connected).toBe(true);
    const told = record(socket, "e");
    socket.emit("a");
    socket.emit("b");
    const bytes = (packet: object): Uint8Array => new TextEncoder().encode(JSON.stringify(packet));
    expect(server.heard()).toEqual(["4type 2", bytes({ nsp: "/", data: ["a"], options }), "4type 2", bytes({ nsp: "/", data: ["b"], options })]);
    server.current.say("4type 2");
    server.current.say(bytes({ nsp: "/", data: ["e", 1] }).buffer);
    expect(told).toEqual([["e", 1]]);
  });

  it("and received is the protocol's own with the official client's default parser, binary included", async () => {
    const socket = await opened({}, standard);
    server.current.say('40{"sid":"s1"}');
    server.heard();
    const told = record(socket, "e");
    socket.emit("e", { part: new Uint8Array([1]) });
    server.current.say('451-["e",{"_placeholder":true,"num":0}]');
    server.current.say(new Uint8Array([2]).buffer);
    expect(server.heard()).toEqual(['451-["e",{"part":{"_placeholder":true,"num":0}}]', new Uint8Array([1])]);
    expect(told).toEqual([["e", new Uint8Array([2]).buffer]]);
  });

  it("is heard by onAnyOutgoing", async () => {
    const socket = await connected();
    const told: unknown[][] = [];
    socket.onAnyOutgoing((...args: unknown[]) => void told.push(args));
    socket.emit("e", 1);
    expect(told).toEqual([["e", 1]]);
  });

  it("is sent again by retries, with the id of each try", async () => {
    const socket = await connected({ retries: 2, ackTimeout: 100 });
    const answers: unknown[][] = [];
    socket.emit("e", 1, (...args: unknown[]) => void answers.push(args));
    socket.emit("next");
    vi.advanceTimersByTime(100);
    expect(heard().map(({ data, id }) => [id, ...(data as unknown[])])).toEqual([[0, "e", 1], [1, "e", 1]]);
    say({ type: 3, nsp: "/", data: ["yes"], id: 1 });
    expect(answers).toEqual([[null, "yes"]]);
    expect(heard()).toMatchObject([{ data: ["next"], id: 2 }]);
  });

  it("leaves the heartbeat alone", async () => {
    await connected();
    server.current.say("2");
    expect(server.heard()).toEqual(["3"]);
  });
});

describe("what is received", () => {
  it("reaches listeners and acks", async () => {
    const socket = await connected({}, "/a");
    const told = record(socket, "e", "1");
    const any: unknown[][] = [];
    socket.onAny((...args: unknown[]) => void any.push(args));
    const answer = socket.emitWithAck("ask", 5);
    say({ type: 3, nsp: "/a", data: [{ n: 1 }], id: 0 });
    say({ type: 2, nsp: "/a", data: ["e", 1, null, "[x]"] });
    say({ type: 5, nsp: "/a", data: [1, { binary: "type" }] });
    say({ type: 2, nsp: "/other", data: ["e", "not ours"] });
    await expect(answer).resolves.toEqual({ n: 1 });
    expect(told).toEqual([["e", 1, null, "[x]"], ["1", { binary: "type" }]]);
    expect(any).toEqual([["e", 1, null, "[x]"], [1, { binary: "type" }]]);
  });

  it("can be acknowledged", async () => {
    const socket = await connected();
    socket.on("q", (n: number, answer: (n: number) => void) => answer(n + 1));
    say({ type: 2, nsp: "/", data: ["q", 1], id: 2 ** 40 });
    expect(heard()).toEqual([{ type: 3, nsp: "/", data: [2], id: 2 ** 40 }]);
  });

  it("of a long namespace finds it", async () => {
    const namespace = `/${"long".repeat(100)}[1]`;
    const socket = await connected({}, namespace);
    const told = record(socket, "e");
    say({ type: 2, nsp: namespace, data: ["e", 1] });
    expect(told).toEqual([["e", 1]]);
  });

  it("has the offset for recovery at its end", async () => {
    const socket = await connected();
    const told = record(socket, "e");
    // Of the in-memory adapter: the time, in its own digits.
    const offset = "1700000000000-0";
    say({ type: 2, nsp: "/", data: ["e", 1, offset] });
    expect(told).toEqual([["e", 1]]);
    server.current.onclose({});
    vi.advanceTimersByTime(2000);
    server.open("engine2");
    await settle();
    expect(heard()).toEqual([{ type: 0, nsp: "/", data: { pid: "p1", offset } }]);
    say({ type: 0, nsp: "/", data: { sid: "s2", pid: "p1" } });
    expect(socket.recovered).toBe(true);
  });

  it("before the answer to CONNECT waits for it", async () => {
    const socket = await opened();
    const told = record(socket, "e", "connect");
    say({ type: 2, nsp: "/", data: ["e", 1] });
    say({ type: 0, nsp: "/", data: { sid: "s1" } });
    expect(told).toEqual([["e", 1], ["connect"]]);
  });

  it("may be a refusal, or the server's farewell", async () => {
    const refused = await opened();
    const told = record(refused, "connect_error");
    say({ type: 4, nsp: "/", data: { message: "no", data: { why: 1 } } });
    expect(told).toMatchObject([["connect_error", { code: "E_DENIED", message: "no", data: { why: 1 } }]]);
    const socket = await connected();
    const gone = record(socket, "disconnect");
    say({ type: 1, nsp: "/" });
    expect(gone).toEqual([["disconnect", "io server disconnect", undefined]]);
  });
});

describe("an Encoder that throws", () => {
  it("makes emit throw, and nothing is sent", async () => {
    const socket = await connected();
    expect(() => socket.emit("e", "refuse", () => {})).toThrow("refused");
    expect(() => socket.timeout(5).emit("e", "refuse", () => expect.unreachable())).toThrow("refused");
    await expect(socket.emitWithAck("e", "refuse")).rejects.toThrow("refused");
    expect(socket.io._acks.size).toBe(0);
    socket.emit("good");
    expect(heard()).toMatchObject([{ data: ["good"] }]);
  });

  it("makes the answer to an event throw", async () => {
    const socket = await connected();
    let answer!: (value: unknown) => void;
    socket.on("q", (done: typeof answer) => void (answer = done));
    say({ type: 2, nsp: "/", data: ["q"], id: 0 });
    expect(() => answer("refuse")).toThrow("refused");
  });

  it("when nobody can catch it any more is an uncaught error, and the rest goes on", async () => {
    const socket = io("http://test", { transports: ["websocket"], forceNew: true, parser: json });
    const answer = socket.emitWithAck("e", "refuse");
    socket.emit("good");
    await vi.dynamicImportSettled();
    server.open();
    await settle();
    server.heard();
    say({ type: 0, nsp: "/", data: { sid: "s1" } });
    expect(heard()).toMatchObject([{ data: ["good"] }]);
    expect(uncaught).toEqual([new Error("refused")]);
    socket.disconnect();
    await expect(answer).rejects.toMatchObject({ code: "E_DISCONNECTED" });
  });
});

describe("a Decoder", () => {
  const bad: [string, unknown][] = [
    ["throws", '"refuse"'],
    ["gives nothing", null],
    ["gives a text", "packet"],
    ["gives no type", { nsp: "/", data: ["e"] }],
    ["gives a type that does not exist", { type: 7, nsp: "/", data: ["e"] }],
    ["gives a type that is a text", { type: "2", nsp: "/", data: ["e"] }],
    ["gives no namespace", { type: 2, data: ["e"] }],
    ["gives a namespace that could be taken for a header", { type: 2, nsp: "[", data: ["e"] }],
    ["gives an event without arguments", { type: 2, nsp: "/", data: [] }],
    ["gives an event that is no array", { type: 2, nsp: "/", data: { 0: "e" } }],
    ["gives an event with a reserved name", { type: 2, nsp: "/", data: ["connect"] }],
    ["gives an ack without id", { type: 3, nsp: "/", data: [] }],
    ["gives an id that is none", { type: 2, nsp: "/", data: ["e"], id: -1 }],
  ];

  it.each(bad)("that %s ends the connection with a parse error, and the next begins", async (_, packet) => {
    const socket = await connected();
    const told = record(socket, "disconnect", "e");
    say(packet);
    expect(told).toMatchObject([["disconnect", "parse error", { code: "E_PROTOCOL" }]]);
    vi.advanceTimersByTime(2000);
    server.open("engine2");
    await settle();
    say({ type: 0, nsp: "/", data: { sid: "s2" } });
    expect([socket.id, DecoderBase.made.length, DecoderBase.destroyed.length]).toEqual(["s2", 2, 1]);
  });

  it("that throws is the cause of the error, which tells nothing of the content", async () => {
    const socket = await connected();
    const told = record(socket, "disconnect");
    say(["refuse", "secret"]);
    const error = told[0]![2] as FerrioError;
    expect(error).toMatchObject({ message: "parse error: bad payload", cause: new Error("refused") });
    expect(JSON.stringify(error)).not.toContain("secret");
  });

  it("that gives a bad header shows no content either", async () => {
    const socket = await connected();
    const told = record(socket, "disconnect");
    say({ type: 3, nsp: "/", data: ["secret"] });
    expect(told[0]![2]).toMatchObject({ code: "E_PROTOCOL", frame: "43" });
  });

  it("may take its time", async () => {
    const slow: Parser = {
      Encoder: json.Encoder,
      Decoder: class extends DecoderBase {
        add(chunk: string): void {
          void Promise.resolve().then(() => this.tell(JSON.parse(chunk)));
        }
      },
    };
    const socket = await opened({}, slow);
    const told = record(socket, "e");
    say({ type: 0, nsp: "/", data: { sid: "s1" } });
    say({ type: 2, nsp: "/", data: ["e", 1] });
    await settle();
    expect(told).toEqual([["e", 1]]);
    say({ type: 2, nsp: "/", data: ["e", 2] });
    socket.disconnect();
    await settle();
    expect(told).toEqual([["e", 1]]);
  });

  it("never sees what comes instead of a handshake", async () => {
    const socket = io("http://test", { transports: ["websocket"], forceNew: true, parser: json });
    const told = record(socket, "connect_error");
    await vi.dynamicImportSettled();
    server.current.onopen({});
    say({ type: 2, nsp: "/", data: ["e", "refuse"] });
    await settle();
    expect(told).toMatchObject([["connect_error", { code: "E_NOT_SOCKETIO" }]]);
  });
});

it("a manager at rest keeps the translator, so that emits are encoded at once", async () => {
  const socket = await connected();
  socket.disconnect();
  expect(() => socket.emit("e", "refuse")).toThrow("refused");
  socket.emit("kept");
  socket.connect();
  server.open("engine2");
  await settle();
  server.heard();
  say({ type: 0, nsp: "/", data: { sid: "s2" } });
  expect(heard()).toMatchObject([{ data: ["kept"] }]);
});
