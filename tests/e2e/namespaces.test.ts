import { describe, expect, ferrioOnly, overEachTransport, test } from "./harness/test.ts";

describe("namespaces", () => {
  overEachTransport((mode) => {
    test("several namespaces share one engine session and keep their events apart", async ({ serve, visit }) => {
      const server = await serve((io) => {
        for (const name of ["/", "/a", "/b/c"]) {
          io.of(name).on("connection", (socket) => socket.on("who", (ack) => ack(name, socket.id)));
        }
      });
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect, once }) => {
        const main = await connect();
        const others = [main.io.socket("/a", {}), main.io.socket("/b/c", {})];
        await Promise.all(others.map((socket) => once(socket, "connect")));
        const strangers: string[] = [];
        main.onAny((name) => strangers.push(name));
        const sockets = [main, ...others];
        const answers = await Promise.all(
          sockets.map((socket) => new Promise<[string, string]>((resolve) => socket.emit("who", (name: string, id: string) => resolve([name, id])))),
        );
        return { answers, ids: sockets.map((socket) => socket.id), strangers };
      });

      expect(seen.answers.map(([name]) => name)).toEqual(["/", "/a", "/b/c"]);
      expect(seen.answers.map(([, id]) => id)).toEqual(seen.ids);
      expect(new Set(seen.ids).size).toBe(3);
      expect(seen.strangers).toEqual([]);
      expect(server.sessions).toBe(1);
      expect(server.attempts).toBe(1);
    });

    test("an unknown namespace is refused, and the others go on", async ({ serve, visit }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect, once }) => {
        const main = await connect();
        const unknown = main.io.socket("/unknown", {});
        const [error] = await once(unknown, "connect_error");
        return {
          isError: error instanceof Error,
          message: error.message,
          connected: unknown.connected,
          active: unknown.active,
          echo: await main.emitWithAck("echo", "still here"),
        };
      });

      expect(seen).toEqual({ isError: true, message: "Invalid namespace", connected: false, active: false, echo: "still here" });
      expect(server.sessions).toBe(1);
    });
  });

  test("io() calls for several namespaces of one server share the connection", async ({ serve, visit }) => {
    const server = await serve((io) => io.of(/^\/(a|b)$/));
    const page = await visit(server);

    const same = await page.run(async ({ io, url, once }) => {
      const sockets = [io(url), io(`${url}/a`), io("/b")];
      await Promise.all(sockets.map((socket) => once(socket, "connect")));
      return sockets.every((socket) => socket.io === sockets[0]!.io);
    });

    expect(same).toBe(true);
    expect(server.sessions).toBe(1);
  });

  test("the same namespace twice, forceNew and multiplex: false each give a connection of their own", async ({ serve, visit }) => {
    const server = await serve((io) => io.of(/^\/./));
    const page = await visit(server);

    const managers = await page.run(async ({ io, url, once }) => {
      const sockets = [io(url), io(url), io(`${url}/a`, { forceNew: true }), io(`${url}/b`, { multiplex: false })];
      await Promise.all(sockets.map((socket) => once(socket, "connect")));
      return new Set(sockets.map((socket) => socket.io)).size;
    });

    expect(managers).toBe(4);
    expect(server.sessions).toBe(4);
  });

  test("a dynamic namespace connects under its own name", async ({ serve, visit }) => {
    const names: string[] = [];
    const server = await serve((io) => io.of(/^\/room-\d+$/).on("connection", (socket) => names.push(socket.nsp.name)));
    const page = await visit(server, { mode: { transports: ["websocket"] } });

    const refused = await page.run(async ({ connect, open, once }) => {
      await connect({}, "/room-101");
      const [error] = await once(open({}, "/room-x"), "connect_error");
      return error.message;
    });

    expect(names).toEqual(["/room-101"]);
    expect(refused).toBe("Invalid namespace");
  });

  test("50 namespaces on one connection each get their own events", async ({ serve, visit }) => {
    const server = await serve((io) => io.of(/^\/n\d+$/).on("connection", (socket) => socket.on("echo", (value, ack) => ack(`${socket.nsp.name} ${value}`))));
    const page = await visit(server);

    const answers = await page.run(async ({ Manager, url }) => {
      const manager = new Manager(url);
      return Promise.all(Array.from({ length: 50 }, (_, n) => manager.socket(`/n${n}`).emitWithAck("echo", n)));
    });

    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => `/n${n} ${n}`));
    expect(server.sessions).toBe(1);
  });

  test("leaving one namespace keeps the connection; leaving the last one closes it", async ({ serve, visit }) => {
    const left: string[] = [];
    const server = await serve((io) => io.of(/^\/[ab]$/).on("connection", (socket) => socket.on("disconnect", (reason) => left.push(`${socket.nsp.name} ${reason}`))));
    const page = await visit(server);

    await page.run(async ({ connect, once, state }) => {
      state["a"] = await connect({}, "/a");
      state["b"] = state["a"].io.socket("/b", {});
      await once(state["b"], "connect");
      state["a"].disconnect();
    });
    await expect.poll(() => left).toEqual(["/a client namespace disconnect"]);
    expect(server.io.engine.clientsCount).toBe(1);

    const closed = await page.run(({ state }) => {
      const closed: string[] = [];
      state["b"].io.on("close", (reason: string) => closed.push(reason));
      state["b"].disconnect();
      return closed;
    });
    expect(closed).toEqual(["forced close"]);
    await expect.poll(() => left).toEqual(["/a client namespace disconnect", "/b client namespace disconnect"]);
    await expect.poll(() => server.io.engine.clientsCount).toBe(0);
  });

  test("manager.socket() returns the socket it has, and connects it again when it is inactive", async ({ serve, visit }) => {
    const server = await serve((io) => io.of("/a"));
    const page = await visit(server);

    const seen = await page.run(async ({ Manager, url, once }) => {
      const manager = new Manager(url, { transports: ["websocket"] });
      const first = manager.socket("/a");
      await once(first, "connect");
      const firstId = first.id;
      first.disconnect();
      const inactive = first.active;
      const second = manager.socket("/a");
      await once(second, "connect");
      return { same: first === second, inactive, newId: second.id !== firstId };
    });

    expect(seen).toEqual({ same: true, inactive: false, newId: true });
  });

  ferrioOnly("a namespace that the server never answers fails with E_NAMESPACE_TIMEOUT", async ({ serve, visit }) => {
    const server = await serve((io) => {
      io.of("/mute").use(() => {});
      io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value)));
    }, { connectTimeout: 60_000 });
    const page = await visit(server);

    const seen = await page.run(async ({ connect, once }) => {
      const main = await connect();
      const [error] = await once(main.io.socket("/mute", {}), "connect_error", 40_000);
      return { code: error.code, isError: error instanceof Error, echo: await main.emitWithAck("echo", "still here") };
    });

    expect(seen).toEqual({ code: "E_NAMESPACE_TIMEOUT", isError: true, echo: "still here" });
  });
});
