import { describe, expect, overEachTransport, test } from "./harness/test.ts";

describe("disconnecting", () => {
  overEachTransport((mode) => {
    test("a disconnect by the server is final: the id is gone before the listener runs, and nothing reconnects by itself", async ({ serve, visit }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("leave", () => socket.disconnect())));
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect, once, sleep }) => {
        const socket = await connect();
        const firstId = socket.id;
        let attempts = 0;
        socket.io.on("reconnect_attempt", () => attempts++);
        const gone = new Promise((resolve) =>
          socket.on("disconnect", (reason) => resolve({ reason, id: socket.id ?? null, connected: socket.connected, active: socket.active })),
        );
        socket.emit("leave");
        const atDisconnect = await gone;
        await sleep(300);
        const attemptsMade = attempts;
        socket.connect();
        await once(socket, "connect");
        return { atDisconnect, attemptsMade, newId: socket.id !== firstId && socket.id !== undefined };
      });

      expect(seen).toEqual({
        atDisconnect: { reason: "io server disconnect", id: null, connected: false, active: false },
        attemptsMade: 0,
        newId: true,
      });
    });

    test("disconnect() tells both sides at once, and connect() starts anew", async ({ serve, visit }) => {
      const reasons: string[] = [];
      const ids: string[] = [];
      const server = await serve((io) =>
        io.on("connection", (socket) => {
          ids.push(socket.id);
          socket.on("disconnect", (reason) => reasons.push(reason));
        }),
      );
      const page = await visit(server, { mode: mode.options });

      const first = await page.run(async ({ connect, state }) => {
        const socket = (state["socket"] = await connect());
        const seen: unknown[] = [socket.id];
        socket.on("disconnect", (reason, details) => seen.push(reason, details ?? null, socket.id ?? null, socket.connected));
        socket.disconnect();
        seen.push("disconnect() returned", socket.active);
        return seen;
      });
      await expect.poll(() => reasons).toEqual(["client namespace disconnect"]);
      const second = await page.run(async ({ state, once, sleep }) => {
        const socket = state["socket"];
        await sleep(200);
        const stayedAway = socket.disconnected;
        socket.connect();
        await once(socket, "connect");
        return { stayedAway, id: socket.id };
      });

      expect(first).toEqual([ids[0], "io client disconnect", null, null, false, "disconnect() returned", false]);
      expect(second).toEqual({ stayedAway: true, id: ids[1] });
      expect(ids[0]).not.toBe(ids[1]);
    });

    test("closing the engine counts as a lost connection: the socket comes back by itself", async ({ serve, visit }) => {
      const server = await serve();
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect, once }) => {
        const socket = await connect();
        const firstEngine = socket.io.engine;
        const gone = once(socket, "disconnect");
        firstEngine.close();
        const [reason] = await gone;
        const active = socket.active;
        await once(socket, "connect");
        return { reason, active, newEngine: socket.io.engine !== firstEngine };
      });

      expect(seen).toEqual({ reason: "forced close", active: true, newEngine: true });
      expect(server.sessions).toBe(2);
    });

    test("what is emitted just before disconnect() is sent before the disconnect packet", async ({ serve, visit }) => {
      const packets: string[] = [];
      const server = await serve((io) =>
        io.on("connection", (socket) => {
          // Below Socket.IO's dispatch: the server itself ignores events that it reads together with the disconnect packet.
          socket.conn.on("packet", ({ type, data }: { type: string; data: string }) => {
            if (type === "message") packets.push(data);
          });
        }),
      );
      const page = await visit(server, { mode: mode.options });

      await page.run(async ({ connect }) => {
        const socket = await connect();
        for (let n = 0; n < 100; n++) socket.emit("n", n);
        socket.disconnect();
      });

      await expect.poll(() => packets.at(-1)).toBe("1");
      expect(packets).toEqual([...Array.from({ length: 100 }, (_, n) => `2["n",${n}]`), "1"]);
    });

    test("disconnecting while the connection is being made leaves nothing behind", async ({ serve, visit }) => {
      const server = await serve();
      const page = await visit(server, { mode: mode.options, faults: true });

      const seen = await page.run(async ({ open, once, sleep }) => {
        const seen: string[] = [];
        const socket = open();
        socket.on("connect", () => seen.push("connect"));
        socket.on("disconnect", () => seen.push("disconnect"));
        socket.on("connect_error", () => seen.push("connect_error"));
        socket.disconnect();
        const active = socket.active;
        await sleep(300);
        const quiet = [...seen];
        socket.connect();
        await once(socket, "connect");
        return { active, quiet };
      });

      expect(seen).toEqual({ active: false, quiet: [] });
    });
  });

  test("a server that closes the whole connection with the namespace is an io server disconnect", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("leave", () => socket.disconnect(true))));
    const page = await visit(server);

    const seen = await page.run(async ({ connect, once, sleep }) => {
      const socket = await connect();
      const gone = once(socket, "disconnect");
      socket.emit("leave");
      const [reason] = await gone;
      await sleep(200);
      return { reason, connected: socket.connected };
    });

    expect(seen).toEqual({ reason: "io server disconnect", connected: false });
    expect(server.sessions).toBe(1);
  });

  test("events emitted while disconnected by the client wait for the next connect(), in order", async ({ serve, visit }) => {
    const received: number[] = [];
    const server = await serve((io) => io.on("connection", (socket) => socket.on("n", (n) => received.push(n))));
    const page = await visit(server);

    await page.run(async ({ connect }) => {
      const socket = await connect();
      socket.disconnect();
      for (let n = 0; n < 50; n++) socket.emit("n", n);
      socket.connect();
    });

    await expect.poll(() => received.length).toBe(50);
    expect(received).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test("disconnecting twice, and connecting twice, is the same as once", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const seen = await page.run(async ({ connect, once, sleep }) => {
      const socket = await connect();
      const seen: string[] = [];
      socket.on("connect", () => seen.push("connect"));
      socket.on("disconnect", () => seen.push("disconnect"));
      socket.disconnect().disconnect();
      socket.connect().connect();
      await once(socket, "connect");
      socket.connect();
      await sleep(100);
      return seen;
    });

    expect(seen).toEqual(["disconnect", "connect"]);
    expect(server.sessions).toBe(2);
  });
});
