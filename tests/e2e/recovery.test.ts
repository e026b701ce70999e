import { describe, expect, ferrioOnly, overEachTransport, test } from "./harness/test.ts";
import type { Setup } from "./harness/server.ts";

const WITH_RECOVERY = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 }, pingInterval: 500, pingTimeout: 1000 };

describe("connection state recovery", () => {
  ferrioOnly("says by its offset whether a loss can be recovered", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("ask", () => socket.emit("news"))), WITH_RECOVERY);
    const page = await visit(server, { mode: { transports: ["websocket"] } });
    const offsets = await page.run(async ({ connect, once }) => {
      const socket: any = await connect();
      const before = typeof socket.offset;
      socket.emit("ask");
      await once(socket, "news");
      return [before, typeof socket.offset];
    });
    expect(offsets).toEqual(["undefined", "string"]);
  });

  overEachTransport((mode) => {
    test("a cut connection is recovered: same id, and every event of the server exactly once", async ({ serve, proxy, visit }) => {
      const feed = new Feed();
      const server = await serve(feed.setup, WITH_RECOVERY);
      const middle = await proxy(server);
      const page = await visit(middle, { mode: mode.options, faults: true });

      await page.run(async ({ connect, until, state }) => {
        const socket = (state["socket"] = await connect());
        state["first"] = { id: socket.id, recovered: Boolean(socket.recovered) };
        state["received"] = [];
        state["recovered"] = [];
        socket.on("n", (n) => state["received"].push(n));
        socket.on("connect", () => state["recovered"].push(socket.recovered));
        socket.emit("start");
        await until(() => state["received"].length > 20);
      });
      for (let cuts = 1; cuts <= 3; cuts++) {
        middle.cut();
        // A server that has not noticed yet could not recover the session.
        await expect.poll(() => server.io.of("/").sockets.size).toBe(0);
        await page.run(({ state, until }) => until(() => !state["socket"].connected, "the disconnect"));
        middle.restore();
        await page.run(({ state, until }, cuts) => until(() => state["recovered"].length >= cuts, `recovery ${cuts}`), cuts);
      }
      feed.stop();
      const seen = await page.run(async ({ state, until }, last) => {
        await until(() => state["received"].at(-1) === last, "the last event");
        const { first, socket, received, recovered } = state;
        return { first, id: socket.id, received, recovered };
      }, feed.sent - 1);

      expect(seen.first.recovered).toBe(false);
      expect(seen.id).toBe(seen.first.id);
      expect(seen.recovered).toEqual([true, true, true]);
      expect(seen.received).toEqual(Array.from({ length: feed.sent }, (_, n) => n));
      expect(feed.connections).toEqual([false, true, true, true]);
    });
  });

  test("events emitted by the page while away arrive in order after a recovery", async ({ serve, proxy, visit }) => {
    const received: number[] = [];
    const server = await serve(
      (io) =>
        io.on("connection", (socket) => {
          socket.emit("hello");
          socket.on("n", (n) => received.push(n));
        }),
      WITH_RECOVERY,
    );
    const middle = await proxy(server);
    const page = await visit(middle, { mode: { transports: ["websocket"] }, faults: true });

    // The server must say something first: recovery starts at the last event that the page has seen.
    await page.run(async ({ open, state, once }) => {
      const socket = open();
      await once(socket, "hello");
      state["back"] = once(socket, "disconnect").then(async () => {
        for (let n = 0; n < 50; n++) socket.emit("n", n);
        await once(socket, "connect");
        return socket.recovered;
      });
    });
    middle.cut();
    await expect.poll(() => server.io.of("/").sockets.size).toBe(0);
    middle.restore();
    const recovered = await page.run(({ state }) => state["back"]);

    expect(recovered).toBe(true);
    await expect.poll(() => received.length).toBe(50);
    expect(received).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test("a restarted server, which knows nothing any more, gives a new session that is not recovered", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.emit("hello")), WITH_RECOVERY);
    const page = await visit(server, { mode: { transports: ["websocket"] }, faults: true });

    await page.run(async ({ open, once, state }) => {
      const socket = open();
      await once(socket, "hello");
      state["firstId"] = socket.id;
      state["back"] = once(socket, "connect").then(() => ({ recovered: socket.recovered, sameId: socket.id === state["firstId"] }));
    });
    await server.restart();
    const seen = await page.run(({ state }) => state["back"]);

    expect(seen).toEqual({ recovered: false, sameId: false });
  });

  test("a socket that disconnects on purpose is not recovered", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.emit("hello")), WITH_RECOVERY);
    const page = await visit(server, { mode: { transports: ["polling"] } });

    const seen = await page.run(async ({ open, once }) => {
      const socket = open();
      await once(socket, "hello");
      const firstId = socket.id;
      socket.disconnect().connect();
      await once(socket, "connect");
      return { recovered: socket.recovered, sameId: socket.id === firstId };
    });

    expect(seen).toEqual({ recovered: false, sameId: false });
  });

  ferrioOnly("recovered is a boolean from the beginning, also without recovery on the server", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const seen = await page.run(async ({ open, once }) => {
      const socket = open();
      const before = socket.recovered;
      await once(socket, "connect");
      return [before, socket.recovered];
    });

    expect(seen).toEqual([false, false]);
  });

  ferrioOnly("listeners do not see the offset as an extra argument", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.emit("e", 1, "two")), WITH_RECOVERY);
    const page = await visit(server);

    const args = await page.run(async ({ open, once }) => once(open(), "e"));

    expect(args).toEqual([1, "two"]);
  });

  ferrioOnly("a volatile event ending in a string does not spoil the recovery", async ({ serve, proxy, visit }) => {
    const server = await serve(undefined, WITH_RECOVERY);
    const middle = await proxy(server);
    const page = await visit(middle, { mode: { transports: ["websocket"] }, faults: true });

    await page.run(async ({ connect, state }) => {
      const socket = await connect();
      state["seen"] = [];
      state["recovered"] = [];
      socket.on("e", (value) => state["seen"].push(value));
      socket.on("connect", () => state["recovered"].push(socket.recovered));
    });
    server.io.emit("e", "kept 1");
    // The server drops volatile events while the one before is still being written.
    await page.run(({ state, until }) => until(() => state["seen"].length === 1));
    server.io.volatile.emit("e", "volatile");
    await page.run(({ state, until }) => until(() => state["seen"].length === 2));
    middle.cut();
    await expect.poll(() => server.io.of("/").sockets.size).toBe(0);
    server.io.emit("e", "kept 2");
    middle.restore();
    const seen = await page.run(async ({ state, until }) => {
      await until(() => state["seen"].includes("kept 2"));
      return { seen: state["seen"], recovered: state["recovered"] };
    });

    expect(seen).toEqual({ seen: ["kept 1", "volatile", "kept 2"], recovered: [true] });
  });
});

/** A server that broadcasts sequence numbers, connected or not, from the first "start" until it is stopped. */
class Feed {
  sent = 0;
  /** For each connection, whether the server recovered it. */
  readonly connections: boolean[] = [];
  #timer: NodeJS.Timeout | undefined;

  readonly setup: Setup = (io) => {
    io.on("connection", (socket) => {
      this.connections.push(socket.recovered);
      socket.on("start", () => {
        this.#timer ??= setInterval(() => io.emit("n", this.sent++), 5);
      });
    });
  };

  stop(): void {
    clearInterval(this.#timer);
  }
}
