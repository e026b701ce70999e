import { describe, expectTypeOf, test } from "vitest";

import { createSocketHooks, useEvent, useSocket, type ConnectionState, type Request } from "./react.js";
import type { FerrioError, Socket } from "./index.js";

interface S2C {
  message: (text: string, at: number) => void;
  question: (n: number, answer: (n: number) => void) => void;
}

interface C2S {
  say: (text: string) => void;
  double: (n: number, answer: (result: number) => void) => void;
}

const hooks = createSocketHooks<S2C, C2S>();

describe("typed hooks", () => {
  test("useSocket", () => {
    const { socket, emit, on, isConnected } = hooks.useSocket("/room", { auth: { token: "t" }, enabled: false });
    expectTypeOf(socket).toEqualTypeOf<Socket<S2C, C2S>>();
    expectTypeOf(isConnected).toEqualTypeOf<boolean>();
    emit("say", "hey");
    // @ts-expect-error -- a number is no text
    emit("say", 1);
    // @ts-expect-error -- the server sends no such event
    on("other", () => {});
    expectTypeOf(on("message", (text, at) => void [text satisfies string, at satisfies number])).toEqualTypeOf<() => void>();
    // @ts-expect-error -- no such option
    hooks.useSocket({ reconection: true });
  });

  test("useEvent", () => {
    hooks.useEvent("message", (text, at) => void [text satisfies string, at satisfies number]);
    hooks.useEvent("question", (n) => n * 2);
    hooks.useEvent("question", async (n) => n * 2);
    hooks.useEvent("disconnect", (reason) => void (reason satisfies string));
    // @ts-expect-error -- the answer is a number
    hooks.useEvent("question", () => "two");
    // @ts-expect-error -- the server sends no such event
    hooks.useEvent("other", () => {});
    useEvent("anything", (...args) => void args);
  });

  test("useLatest", () => {
    expectTypeOf(hooks.useLatest("message")).toEqualTypeOf<string | undefined>();
    expectTypeOf(hooks.useLatest("message", { initial: "" })).toEqualTypeOf<string>();
    expectTypeOf(hooks.useLatest("message", { initial: 0, select: (_text, at) => at })).toEqualTypeOf<number>();
  });

  test("useEventReducer", () => {
    const count = hooks.useEventReducer({ message: (count: number, text) => count + text.length, question: (count, n) => count + n }, 0);
    expectTypeOf(count).toEqualTypeOf<number>();
    // @ts-expect-error -- the server sends no such event
    hooks.useEventReducer({ other: (count: number) => count }, 0);
  });

  test("useRequest", () => {
    const request = hooks.useRequest("double", { timeout: 1000 });
    expectTypeOf(request).toEqualTypeOf<Request<[n: number], number>>();
    expectTypeOf(request.run(2)).toEqualTypeOf<Promise<number>>();
    if (request.status === "success") expectTypeOf(request.data).toEqualTypeOf<number>();
    if (request.status === "error") expectTypeOf(request.error).toEqualTypeOf<Error>();
    // @ts-expect-error -- a text is no number
    void request.run("2");
  });

  test("useConnection and useSubscription", () => {
    expectTypeOf(hooks.useConnection()).toEqualTypeOf<ConnectionState>();
    expectTypeOf(hooks.useConnection(({ attempt }) => attempt)).toEqualTypeOf<number>();
    hooks.useSubscription({ key: "room", join: (socket) => socket.emitWithAck("double", 1), leave: (socket) => socket.emit("say", "bye") });
    // @ts-expect-error -- a key is needed
    hooks.useSubscription({ join: () => {} });
  });

  test("the plain hooks take any event", () => {
    const { emit } = useSocket();
    emit("anything", 1, "two");
    expectTypeOf<FerrioError["code"]>().extract<"E_NO_SOCKET">().toEqualTypeOf<"E_NO_SOCKET">();
  });
});
