import { describe, expect, ferrioOnly, isPeer, overEachTransport, test } from "./harness/test.ts";

describe("reconnection", () => {
  overEachTransport((mode) => {
    test("a killed and restarted server gets its clients back, under a new id", async ({ serve, visit }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
      const page = await visit(server, { mode: mode.options, faults: true });

      await page.run(async ({ connect, state }) => {
        const socket = (state["socket"] = await connect());
        state["firstId"] = socket.id;
        const seen: unknown[] = (state["seen"] = []);
        socket.on("disconnect", (reason) => seen.push(reason, socket.id ?? null, socket.active));
        socket.io.on("reconnect_attempt", (attempt) => seen.push(attempt));
      });
      await server.kill();
      await page.run(({ state, until }) => until(() => state["seen"].includes(3), "the third attempt"));
      await server.restart();
      const seen = await page.run(async ({ state }) => {
        const { socket, seen } = state;
        const echo = await socket.emitWithAck("echo", "back");
        return { seen, echo, newId: socket.id !== state["firstId"] };
      });

      const lost = mode.name === "polling" ? "transport error" : "transport close";
      expect(seen.seen.slice(0, 3)).toEqual([lost, null, true]);
      const attempts: number[] = seen.seen.slice(3);
      expect(attempts.length).toBeGreaterThanOrEqual(3);
      expect(attempts).toEqual(attempts.map((_, i) => i + 1));
      expect(seen).toMatchObject({ echo: "back", newId: true });
    });

    test("events emitted while the server is away arrive in order", async ({ serve, visit }) => {
      const received: number[] = [];
      const server = await serve((io) => io.on("connection", (socket) => socket.on("n", (n) => received.push(n))));
      const page = await visit(server, { mode: mode.options, faults: true });

      await page.run(async ({ connect, state }) => {
        state["socket"] = await connect();
      });
      await server.kill();
      await page.run(async ({ state, until, once }) => {
        const { socket } = state;
        await until(() => !socket.connected, "the disconnect");
        for (let n = 0; n < 20; n++) socket.emit("n", n);
        await once(socket.io, "reconnect_attempt");
        for (let n = 20; n < 40; n++) socket.emit("n", n);
      });
      await server.restart();

      await expect.poll(() => received.length).toBeGreaterThanOrEqual(40);
      expect(received).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });

    ferrioOnly("volatile events emitted while the server is away are dropped", async ({ serve, visit }) => {
      const received: string[] = [];
      const server = await serve((io) => io.on("connection", (socket) => socket.onAny((name) => received.push(name))));
      const page = await visit(server, { mode: mode.options, faults: true });

      await page.run(async ({ connect, state }) => {
        state["socket"] = await connect();
      });
      await server.kill();
      await page.run(async ({ state, until, once }) => {
        const { socket } = state;
        await until(() => !socket.connected, "the disconnect");
        socket.volatile.emit("volatile");
        await once(socket.io, "reconnect_attempt");
        socket.volatile.emit("volatile");
        await once(socket.io, "reconnect_error");
        socket.volatile.emit("volatile");
      });
      await server.restart();
      await page.run(async ({ state, until }) => {
        const { socket } = state;
        await until(() => socket.connected, "the reconnection");
        socket.emit("last");
      });

      await expect.poll(() => received).toContain("last");
      expect(received).toEqual(["last"]);
    });

    test("a server that falls silent is noticed by ping timeout, and left", async ({ serve, proxy, visit }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))), {
        pingInterval: 200,
        pingTimeout: 300,
      });
      const middle = await proxy(server);
      const page = await visit(middle, { mode: mode.options, faults: true });

      await page.run(async ({ connect, once, state }) => {
        const socket = (state["socket"] = await connect());
        await once(socket.io, "ping");
        await once(socket.io, "ping");
        state["gone"] = once(socket, "disconnect");
      });
      middle.blackHole();
      const reason = await page.run(async ({ state }) => (await state["gone"])[0]);
      middle.heal();
      const echo = await page.run(({ state }) => state["socket"].emitWithAck("echo", "back"));

      expect(reason).toBe("ping timeout");
      expect(echo).toBe("back");
    });

    test("with reconnection: false a lost connection stays lost, until connect()", async ({ serve, visit }) => {
      const server = await serve();
      const page = await visit(server, { mode: mode.options, faults: true });

      await page.run(async ({ connect, once, state }) => {
        const socket = (state["socket"] = await connect({ reconnection: false }));
        state["attempts"] = 0;
        socket.io.on("reconnect_attempt", () => state["attempts"]++);
        state["gone"] = once(socket, "disconnect");
      });
      await server.restart();
      const sessions = server.sessions;
      const seen = await page.run(async ({ state, sleep }) => {
        await state["gone"];
        await sleep(300);
        return { attempts: state["attempts"], connected: state["socket"].connected };
      });
      expect(seen).toEqual({ attempts: 0, connected: false });
      expect(server.sessions).toBe(sessions);

      await page.run(async ({ state, once }) => {
        state["socket"].connect();
        await once(state["socket"], "connect");
      });
    });
  });

  test("the delays between attempts grow to their maximum", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server, { faults: true, mode: { transports: ["websocket"] } });

    await page.run(async ({ connect, state }) => {
      const socket = await connect({ reconnectionDelay: 100, reconnectionDelayMax: 400, randomizationFactor: 0 });
      const waits: number[] = (state["waits"] = []);
      // From before the connection was lost, and then from attempt to attempt: never less than the delay, however late a listener runs.
      let since = performance.now();
      socket.io.on("reconnect_attempt", () => {
        const now = performance.now();
        waits.push(now - since);
        since = now;
      });
    });
    await server.kill();
    const waits: number[] = await page.run(async ({ state, until }) => {
      await until(() => state["waits"].length >= 5, "five attempts");
      return state["waits"].slice(0, 5);
    });

    // Only lower bounds: a busy machine may be late, never early. A clock tick is allowed for.
    for (const [i, least] of [100, 200, 400, 400, 400].entries()) expect(waits[i]).toBeGreaterThan(least - 5);
  });

  test("after reconnectionAttempts failures reconnect_failed is told, and no attempt follows", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server, { faults: true });

    await page.run(async ({ connect, state }) => {
      const socket = await connect({ reconnectionAttempts: 3 });
      const seen: unknown[] = (state["seen"] = []);
      socket.io.on("reconnect_attempt", (attempt) => seen.push(attempt));
      socket.io.on("reconnect_failed", () => seen.push("failed"));
    });
    await server.kill();
    const seen = await page.run(async ({ state, until, sleep }) => {
      await until(() => state["seen"].includes("failed"));
      await sleep(400);
      return state["seen"];
    });

    expect(seen).toEqual([1, 2, 3, "failed"]);
  });

  test("losing a connection and getting it back tells socket and manager in this order", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server, { faults: true, mode: { transports: ["websocket"] } });

    await page.run(async ({ open, once, state }) => {
      const socket = (state["socket"] = open({ reconnectionDelay: 300 }));
      const seen: string[] = (state["seen"] = []);
      const { io } = socket;
      io.on("open", () => seen.push("open"));
      io.on("close", (reason) => seen.push(`close: ${reason}`));
      io.on("error", () => seen.push("error"));
      io.on("reconnect_attempt", (attempt) => seen.push(`reconnect_attempt ${attempt}`));
      io.on("reconnect_error", () => seen.push("reconnect_error"));
      io.on("reconnect", (attempt) => seen.push(`reconnect ${attempt}`));
      socket.on("connect", () => seen.push("connect"));
      socket.on("connect_error", () => seen.push("connect_error"));
      socket.on("disconnect", (reason) => seen.push(`disconnect: ${reason}`));
      await once(socket, "connect");
    });
    await server.kill();
    await page.run(({ state, until }) => until(() => state["seen"].includes("reconnect_error")));
    await server.restart();
    const seen = await page.run(async ({ state, once }) => {
      await once(state["socket"], "connect");
      return state["seen"];
    });

    expect(seen).toEqual([
      "open",
      "connect",
      "disconnect: transport close",
      "close: transport close",
      "reconnect_attempt 1",
      "connect_error",
      "error",
      "reconnect_error",
      "reconnect_attempt 2",
      "open",
      "reconnect 2",
      "connect",
    ]);
  });

  test("all namespaces of a lost connection come back", async ({ serve, visit }) => {
    const server = await serve((io) => io.of(/^\/[ab]$/));
    const page = await visit(server, { faults: true });

    await page.run(async ({ connect, once, state }) => {
      const main = await connect();
      state["sockets"] = [main, main.io.socket("/a", {}), main.io.socket("/b", {})];
      await Promise.all(state["sockets"].slice(1).map((socket: typeof main) => once(socket, "connect")));
      state["back"] = Promise.all(state["sockets"].map((socket: typeof main) => once(socket, "connect")));
    });
    await server.restart();
    await page.run(({ state }) => state["back"].then(() => undefined));

    expect(server.sessions).toBe(2);
    expect(["/", "/a", "/b"].map((name) => server.io.of(name).sockets.size)).toEqual([1, 1, 1]);
  });

  test("a server that is not there gives a connect_error per attempt, while the socket stays active", async ({ serve, visit }) => {
    const home = await serve();
    const gone = await serve();
    await gone.kill();
    const page = await visit(home, { url: gone.url, faults: true });

    for (const transport of ["websocket", "polling"] as const) {
      const seen = await page.run(async ({ open, once }, transport) => {
        const socket = open({ transports: [transport] });
        const [first] = await once(socket, "connect_error");
        const [second] = await once(socket, "connect_error");
        const seen = {
          errors: first instanceof Error && second instanceof Error && first !== second,
          message: first.message,
          active: socket.active,
          code: first.code ?? null,
          willRetry: first.retry?.willRetry ?? null,
        };
        socket.disconnect();
        return seen;
      }, transport);

      expect(seen).toMatchObject({ errors: true, active: true, code: isPeer ? null : "E_NETWORK", willRetry: isPeer ? null : true });
      expect(seen.message).toMatch(transport === "websocket" ? /^websocket error$/ : /./);
    }
  });

  test("with reconnection: false a failed first attempt is the only one", async ({ serve, visit }) => {
    const home = await serve();
    const gone = await serve();
    await gone.kill();
    const page = await visit(home, { url: gone.url, faults: true });

    const seen = await page.run(async ({ open, once, sleep }) => {
      const socket = open({ reconnection: false });
      let errors = 0;
      socket.on("connect_error", () => errors++);
      const [error] = await once(socket, "connect_error");
      await sleep(300);
      return { errors, willRetry: error.retry?.willRetry ?? null };
    });

    expect(seen).toEqual({ errors: 1, willRetry: isPeer ? null : false });
  });

  test("opening that takes longer than the timeout option fails with timeout, and is tried again", async ({ serve, proxy, visit }) => {
    const server = await serve();
    const middle = await proxy(server);
    middle.blackHole();
    const page = await visit(server, { url: middle.url, faults: true });

    for (const transport of ["websocket", "polling"] as const) {
      const error = await page.run(async ({ open, once, state }, transport) => {
        const socket = open({ transports: [transport], timeout: 200 });
        state[transport] = socket;
        const [error] = await once(socket, "connect_error");
        await once(socket, "connect_error");
        return { isError: error instanceof Error, message: error.message, code: error.code ?? null };
      }, transport);
      expect(error).toEqual({ isError: true, message: "timeout", code: isPeer ? null : "E_TIMEOUT" });
    }

    await page.run(({ state }) => {
      state["websocket"].disconnect();
      state["polling"].disconnect();
    });
  });

  test("the manager's settings can be read and changed", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const seen = await page.run(({ Manager, url }) => {
      const manager = new Manager(url, { autoConnect: false, reconnectionDelay: 7 });
      const before = [
        manager.reconnection(),
        manager.reconnectionAttempts() === Infinity,
        manager.reconnectionDelay(),
        manager.reconnectionDelayMax(),
        manager.randomizationFactor(),
        manager.timeout(),
      ];
      const chained = manager.reconnection(false).reconnectionAttempts(2).reconnectionDelay(3).reconnectionDelayMax(4).randomizationFactor(0.1).timeout(6);
      const after = [
        manager.reconnection(),
        manager.reconnectionAttempts(),
        manager.reconnectionDelay(),
        manager.reconnectionDelayMax(),
        manager.randomizationFactor(),
        manager.timeout(),
      ];
      return { before, after, same: chained === manager };
    });

    expect(seen).toEqual({ before: [true, true, 7, 5000, 0.5, 20000], after: [false, 2, 3, 4, 0.1, 6], same: true });
  });

  test("manager.open() calls back with the outcome", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server, { faults: true });
    const open = () =>
      page.run(({ Manager, url }) => {
        const manager = new Manager(url, { autoConnect: false, reconnection: false });
        return new Promise((resolve) => manager.open((error?: Error) => resolve(error === undefined ? "open" : error instanceof Error)));
      });

    expect(await open()).toBe("open");
    await server.kill();
    expect(await open()).toBe(true);
  });

  ferrioOnly("volatile drops while the namespace is not connected; only a handler with a timeout is called, with its end", async ({ serve, visit }) => {
    const received: unknown[] = [];
    const server = await serve((io) => io.on("connection", (socket) => socket.onAny((name) => received.push(name))));
    const page = await visit(server);

    const answered = await page.run(async ({ connect, once, until }) => {
      const main = await connect();
      main.disconnect();
      const answered: unknown[] = [];
      main.volatile.emit("dropped", () => answered.push("without a timeout"));
      main.volatile.timeout(50).emit("dropped too", (error: Error) => answered.push(error.message));
      main.connect();
      await once(main, "connect");
      main.emit("kept");
      await until(() => answered.length > 0);
      return answered;
    });

    await expect.poll(() => received).toEqual(["kept"]);
    expect(answered).toEqual(["operation has timed out"]);
  });
});
