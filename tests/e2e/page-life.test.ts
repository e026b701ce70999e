import { client } from "./harness/client.ts";
import { chromiumOnly, describe, expect, ferrioOnly, isPeer, overEachTransport, test, type Options, type TestPage } from "./harness/test.ts";
import type { Setup } from "./harness/server.ts";

/** Delays so long that only a reconnection at once is seen within a test. */
const NO_DELAY: Options = { reconnectionDelay: 600_000, reconnectionDelayMax: 600_000 };

/** Longer than the heartbeat of a server with default options. */
const LONG = 60_000;

/** Answers "echo", and writes down what is said. */
const listening =
  (said: unknown[]): Setup =>
  (io) =>
    io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value)).on("say", (value) => said.push(value)));

describe("a page that goes offline and comes back", () => {
  overEachTransport((mode) => {
    chromiumOnly("the network's emulation", ferrioOnly)("is told at once, keeps what it emits, and is connected as soon as the browser is", async ({ serve, visit }) => {
      const said: number[] = [];
      const server = await serve(listening(said));
      const page = await visit(server, { mode: mode.options, faults: true });
      await page.run(async ({ connect, state, once }, options) => {
        const socket = (state["socket"] = await connect(options));
        state["lost"] = once(socket, "disconnect");
      }, NO_DELAY);

      const online = await offline(page);
      const seen = await page.run(async ({ state }) => {
        const [reason, { code, message }] = await state["lost"];
        for (let n = 0; n < 10; n++) state["socket"].emit("say", n);
        return { reason, code, message, connected: state["socket"].connected, onLine: navigator.onLine };
      });
      expect(seen).toEqual({ reason: "transport close", code: "E_NETWORK", message: "network connection lost", connected: false, onLine: false });
      await online();

      await page.run(({ state, until }) => until(() => state["socket"].connected, "the connection"));
      await expect.poll(() => said.length).toBe(10);
      expect(said).toEqual(Array.from({ length: 10 }, (_, n) => n));
      await expect.poll(() => server.io.of("/").sockets.size).toBe(1);
    });
  });

  test("every connection of a page is told; the peer skips every second one", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const told = await page.run(async ({ connect, state }) => {
      const sockets = (state["sockets"] = await Promise.all([connect(), connect(), connect()]));
      const told = sockets.map(() => false);
      sockets.forEach((socket: (typeof sockets)[0], n: number) => socket.on("disconnect", () => (told[n] = true)));
      dispatchEvent(new Event("offline"));
      await Promise.resolve();
      return told;
    });

    expect(told).toEqual(isPeer ? [true, false, true] : [true, true, true]);
    await page.run(({ state }) => state["sockets"].forEach((socket: { disconnect(): void }) => socket.disconnect()));
  });

  test("attempts go on although the browser says that it is offline", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const seen = await page.run(async ({ connect, once }) => {
      const socket = await connect();
      Object.defineProperty(navigator, "onLine", { value: false });
      const lost = once(socket, "disconnect");
      dispatchEvent(new Event("offline"));
      const [reason] = await lost;
      await once(socket, "connect");
      return { reason, onLine: navigator.onLine };
    });

    expect(seen).toEqual({ reason: "transport close", onLine: false });
  });

  test("a server on localhost is not lost by it", async ({ serve, visit }) => {
    const server = await serve(listening([]));
    const page = await visit({ url: `http://localhost:${server.port}` });

    const answer = await page.run(async ({ connect }) => {
      const socket = await connect();
      dispatchEvent(new Event("offline"));
      return [socket.connected, await socket.emitWithAck("echo", 1)];
    });

    expect(answer).toEqual([true, 1]);
    expect(server.sessions).toBe(1);
  });

  test("coming online or into view does not disturb a connection", async ({ serve, visit }) => {
    const server = await serve(listening([]));
    const page = await visit(server);

    const answer = await page.run(async ({ connect }) => {
      const socket = await connect();
      dispatchEvent(new Event("online"));
      document.dispatchEvent(new Event("visibilitychange"));
      document.dispatchEvent(new Event("resume"));
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      return socket.emitWithAck("echo", 1);
    });

    expect(answer).toBe(1);
    expect([server.sessions, server.attempts]).toEqual([1, 1]);
  });

  test("a worker without a document hears of it", async ({ serve, visit }) => {
    const server = await serve(listening([]));
    const page = await visit(server);

    const seen = await page.run(async ({ url, until }, entry) => {
      const source = `
        import { io } from "${url}${entry}";
        const socket = io("${url}", { reconnectionDelay: 50, randomizationFactor: 0 });
        socket.on("connect", async () => postMessage("connect, echo " + (await socket.emitWithAck("echo", 1))));
        socket.on("disconnect", (reason) => postMessage(reason));
        onmessage = ({ data }) => dispatchEvent(new Event(data));`;
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
      const heard: string[] = [];
      worker.onmessage = ({ data }) => heard.push(data);
      await until(() => heard.length === 1, "the first connection");
      worker.postMessage("offline");
      await until(() => heard.length === 2, "the disconnect");
      worker.postMessage("online");
      await until(() => heard.length === 3, "the second connection");
      worker.terminate();
      return heard;
    }, client.entry);

    expect(seen).toEqual(["connect, echo 1", "transport close", "connect, echo 1"]);
    await expect.poll(() => server.io.of("/").sockets.size).toBe(0);
  });
});

describe("a machine that slept", () => {
  // Its timers do not count the time, as on Linux and macOS: only the wall clock shows it.
  const sleeper = { before: () => Object.assign(globalThis, { slept: 0, real: Date.now }) && (Date.now = () => real() + slept) };

  test("an emit finds the heartbeat expired, and the event arrives once over the next connection", async ({ serve, visit }) => {
    const said: string[] = [];
    const server = await serve(listening(said));
    const page = await visit(server, sleeper);

    const reason = await page.run(async ({ connect, once }, long) => {
      const socket = await connect({ transports: ["websocket"] });
      const [lost, back] = [once(socket, "disconnect"), once(socket, "connect")];
      slept = long;
      socket.emit("say", "late");
      await back;
      return (await lost)[0];
    }, LONG);

    expect(reason).toBe("ping timeout");
    await expect.poll(() => said).toEqual(["late"]);
    expect(server.sessions).toBe(2);
  });

  for (const wakeUp of ["online", "visibilitychange", "resume", "pageshow"] as const) {
    ferrioOnly(`${wakeUp} finds the heartbeat expired, and connects at once`, async ({ serve, visit }) => {
      const server = await serve();
      const page = await visit(server, sleeper);

      const reason = await page.run(
        async ({ connect, once }, { options, long, wakeUp }) => {
          const socket = await connect({ transports: ["websocket"], ...options });
          const [lost, back] = [once(socket, "disconnect"), once(socket, "connect")];
          slept = long;
          const target = /^[vr]/.test(wakeUp) ? document : globalThis;
          target.dispatchEvent(Object.assign(new Event(wakeUp), wakeUp === "pageshow" && { persisted: true }));
          await back;
          return (await lost)[0];
        },
        { options: NO_DELAY, long: LONG, wakeUp },
      );

      expect(reason).toBe("ping timeout");
      expect(server.sessions).toBe(2);
    });
  }

  test("for less than the heartbeat's deadline goes on as if nothing had been", async ({ serve, visit }) => {
    const server = await serve(listening([]));
    const page = await visit(server, sleeper);

    const answer = await page.run(async ({ connect }, short) => {
      const socket = await connect({ transports: ["websocket"] });
      slept = short;
      document.dispatchEvent(new Event("visibilitychange"));
      return socket.emitWithAck("echo", 1);
    }, LONG / 2);

    expect(answer).toBe(1);
    expect(server.sessions).toBe(1);
  });
});

describe("a page whose timers do not run", () => {
  test("answers pings, and is not lost when its timers run again", async ({ serve, visit }) => {
    let heartbeats = 0;
    const server = await serve(
      (io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value)).conn.on("heartbeat", () => heartbeats++)),
      { pingInterval: 300, pingTimeout: 2000 },
    );
    const page = await visit(server, {
      before: () => {
        const { setTimeout, clearTimeout } = globalThis;
        held = undefined;
        let last = 1e9;
        globalThis.setTimeout = ((run: () => void, delay = 0, ...rest: []) =>
          held ? held.set(++last, { run, at: performance.now() + delay }) && last : setTimeout(run, delay, ...rest)) as typeof setTimeout;
        globalThis.clearTimeout = (timer) => held?.delete(timer as unknown as number) || clearTimeout(timer);
      },
    });
    await page.run(({ state }) => {
      // Before the connection sets its first timer.
      held = new Map();
      state["socket"] = kit.open({ transports: ["websocket"] });
    });

    // Longer than interval and timeout together.
    await expect.poll(() => heartbeats).toBeGreaterThan(9);
    const seen = await page.run(async ({ state }) => {
      const timers = [...held!.values()];
      held = undefined;
      for (const { run, at } of timers) setTimeout(run, at - performance.now());
      return [timers.length > 0, state["socket"].connected, await state["socket"].emitWithAck("echo", 1)];
    });

    expect(seen).toEqual([true, true, 1]);
    expect(server.sessions).toBe(1);
  });
});

describe("a page that is loaded again or opened twice", () => {
  overEachTransport((mode) => {
    chromiumOnly("a reload")("a reload ends the old session and begins another, and only one is left", async ({ serve, visit }) => {
      const server = await serve();
      const page = await visit(server, { mode: mode.options, faults: true });
      const first = await page.run(async ({ connect }) => (await connect()).id);

      await page.page.reload();
      await page.page.waitForFunction("globalThis.kit");
      const second = await page.run(
        async ({ connect, state, mode }, options) => (state["socket"] = await Object.assign({ connect }, { mode }).connect(options)).id,
        mode.options,
      );

      expect(second).not.toBe(first);
      await expect.poll(() => [...server.io.of("/").sockets.keys()]).toEqual([second]);
      expect(server.sessions).toBe(2);
    });

    chromiumOnly("a second tab")("a duplicated tab has a session of its own, and closing it leaves the other alone", async ({ serve, visit }) => {
      const server = await serve(listening([]));
      const page = await visit(server, { mode: mode.options });
      const first = await page.run(async ({ connect, state }) => (state["socket"] = await connect()).id);

      const opened = page.page.waitForEvent("popup");
      // The new tab gets a copy of the storage, as a duplicated one does.
      await page.page.evaluate("void window.open(location.href)");
      const copy = await opened;
      await copy.waitForFunction("globalThis.kit");
      const second = await copy.evaluate<string>(`kit.connect(${JSON.stringify(mode.options)}).then(({ id }) => id)`);
      expect([...server.io.of("/").sockets.keys()]).toEqual([first, second]);
      await copy.close();

      await expect.poll(() => [...server.io.of("/").sockets.keys()]).toEqual([first]);
      expect(await page.run(({ state }) => state["socket"].emitWithAck("echo", 1))).toBe(1);
    });
  });
});

/** Emulates that the network is gone, and returns how to bring it back. */
async function offline(page: TestPage): Promise<() => Promise<void>> {
  const devtools = await page.page.context().newCDPSession(page.page);
  const emulate = (offline: boolean) =>
    devtools.send("Network.emulateNetworkConditions", { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await devtools.send("Network.enable");
  await emulate(true);
  return async () => {
    await emulate(false);
    await devtools.detach();
  };
}

declare global {
  /** In the page: for how long the machine has slept, and the clock that does not know of it. */
  var slept: number;
  var real: () => number;
  /** In the page: the timers that wait, while they do not run. */
  var held: Map<number, { run: () => void; at: number }> | undefined;
}
