import { describe, expect, ferrioOnly, test, type Fixtures } from "./harness/test.ts";
import type { Setup } from "./harness/server.ts";

/** Where a callback drops the socket by disconnect(). */
const DROPPED_IN = [
  "event",
  "onAny",
  "ack",
  "connect",
  "connect_error",
  "disconnect",
  "auth",
  "manager open",
  "manager ping",
  "reconnect_attempt",
  "reconnect",
  "engine open",
  "engine upgrade",
] as const;

/** The peer tells `connect` after the drop in the first, and overflows its stack in the second. */
const FERRIO_DROPPED_IN = ["onAnyOutgoing", "manager close"] as const;

/** Answers "burst" with `count` events, "echo" with its value and "leave" with a disconnect; notes everything it receives. */
function burstServer(received: unknown[][] = []): Setup {
  return (io) => {
    io.on("connection", (socket) => {
      socket.onAny((...args) => received.push(args.filter((arg) => typeof arg !== "function")));
      socket.on("burst", (count: number) => {
        for (let n = 0; n < count; n++) socket.emit("n", n);
      });
      socket.on("echo", (value, ack) => ack(value));
      socket.on("leave", () => socket.disconnect());
    });
  };
}

describe("listeners", () => {
  test("on, once, off, listeners and hasListeners do what their names say, under all their names", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ connect }) => {
      const socket = (await connect()) as any;
      const seen: string[] = [];
      const a = (n: number) => seen.push(`a${n}`);
      const b = (n: number) => seen.push(`b${n}`);
      const c = (n: number) => seen.push(`c${n}`);
      const d = () => seen.push("never");
      socket.on("n", a).once("n", b).addEventListener("n", c).on("n", d);
      const count = [socket.listeners("n").length, socket.hasListeners("n"), socket.hasListeners("other"), socket.listeners("other").length];
      socket.off("n", d);
      socket.emit("burst", 2);
      await socket.emitWithAck("echo", 1);
      socket.removeListener("n", a);
      socket.emit("burst", 1);
      await socket.emitWithAck("echo", 1);
      socket.removeEventListener("n", c);
      const afterwards = socket.hasListeners("n");
      socket.on("n", d).on("m", d);
      socket.off("n");
      const offOne = [socket.hasListeners("n"), socket.hasListeners("m")];
      socket.removeAllListeners();
      return { seen, count, afterwards, offOne, offAll: socket.hasListeners("m") };
    });

    expect(seen).toEqual({ seen: ["a0", "b0", "c0", "a1", "c1", "c0"], count: [4, true, false, 0], afterwards: false, offOne: [false, true], offAll: false });
  });

  test("listeners may add and remove listeners while they run: the event goes to those that were there", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ connect }) => {
      const socket = await connect();
      const seen: string[] = [];
      const second = (n: number) => seen.push(`second ${n}`);
      socket.on("n", function first(n) {
        seen.push(`first ${n}`);
        socket.off("n", first);
        socket.off("n", second);
        socket.on("n", (n) => seen.push(`added ${n}`));
      });
      socket.on("n", second);
      socket.emit("burst", 2);
      await socket.emitWithAck("echo", 1);
      return seen;
    });

    expect(seen).toEqual(["first 0", "second 0", "added 1"]);
  });

  test("catch-all listeners run before the others, in their order, and can be removed", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ connect }) => {
      const socket = await connect();
      const seen: unknown[] = [];
      const any = (...args: unknown[]) => seen.push(["any", ...args]);
      socket.on("n", (n) => seen.push(["n", n]));
      socket.onAny(any);
      socket.prependAny((...args) => seen.push(["prepended", ...args]));
      const count = socket.listenersAny().length;
      socket.emit("burst", 1);
      await socket.emitWithAck("echo", 1);
      socket.offAny(any);
      socket.emit("burst", 1);
      await socket.emitWithAck("echo", 1);
      socket.offAny();
      return { seen, count, left: socket.listenersAny().length };
    });

    expect(seen).toEqual({
      seen: [
        ["prepended", "n", 0],
        ["any", "n", 0],
        ["n", 0],
        ["prepended", "n", 0],
        ["n", 0],
      ],
      count: 2,
      left: 0,
    });
  });

  test("outgoing catch-all listeners see every event when it is sent, not when it is buffered", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ open, once }) => {
      const socket = open();
      const seen: unknown[] = [];
      const any = (...args: unknown[]) => seen.push(["any", ...args]);
      socket.onAnyOutgoing(any);
      socket.prependAnyOutgoing((...args) => seen.push(["prepended", ...args]));
      socket.emit("buffered", 1);
      const early = seen.length;
      await once(socket, "connect");
      socket.emit("now", { a: 1 });
      socket.offAnyOutgoing(any);
      socket.emit("later");
      const count = socket.listenersAnyOutgoing().length;
      socket.offAnyOutgoing();
      socket.emit("unseen");
      return { early, seen, count };
    });

    expect(seen).toEqual({
      early: 0,
      seen: [
        ["prepended", "buffered", 1],
        ["any", "buffered", 1],
        ["prepended", "now", { a: 1 }],
        ["any", "now", { a: 1 }],
        ["prepended", "later"],
      ],
      count: 1,
    });
  });

  test("what listeners emit goes out in order, from wherever they emit", async ({ serve, visit }) => {
    const received: unknown[][] = [];
    const server = await serve(burstServer(received));
    const page = await visit(server);

    await page.run(async ({ open, until }) => {
      const socket = open();
      let left = 3;
      socket.on("connect", () => {
        socket.emit("from connect");
        socket.emit("echo", "question", () => {
          socket.emit("from ack");
          socket.emit("burst", 3);
        });
        socket.emit("from connect, again");
      });
      socket.onAny((name, n) => socket.emit(`from any ${name}`, n));
      socket.on("n", (n) => {
        socket.emit("from n", n);
        left--;
      });
      socket.emit("buffered");
      await until(() => left === 0);
      await socket.emitWithAck("echo", "last");
    });

    const expected = [
      ["buffered"],
      ["from connect"],
      ["echo", "question"],
      ["from connect, again"],
      ["from ack"],
      ["burst", 3],
      ...[0, 1, 2].flatMap((n) => [
        ["from any n", n],
        ["from n", n],
      ]),
      ["echo", "last"],
    ];
    expect(received).toEqual(expected);
  });

  test("events emitted in a disconnect listener wait for the next connection", async ({ serve, visit }) => {
    const received: unknown[][] = [];
    const server = await serve(burstServer(received));
    const page = await visit(server);

    await page.run(async ({ connect, once }) => {
      const socket = await connect();
      socket.once("disconnect", () => socket.emit("from disconnect"));
      socket.emit("before");
      await socket.emitWithAck("echo", 1);
      socket.io.engine.close();
      await once(socket, "connect");
    });

    await expect.poll(() => received).toEqual([["before"], ["echo", 1], ["from disconnect"]]);
  });

  test("a listener that disconnects gets nothing of the burst that was still to come", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ connect, once, sleep }) => {
      const socket = await connect();
      const seen: unknown[] = [];
      socket.on("disconnect", (reason) => seen.push(reason));
      socket.on("n", (n) => {
        seen.push(n);
        if (n === 2) socket.disconnect();
      });
      socket.emit("burst", 10);
      await once(socket, "disconnect");
      await sleep(100);
      return seen;
    });

    expect(seen).toEqual([0, 1, 2, "io client disconnect"]);
  });

  test("connect() inside the disconnect listener starts a new connection", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ connect, once }) => {
      const socket = await connect();
      const firstId = socket.id;
      socket.once("disconnect", () => socket.connect());
      const back = once(socket, "connect");
      socket.disconnect();
      await back;
      return { newId: socket.id !== firstId, echo: await socket.emitWithAck("echo", 1) };
    });

    expect(seen).toEqual({ newId: true, echo: 1 });
  });

  test("a listener that opens another connection in the middle of a burst disturbs neither", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ connect, open, until }) => {
      const socket = await connect();
      const seen: string[] = [];
      socket.on("n", (n) => {
        seen.push(`first ${n}`);
        if (n !== 1) return;
        const other = open();
        other.on("n", (n) => seen.push(`second ${n}`));
        other.emit("burst", 2);
      });
      socket.emit("burst", 4);
      await until(() => seen.length === 6);
      return seen;
    });

    expect(seen.filter((entry) => entry.startsWith("first"))).toEqual(["first 0", "first 1", "first 2", "first 3"]);
    expect(seen.filter((entry) => entry.startsWith("second"))).toEqual(["second 0", "second 1"]);
  });

  /** Each entry throws once from another place; afterwards the connection must still carry an echo. */
  const THROWN_FROM = ["event", "onAny", "ack", "connect", "disconnect", "connect_error"] as const;

  test.for(THROWN_FROM)("an error thrown in a callback of %s surfaces as uncaught, and the connection goes on", async (place, { serve, visit }) => {
    const server = await serve((io) => {
      burstServer()(io);
      io.of("/refused").use((_socket, next) => next(new Error("refused")));
    });
    const page = await visit(server);

    const seen = await page.run(async ({ open, once }, place) => {
      const socket = open();
      const fail = () => {
        throw new Error(`thrown from ${place}`);
      };
      const received: number[] = [];
      const connected = once(socket, "connect");
      if (place === "connect") socket.once("connect", fail);
      await connected;
      if (place === "event") socket.once("n", fail);
      if (place === "onAny") {
        socket.onAny(function failOnce() {
          socket.offAny(failOnce);
          fail();
        });
      }
      if (place === "ack") socket.emit("echo", 1, fail);
      if (place === "disconnect") {
        const gone = once(socket, "disconnect");
        socket.once("disconnect", fail);
        socket.emit("leave");
        await gone;
        socket.connect();
      }
      if (place === "connect_error") {
        const refused = socket.io.socket("/refused", {});
        const told = once(refused, "connect_error");
        refused.once("connect_error", fail);
        await told;
      }
      socket.on("n", (n) => received.push(n));
      socket.emit("burst", 3);
      const echo = await socket.emitWithAck("echo", "still here");
      return { echo, last: received.at(-1), connected: socket.connected };
    }, place);

    expect(seen).toEqual({ echo: "still here", last: 2, connected: true });
    const uncaught = await page.takeUncaught();
    expect(uncaught).toHaveLength(1);
    expect(uncaught[0]).toContain(`thrown from ${place}`);
  });

  ferrioOnly("a listener that throws does not keep the event from the listeners after it", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const seen = await page.run(async ({ connect }) => {
      const socket = await connect();
      const seen: string[] = [];
      socket.onAny(() => {
        throw new Error("thrown from onAny");
      });
      socket.onAny(() => seen.push("any"));
      socket.on("n", () => {
        throw new Error("thrown from n");
      });
      socket.on("n", (n) => seen.push(`n ${n}`));
      socket.emit("burst", 2);
      await socket.emitWithAck("echo", 1);
      return seen;
    });

    expect(seen).toEqual(["any", "n 0", "any", "n 1"]);
    const uncaught = await page.takeUncaught();
    expect(uncaught.map((error) => /thrown from \w+/.exec(error)?.[0])).toEqual(["onAny", "n", "onAny", "n"].map((place) => `thrown from ${place}`));
  });

  ferrioOnly("an error thrown in a disconnect listener does not reach whoever closes the engine, and the socket reconnects", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const echo = await page.run(async ({ connect, once }) => {
      const socket = await connect();
      socket.once("disconnect", () => {
        throw new Error("thrown from disconnect");
      });
      socket.io.engine.close();
      await once(socket, "connect");
      return socket.emitWithAck("echo", "still here");
    });

    expect(echo).toBe("still here");
    expect(await page.takeUncaught()).toHaveLength(1);
  });

  ferrioOnly("errors thrown in the manager's listeners do not keep the sockets from working", async ({ serve, visit }) => {
    const server = await serve(burstServer());
    const page = await visit(server);

    const echo = await page.run(async ({ open, once }) => {
      const socket = open();
      const fail = () => {
        throw new Error("thrown from the manager");
      };
      for (const event of ["open", "close", "reconnect_attempt", "reconnect"] as const) socket.io.once(event, fail);
      await once(socket, "connect");
      socket.io.engine.close();
      await once(socket, "connect");
      return socket.emitWithAck("echo", "still here");
    });

    expect(echo).toBe("still here");
    expect(await page.takeUncaught()).toHaveLength(4);
  });

  for (const place of DROPPED_IN) test(droppedIn(place), dropInside(place));
  for (const place of FERRIO_DROPPED_IN) ferrioOnly(droppedIn(place), dropInside(place));
});

type Place = (typeof DROPPED_IN)[number] | (typeof FERRIO_DROPPED_IN)[number];

function droppedIn(place: Place): string {
  return `a socket dropped inside ${place} stays quiet, and a new one works`;
}

function dropInside(place: Place) {
  return async ({ serve, visit }: Fixtures) => {
    const server = await serve(
      (io) => {
        burstServer()(io);
        io.of("/refused").use((_socket, next) => next(new Error("refused")));
      },
      { pingInterval: 100, pingTimeout: 10_000 },
    );
    const page = await visit(server, { faults: true });

    const seen = await page.run(async ({ open, connect, once, until, sleep }, place) => {
      let dropped = false;
      const auth = (give: (data: object) => void) => {
        if (place === "auth") drop();
        give({});
      };
      const socket = open({ auth }, place === "connect_error" ? "/refused" : "");
      const { io } = socket;
      function drop() {
        dropped = true;
        socket.disconnect();
      }
      const after: string[] = [];
      socket.prependAny((name) => dropped && after.push(`event ${name}`));
      for (const event of ["connect", "connect_error"]) socket.on(event, () => dropped && after.push(event));

      if (place === "connect" || place === "connect_error" || place === "disconnect") socket.on(place, drop);
      if (place === "manager open") io.on("open", drop);
      if (place === "manager close") io.on("close", drop);
      if (place === "manager ping") io.on("ping", drop);
      if (place === "reconnect_attempt" || place === "reconnect") io.on(place, drop);
      if (place === "engine open") io.engine.on("open", drop);
      if (place === "engine upgrade") io.engine.on("upgrade", drop);
      if (place === "event") socket.on("n", drop);
      if (place === "onAny") socket.onAny(drop);
      if (place === "onAnyOutgoing") socket.onAnyOutgoing(drop);

      if (["event", "onAny", "onAnyOutgoing"].includes(place)) socket.emit("burst", 3);
      if (place === "ack") {
        socket.emit("burst", 3);
        socket.emit("echo", 1, drop);
        socket.emit("burst", 3);
      }
      if (["disconnect", "manager close", "reconnect_attempt", "reconnect"].includes(place)) {
        await once(socket, "connect");
        io.engine.close();
      }
      await until(() => dropped, "the drop");
      await sleep(150);
      const quiet = { connected: socket.connected, active: socket.active, id: socket.id ?? null, after };
      const next = await connect();
      return { quiet, echo: await next.emitWithAck("echo", "new") };
    }, place);

    // The listener that drops the socket in "connect" or "connect_error" stands behind the one that records.
    expect(seen).toEqual({ quiet: { connected: false, active: false, id: null, after: [] }, echo: "new" });
    await expect.poll(() => server.io.of("/").sockets.size).toBe(1);
  };
}
