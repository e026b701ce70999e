import { describe, expect, ferrioOnly, overEachTransport, test } from "./harness/test.ts";

describe("connecting", () => {
  overEachTransport((mode) => {
    test("the socket gets the id that the server gave it, over one engine session", async ({ serve, visit }) => {
      const ids: string[] = [];
      const server = await serve((io) => io.on("connection", (socket) => ids.push(socket.id)));
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect }) => {
        const socket = await connect();
        const engine = socket.io.engine as unknown as { id: string; transport: { name: string }; readyState: string };
        return {
          id: socket.id,
          engineId: engine.id,
          connected: socket.connected,
          disconnected: socket.disconnected,
          active: socket.active,
          transport: engine.transport.name,
          state: engine.readyState,
        };
      });

      expect(ids).toEqual([seen.id]);
      expect(seen.engineId).toMatch(/./);
      expect(seen.engineId).not.toBe(seen.id);
      expect(seen).toMatchObject({ connected: true, disconnected: false, active: true, state: "open" });
      expect(seen.transport).toBe(mode.name === "polling" ? "polling" : "websocket");
      expect(server.sessions).toBe(1);
      expect(server.attempts).toBe(1);
    });

    test("a page of another origin connects", async ({ serve, visit }) => {
      const home = await serve();
      const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))), {
        cors: { origin: home.url },
      });
      const page = await visit(home, { url: server.url, mode: mode.options });

      const answer = await page.run(async ({ connect }) => (await connect()).emitWithAck("echo", "hello"));

      expect(answer).toBe("hello");
      expect(home.sessions).toBe(0);
      expect(server.sessions).toBe(1);
    });

    test("the query, the path and the transport reach the server", async ({ serve, visit }) => {
      const seen: unknown[] = [];
      const server = await serve(
        (io) =>
          io.on("connection", ({ handshake, conn }) => {
            seen.push({ room: handshake.query["room"], odd: handshake.query["odd"], EIO: handshake.query["EIO"], transport: conn.transport.name });
          }),
        { path: "/chat/live" },
      );
      const page = await visit(server, { mode: mode.options });

      await page.run(({ connect }) => connect({ path: "/chat/live", query: { room: "a b&c", odd: "é=😀" } }));

      const first = mode.name === "websocket" ? "websocket" : "polling";
      expect(seen).toEqual([{ room: "a b&c", odd: "é=😀", EIO: "4", transport: first }]);
    });
  });

  test("io() without a URL connects to the page's own origin", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const id = await page.run(async ({ io, once }) => {
      const socket = io();
      await once(socket, "connect");
      return socket.id;
    });

    expect([...server.io.of("/").sockets.keys()]).toEqual([id]);
  });

  test("the socket and its engine are there as soon as io() returns", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const seen = await page.run(async ({ open, once }) => {
      const socket = open();
      const before = {
        id: socket.id ?? null,
        connected: socket.connected,
        active: socket.active,
        engine: socket.io.engine.readyState,
        transport: socket.io.engine.transport.name,
      };
      await once(socket, "connect");
      return before;
    });

    expect(seen).toEqual({ id: null, connected: false, active: true, engine: "opening", transport: "polling" });
  });

  test("with autoConnect: false nothing is sent before connect()", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    await page.run(async ({ open, state, sleep }) => {
      state["socket"] = open({ autoConnect: false });
      await sleep(100);
    });
    expect(server.attempts).toBe(0);

    const connected = await page.run(async ({ state, once }) => {
      const socket = state["socket"];
      socket.connect();
      await once(socket, "connect");
      return socket.connected;
    });
    expect(connected).toBe(true);
    expect(server.attempts).toBe(1);
  });

  test("tryAllTransports goes on to websocket when the server refuses polling", async ({ serve, visit }) => {
    const server = await serve(undefined, { transports: ["websocket"] });
    const page = await visit(server, { faults: true });

    const transport = await page.run(async ({ open, once }) => {
      const socket = open({ tryAllTransports: true });
      await once(socket, "connect");
      return socket.io.engine.transport.name;
    });

    expect(transport).toBe("websocket");
  });

  test("extraHeaders reach the server with polling", async ({ serve, visit }) => {
    const seen: unknown[] = [];
    const server = await serve((io) => io.on("connection", (socket) => seen.push(socket.handshake.headers["x-tenant"])));
    const page = await visit(server);

    await page.run(({ connect }) => connect({ transports: ["polling"], extraHeaders: { "x-tenant": "blue" } }));

    expect(seen).toEqual(["blue"]);
  });

  test("withCredentials sends the cookies of another origin, its absence does not", async ({ serve, visit }) => {
    const cookies: unknown[] = [];
    const home = await serve();
    const server = await serve((io) => io.on("connection", (socket) => cookies.push(socket.handshake.headers.cookie ?? "none")), {
      cors: { origin: home.url, credentials: true },
    });
    const page = await visit(home, { url: server.url });

    // Cookies are of a host, whatever the port.
    await page.run(() => void (document.cookie = "login=yes"));
    await page.run(({ connect }) => connect({ transports: ["polling"], withCredentials: true }));
    await page.run(({ connect }) => connect({ transports: ["polling"] }));

    expect(cookies).toEqual(["login=yes", "none"]);
  });

  test("the module exports what the peer's exports", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const seen = await page.run(({ client: module }) => {
      const { io, connect, default: byDefault, Manager, Socket, protocol } = module as Record<string, any>;
      return {
        same: io === connect && io === byDefault && io.io === io && io.connect === io,
        attached: io.Manager === Manager && io.Socket === Socket,
        protocol,
      };
    });

    expect(seen).toEqual({ same: true, attached: true, protocol: 5 });
  });

  ferrioOnly("the options object of the caller is not changed", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const same = await page.run(async ({ io, url, once }) => {
      const options = { forceNew: true, query: { a: "1" }, auth: { token: "t" } };
      const before = JSON.stringify(options);
      await once(io(url, options), "connect");
      return JSON.stringify(options) === before;
    });

    expect(same).toBe(true);
  });
});
