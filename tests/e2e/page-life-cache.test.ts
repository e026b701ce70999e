import { isPeer } from "./harness/client.ts";
import { lifeTest as test, type Tab } from "./harness/tab.ts";
import { describe, expect, modes, overEachTransport, type Kit, type Options, type TestServer } from "./harness/test.ts";

/** A server that does not notice a silent page within a test. */
const PATIENT = { pingInterval: 60_000, pingTimeout: 60_000 };
const RECOVERING = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } };

/** Delays so long that only a reconnection at once is seen within a test. The peer knows none. */
const NO_DELAY: Options = isPeer ? {} : { reconnectionDelay: 600_000, reconnectionDelayMax: 600_000 };

const connections = (server: TestServer): number => server.io.of("/").sockets.size;

/** Connects, and writes down what happens from then on. */
async function watch({ connect, state }: Kit, options: Options): Promise<void> {
  const socket = (state["socket"] = await connect(options));
  state["log"] = [];
  state["received"] = [];
  socket.on("connect", () => state["log"].push("connect"));
  socket.on("disconnect", (reason) => state["log"].push(reason));
  socket.on("n", (n) => state["received"].push(n));
  addEventListener("pageshow", ({ persisted }) => (state["persisted"] = persisted));
}

/** Leaves the page for another one, which has no connection. */
const leave = (tab: Tab, server: TestServer): Promise<void> => tab.goto(`${server.url}/kit.js`);

describe("a page that is left and returned to out of the back/forward cache", () => {
  describe.each(modes.filter(({ name }) => name !== "polling"))("over $name", ({ options }) => {
    test("is gone for the server at once, and connects once when it is back; with the peer it stays", async ({ serve, open }) => {
      const server = await serve(undefined, PATIENT);
      const tab = await open(server, { mode: options });
      await tab.run(watch, NO_DELAY);

      await leave(tab, server);
      if (isPeer) await new Promise((resolve) => setTimeout(resolve, 300));
      await expect.poll(() => connections(server)).toBe(isPeer ? 1 : 0);
      await tab.back();

      await expect.poll(() => tab.run(({ state }) => state["log"])).toEqual([isPeer ? "transport error" : "transport close", "connect"]);
      expect(await tab.run(({ state }) => state["persisted"])).toBe(true);
      await expect.poll(() => connections(server)).toBe(1);
      expect([server.sessions, server.attempts]).toEqual([2, 2]);
    });

    test("misses nothing of a server that can recover", async ({ serve, open }) => {
      const server = await serve(undefined, { ...PATIENT, ...RECOVERING });
      const tab = await open(server, { mode: options });
      await tab.run(watch, NO_DELAY);
      server.io.emit("n", 0);
      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(0);

      await leave(tab, server);
      for (let n = 1; n < 20; n++) server.io.emit("n", n);
      await tab.back();

      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(19);
      const seen = await tab.run(({ state }) => ({ received: state["received"], recovered: state["socket"].recovered }));
      expect(seen).toEqual({ received: Array.from({ length: 20 }, (_, n) => n), recovered: true });
    });
  });

  describe("over polling", () => {
    const mode = { transports: ["polling"] };

    // The answer to a request of the peer's, an XMLHttpRequest, is lost: it waits until the deadline.
    test.skipIf(isPeer)("within the heartbeat's deadline stays connected and misses nothing (ferrio only)", async ({ serve, open }) => {
      const server = await serve(undefined, PATIENT);
      const tab = await open(server, { mode });
      await tab.run(watch, NO_DELAY);

      await leave(tab, server);
      for (let n = 0; n < 20; n++) server.io.emit("n", n);
      await tab.back();

      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(19);
      const seen = await tab.run(({ state }) => ({ log: state["log"], received: state["received"], persisted: state["persisted"] }));
      expect(seen).toEqual({ log: [], received: Array.from({ length: 20 }, (_, n) => n), persisted: true });
      expect(server.sessions).toBe(1);
    });

    test("after the deadline connects once", async ({ serve, open }) => {
      const server = await serve(undefined, { pingInterval: 300, pingTimeout: 500 });
      const tab = await open(server, { mode });
      await tab.run(watch, NO_DELAY);

      await leave(tab, server);
      await expect.poll(() => connections(server)).toBe(0);
      await tab.back();

      await expect.poll(() => tab.run(({ state }) => state["log"].at(-1))).toBe("connect");
      expect(await tab.run(({ state }) => [state["log"].length, state["persisted"]])).toEqual([2, true]);
      expect([server.sessions, server.attempts, connections(server)]).toEqual([2, 2, 1]);
    });
  });

  overEachTransport(({ options }) => {
    test.skipIf(isPeer)("leaves nothing behind, however often, and both directions work (ferrio only)", async ({ serve, open }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))), PATIENT);
      const tab = await open(server, { mode: options });
      await tab.run(watch, NO_DELAY);
      const counts = () => tab.run(({ debug }) => ({ ...debug(), wasmBytes: 0 }));
      const before = await counts();

      for (let times = 1; times <= 4; times++) {
        await leave(tab, server);
        await tab.back();
        expect(await tab.run(({ state }, value) => state["socket"].timeout(20_000).emitWithAck("echo", value), times)).toBe(times);
        await expect.poll(() => connections(server)).toBe(1);
      }

      await expect.poll(counts).toEqual(before);
      expect(await tab.run(({ state }) => state["persisted"])).toBe(true);
    });

    test("a page that waited for its next attempt makes it at once", async ({ serve, open }) => {
      const home = await serve();
      const server = await serve(undefined, { cors: { origin: "*" } });
      await server.kill();
      const tab = await open(home, { mode: options });
      await tab.run(
        async (kit, { url, options }) => {
          const socket = Object.assign(kit, { url }).open(options);
          await kit.once(socket, "connect_error");
          socket.on("connect", () => (kit.state["connected"] = true));
        },
        { url: server.url, options: NO_DELAY },
      );

      await leave(tab, home);
      await server.restart();
      await tab.back();

      await expect.poll(() => tab.run(({ state }) => state["connected"])).toBe(true);
      expect(server.sessions).toBe(1);
    });
  });
});
