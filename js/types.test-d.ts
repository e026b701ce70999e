import { assertType, describe, expectTypeOf, it } from "vitest";

import { io, type AckOf, type DisconnectReason, type EventArgs, type EventName, type ExtendedError, type Manager, type ManagerOptions, type Socket, type SocketOptions } from "./exports.js";

interface Listens {
  message: (text: string, at: number) => void;
  ask: (question: string, answer: (reply: boolean) => void) => void;
  empty: () => void;
}

interface Emits {
  say: (text: string) => void;
  get: (id: number, ack: (name: string, age: number) => void) => void;
  done: (ack: () => void) => void;
}

declare const socket: Socket<Listens, Emits>;
declare const untyped: Socket;

// Type tests: nothing here runs.
describe("listeners", () => {
  it("get the arguments of their event", () => {
    socket.on("message", (text, at) => assertType<[string, number]>([text, at]));
    socket.once("ask", (question, answer) => {
      expectTypeOf(question).toBeString();
      answer(true);
      // @ts-expect-error: the ack takes a boolean
      answer("yes");
    });
    // @ts-expect-error: no such event
    socket.on("massage", () => {});
    // @ts-expect-error: wrong argument
    socket.on("message", (_text: number) => {});
    // @ts-expect-error: one argument too many
    socket.on("empty", (_extra: string) => {});
  });

  it("get the library's own events", () => {
    socket.on("connect", () => {});
    socket.on("disconnect", (reason, details) => {
      expectTypeOf(reason).toEqualTypeOf<DisconnectReason>();
      expectTypeOf(details).toEqualTypeOf<Error | { description: string; context?: unknown } | undefined>();
      assertType<DisconnectReason>("forced close");
    });
    socket.on("connect_error", (error) => {
      expectTypeOf(error).toEqualTypeOf<ExtendedError>();
      expectTypeOf(error.retry?.willRetry).toEqualTypeOf<boolean | undefined>();
      assertType<"E_DENIED" | undefined>(error.code === "E_DENIED" ? error.code : undefined);
    });
    // @ts-expect-error: no such reason
    assertType<DisconnectReason>("bored");
  });

  it("of every event get a union of tuples", () => {
    socket.onAny((...args) => {
      expectTypeOf(args).toEqualTypeOf<[event: "message", string, number] | [event: "ask", string, (reply: boolean) => void] | [event: "empty"]>();
      if (args[0] === "message") expectTypeOf(args[2]).toBeNumber();
    });
    socket.onAnyOutgoing((event) => void expectTypeOf(event).toEqualTypeOf<"say" | "get" | "done">());
    untyped.onAny((event, ...args) => {
      expectTypeOf(event).toBeString();
      expectTypeOf(args).toEqualTypeOf<any[]>();
    });
    untyped.prependAny((event: string, first: number) => void [event, first]);
    socket.prependAny((event, first: string) => assertType<[keyof Listens, string]>([event, first]));
  });

  it("can be chained and removed", () => {
    expectTypeOf(socket.on("empty", () => {}).off("empty").removeAllListeners()).toEqualTypeOf(socket);
    expectTypeOf(socket.addEventListener("empty", () => {})).toEqualTypeOf(socket);
  });
});

describe("emit", () => {
  it("takes the arguments of its event", () => {
    socket.emit("say", "hello");
    socket.volatile.compress(false).emit("say", "hello");
    // @ts-expect-error: no such event
    socket.emit("shout", "hello");
    // @ts-expect-error: an event that is only listened to
    socket.emit("message", "hello", 1);
    // @ts-expect-error: wrong argument
    socket.emit("say", 1);
    // @ts-expect-error: missing argument
    socket.emit("say");
    // @ts-expect-error: one argument too many
    socket.emit("say", "hello", "again");
  });

  it("infers the parameters of an ack", () => {
    socket.emit("get", 1, (name, age) => assertType<[string, number]>([name, age]));
    // @ts-expect-error: the ack's first parameter is a string
    socket.emit("get", 1, (_name: number) => {});
    // @ts-expect-error: the ack is missing
    socket.emit("get", 1);
  });

  it("after timeout() puts an error in front of the ack's parameters", () => {
    socket.timeout(100).emit("get", 1, (error, name, age) => {
      expectTypeOf(error).toEqualTypeOf<Error>();
      assertType<[string, number]>([name, age]);
    });
    // @ts-expect-error: the error comes first
    socket.timeout(100).emit("get", 1, (_name: string) => {});
  });

  it("takes anything without maps", () => {
    untyped.emit("x", 1, "two", (...args: any[]) => args);
    untyped.on("x", (a, b) => assertType<any[]>([a, b]));
    expectTypeOf(untyped.emitWithAck("x", 1)).toEqualTypeOf<Promise<any>>();
  });
});

describe("emitWithAck", () => {
  it("resolves to the ack's first argument, also after timeout()", () => {
    expectTypeOf(socket.emitWithAck("get", 1)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(socket.timeout(100).emitWithAck("get", 1)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(socket.timeout(100).volatile.timeout(5).emitWithAck("get", 1)).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error: wrong argument
    void socket.emitWithAck("get", "1");
    // @ts-expect-error: wrong argument after timeout()
    void socket.timeout(100).emitWithAck("get", "1");
  });
});

describe("options and helpers", () => {
  it("io() is generic, and takes every form", () => {
    expectTypeOf(io<Listens, Emits>()).toEqualTypeOf<Socket<Listens, Emits>>();
    expectTypeOf(io("/ns", { transports: ["websocket"], timeout: false })).toEqualTypeOf<Socket>();
    const typed: Socket<Listens, Emits> = io({ autoConnect: false });
    expectTypeOf(typed.io).toEqualTypeOf<Manager<Listens, Emits>>();
    expectTypeOf(typed.io.engine.transport.name).toBeString();
    // @ts-expect-error: not a number
    io({ reconnectionDelay: "soon" });
    // @ts-expect-error: no such option
    io({ reconnectionDealy: 1 });
  });

  it("auth is an object, takes a callback, or returns a promise", () => {
    assertType<SocketOptions>({ auth: { token: "a" } });
    assertType<SocketOptions>({ auth: (cb) => cb({ token: "a" }) });
    assertType<SocketOptions>({ auth: async () => ({ token: "a" }) });
    // @ts-expect-error: no string
    assertType<SocketOptions>({ auth: "token" });
    assertType<Partial<ManagerOptions>>({ query: { a: 1 }, pfx: "", autoUnref: true });
  });

  it("name, arguments and ack of an event", () => {
    expectTypeOf<EventName<Emits>>().toEqualTypeOf<"say" | "get" | "done">();
    expectTypeOf<EventArgs<Emits, "get">>().toEqualTypeOf<[id: number]>();
    expectTypeOf<EventArgs<Listens, "message">>().toEqualTypeOf<[text: string, at: number]>();
    expectTypeOf<AckOf<Emits, "get">>().toEqualTypeOf<string>();
    expectTypeOf<AckOf<Emits, "done">>().toEqualTypeOf<undefined>();
    expectTypeOf<AckOf<Emits, "say">>().toBeNever();
  });
});
