import { isPeer } from "./harness/client.ts";
import { lifeTest as test } from "./harness/tab.ts";
import { describe, expect, modes, type Kit, type Options, type TestServer } from "./harness/test.ts";

/** A server that notices a silent page soon, and keeps what it missed. */
const IMPATIENT = { pingInterval: 300, pingTimeout: 500, connectionStateRecovery: { maxDisconnectionDuration: 60_000 } };
/** A server that does not notice within a test. */
const PATIENT = { pingInterval: 60_000, pingTimeout: 60_000 };

/** Delays so long that only a reconnection at once is seen within a test. The peer knows none. */
const NO_DELAY: Options = isPeer ? {} : { reconnectionDelay: 600_000, reconnectionDelayMax: 600_000 };

const overWebSocket = modes.filter(({ name }) => name !== "polling");

/** Connects, and writes down what happens from then on. */
async function watch({ connect, state }: Kit, options: Options): Promise<void> {
  const socket = (state["socket"] = await connect(options));
  state["log"] = [];
  state["received"] = [];
  socket.on("connect", () => state["log"].push("connect"));
  socket.on("disconnect", (reason) => state["log"].push(reason));
  socket.on("n", (n) => state["received"].push(n));
}

const connections = (server: TestServer): number => server.io.of("/").sockets.size;

describe("a frozen page", () => {
  describe.each(overWebSocket)("over $name", ({ options }) => {
    test("is gone for the server at once, and is back as soon as it runs; the peer stays connected for the server", async ({ serve, open }) => {
      const server = await serve(undefined, PATIENT);
      const tab = await open(server, { mode: options });
      await tab.run(watch, NO_DELAY);

      await tab.freeze();
      if (isPeer) await new Promise((resolve) => setTimeout(resolve, 300));
      await expect.poll(() => connections(server)).toBe(isPeer ? 1 : 0);
      expect(await tab.run(({ state }) => state["socket"].connected)).toBe(isPeer);
      await tab.resume();

      await expect.poll(() => tab.run(({ state }) => state["log"])).toEqual([isPeer ? "transport error" : "transport close", "connect"]);
      await expect.poll(() => connections(server)).toBe(1);
      expect(server.sessions).toBe(2);
    });

    test("delivers what the app emits as it is frozen and as it runs again", async ({ serve, open }) => {
      const received: string[] = [];
      const server = await serve((io) => io.on("connection", (socket) => socket.on("say", (text) => received.push(text))), PATIENT);
      const tab = await open(server, { mode: options });
      await tab.run(watch, NO_DELAY);
      await tab.run(({ state }) => {
        document.addEventListener("freeze", () => state["socket"].emit("say", "frozen"));
        document.addEventListener("resume", () => state["socket"].emit("say", "awake"));
      });

      await tab.freeze();
      await tab.resume();
      await expect.poll(() => tab.run(({ state }) => state["log"].at(-1))).toBe("connect");
      await tab.run(({ state }) => void state["socket"].emit("say", "back"));

      await expect.poll(() => received.at(-1)).toBe("back");
      expect(received).toEqual(["frozen", "awake", "back"]);
    });

    test("misses nothing of a server that can recover, however long it was", async ({ serve, open }) => {
      const server = await serve(undefined, IMPATIENT);
      const tab = await open(server, { mode: options });
      await tab.run(watch, NO_DELAY);
      server.io.emit("n", 0);
      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(0);

      await tab.freeze();
      server.io.emit("n", 1);
      await expect.poll(() => connections(server)).toBe(0);
      for (let n = 2; n < 20; n++) server.io.emit("n", n);
      await tab.resume();

      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(19);
      const seen = await tab.run(({ state }) => ({ received: state["received"], recovered: state["socket"].recovered }));
      expect(seen).toEqual({ received: Array.from({ length: 20 }, (_, n) => n), recovered: true });
    });

    test("finds the server that was started anew meanwhile", async ({ serve, open }) => {
      const server = await serve(undefined, PATIENT);
      const tab = await open(server, { mode: options });
      await tab.run(watch, NO_DELAY);

      await tab.freeze();
      await server.restart();
      expect(server.sessions).toBe(1);
      await tab.resume();

      await expect.poll(() => tab.run(({ state }) => state["log"].at(-1))).toBe("connect");
      await expect.poll(() => connections(server)).toBe(1);
      expect(server.sessions).toBe(2);
    });
  });

  describe("over polling", () => {
    const mode = { transports: ["polling"] };

    test("shorter than the heartbeat's deadline misses nothing and stays connected", async ({ serve, open }) => {
      const server = await serve(undefined, PATIENT);
      const tab = await open(server, { mode });
      await tab.run(watch, NO_DELAY);

      await tab.freeze();
      for (let n = 0; n < 20; n++) server.io.emit("n", n);
      await tab.resume();

      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(19);
      const seen = await tab.run(({ state }) => ({ log: state["log"], received: state["received"], connected: state["socket"].connected }));
      expect(seen).toEqual({ log: [], received: Array.from({ length: 20 }, (_, n) => n), connected: true });
      expect(server.sessions).toBe(1);
    });

    test("longer than the deadline ends the connection once, is back at once, and misses nothing of a server that can recover", async ({ serve, open }) => {
      const server = await serve(undefined, IMPATIENT);
      const tab = await open(server, { mode });
      await tab.run(watch, NO_DELAY);
      server.io.emit("n", 0);
      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(0);

      await tab.freeze();
      await expect.poll(() => connections(server)).toBe(0);
      for (let n = 1; n < 20; n++) server.io.emit("n", n);
      await tab.resume();

      await expect.poll(() => tab.run(({ state }) => state["received"].at(-1))).toBe(19);
      const seen = await tab.run(({ state }) => ({ log: state["log"], received: state["received"], recovered: state["socket"].recovered }));
      // The server's own end of the session may be read before the deadline is looked at.
      const log = [expect.stringMatching(/^(ping timeout|transport (close|error))$/), "connect"];
      expect(seen).toEqual({ log, received: Array.from({ length: 20 }, (_, n) => n), recovered: true });
    });

    test("finds the server that was started anew meanwhile", async ({ serve, open }) => {
      const server = await serve(undefined, PATIENT);
      const tab = await open(server, { mode });
      await tab.run(watch, NO_DELAY);

      await tab.freeze();
      await server.restart();
      await tab.resume();

      await expect.poll(() => tab.run(({ state }) => state["log"].at(-1))).toBe("connect");
      await expect.poll(() => connections(server)).toBe(1);
      expect(server.sessions).toBe(2);
    });
  });
});
