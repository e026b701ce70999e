import { describe, expect, ferrioOnly, isPeer, overEachTransport, test } from "./harness/test.ts";

describe("auth", () => {
  overEachTransport((mode) => {
    test("an object and a callback's object reach the server", async ({ serve, visit }) => {
      const seen: unknown[] = [];
      const server = await serve((io) => io.on("connection", (socket) => seen.push(socket.handshake.auth)));
      const page = await visit(server, { mode: mode.options });

      await page.run(async ({ connect }) => {
        await connect({ auth: { token: "é😀", nested: { a: [1, null] } } });
        await connect({ auth: (give: (data: object) => void) => give({ token: "at once" }) });
        await connect({ auth: (give: (data: object) => void) => setTimeout(give, 50, { token: "later" }) });
      });

      expect(seen).toEqual([{ token: "é😀", nested: { a: [1, null] } }, { token: "at once" }, { token: "later" }]);
    });

    ferrioOnly("a promise's object reaches the server", async ({ serve, visit }) => {
      const seen: unknown[] = [];
      const server = await serve((io) => io.on("connection", (socket) => seen.push(socket.handshake.auth)));
      const page = await visit(server, { mode: mode.options });

      await page.run(async ({ connect, sleep }) => {
        const auth = async () => {
          await sleep(50);
          return { token: "promised" };
        };
        await connect({ auth: auth as never });
      });

      expect(seen).toEqual([{ token: "promised" }]);
    });

    test("a refusal by middleware arrives with its message and data, and new credentials are accepted", async ({ serve, visit }) => {
      const server = await serve((io) =>
        io.use((socket, next) => {
          if (socket.handshake.auth["token"] === "good") next();
          else next(Object.assign(new Error("not authorized"), { data: { code: 401, hint: ["é", null] } }));
        }),
      );
      // A refusal ends the connection, and with it an upgrade that is under way: the browser reports a failed websocket.
      const page = await visit(server, { mode: mode.options, faults: true });

      const seen = await page.run(async ({ open, once }) => {
        const socket = open({ auth: { token: "bad" } });
        const [error] = await once(socket, "connect_error");
        const refused = { isError: error instanceof Error, message: error.message, data: error.data, active: socket.active, code: error.code ?? null };
        socket.auth = { token: "good" };
        socket.connect();
        await once(socket, "connect");
        return { refused, connected: socket.connected };
      });

      expect(seen.refused).toEqual({
        isError: true,
        message: "not authorized",
        data: { code: 401, hint: ["é", null] },
        active: false,
        code: isPeer ? null : "E_DENIED",
      });
      expect(seen.connected).toBe(true);
    });
  });

  test("auth is read again at every connect", async ({ serve, visit }) => {
    const seen: unknown[] = [];
    const server = await serve((io) => io.on("connection", (socket) => seen.push(socket.handshake.auth["n"])));
    const page = await visit(server);

    await page.run(async ({ connect, once }) => {
      let calls = 0;
      const socket = await connect({ auth: (give: (data: object) => void) => give({ n: ++calls }) });
      socket.io.engine.close();
      await once(socket, "connect");
      socket.auth = { n: "changed" };
      socket.disconnect().connect();
      await once(socket, "connect");
    });

    expect(seen).toEqual([1, 2, "changed"]);
  });

  test("each namespace has its own credentials, and a refusal of one leaves the other connected", async ({ serve, visit }) => {
    const seen: string[] = [];
    const server = await serve((io) => {
      io.of("/a").on("connection", (socket) => seen.push(`a ${socket.handshake.auth["token"]}`));
      io.of("/b").use((socket, next) => {
        seen.push(`b ${socket.handshake.auth["token"]}`);
        next(new Error("closed shop"));
      });
    });
    const page = await visit(server);

    const result = await page.run(async ({ connect, once, sleep }) => {
      const a = await connect({ auth: { token: 1 } }, "/a");
      const b = a.io.socket("/b", { auth: { token: 2 } });
      const [error] = await once(b, "connect_error");
      await sleep(100);
      return { message: error.message, data: error.data ?? null, a: a.connected, b: b.connected };
    });

    expect(seen).toEqual(["a 1", "b 2"]);
    expect(result).toEqual({ message: "closed shop", data: null, a: true, b: false });
    expect(server.sessions).toBe(1);
  });

  ferrioOnly("an auth function that throws or rejects is a connect_error, and nothing is uncaught", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server, { mode: { transports: ["websocket"] } });

    const seen = await page.run(async ({ open, once }) => {
      const seen: unknown[] = [];
      const broken: Record<string, unknown> = {
        throws: () => {
          throw new Error("no token");
        },
        rejects: () => Promise.reject(new Error("no token")),
      };
      for (const auth of Object.values(broken)) {
        const socket = open({ auth: auth as never });
        const [error] = await once(socket, "connect_error");
        seen.push({ isError: error instanceof Error, told: error.message.includes("no token") || error.cause?.message === "no token" });
        socket.disconnect();
      }
      return seen;
    });

    expect(seen).toEqual([
      { isError: true, told: true },
      { isError: true, told: true },
    ]);
  });
});
