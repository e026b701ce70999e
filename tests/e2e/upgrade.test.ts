import { describe, expect, test } from "./harness/test.ts";
import type { UpgradePolicy } from "./harness/proxy.ts";
import type { Setup } from "./harness/server.ts";

describe("the upgrade from polling to websocket", () => {
  test.for([0, 5, 40])("loses and reorders nothing under load, with %i ms on the way", async (delay, { serve, proxy, visit }) => {
    const load = new Load();
    const middle = await proxy(await serve(load.setup));
    middle.delay = delay;
    const page = await visit(middle);

    const seen = await page.run(async ({ open, once, sleep }) => {
      const socket = open();
      const { engine } = socket.io;
      const received: number[] = [];
      socket.on("n", (n) => received.push(n));
      await once(socket, "connect");
      const upgraded = once(engine, "upgrade");
      let sent = 0;
      let done = false;
      let afterUpgrade = 0;
      void upgraded.then(() => (done = true));
      while (!done || afterUpgrade++ < 20) {
        for (let i = 0; i < 5; i++) socket.emit("n", sent++);
        await sleep(1);
      }
      const last: number = await socket.emitWithAck("stop");
      return { sent, received, last, transport: engine.transport.name, upgrades: (await upgraded).length };
    });

    expect(seen.transport).toBe("websocket");
    expect(seen.sent).toBeGreaterThan(100);
    expect(load.received).toEqual(numbers(seen.sent));
    expect(seen.last).toBeGreaterThan(0);
    expect(seen.received).toEqual(numbers(seen.last));
    expect(load.disconnects).toBe(0);
  });

  test("keeps large and binary messages that are on their way", async ({ serve, proxy, visit }) => {
    const received: unknown[] = [];
    const server = await serve(
      (io) =>
        io.on("connection", (socket) => {
          socket.emit("big", "s".repeat(1_000_000), Buffer.alloc(1_000_000, 7));
          socket.on("big", (text: string, binary: Buffer, ack) => {
            received.push(text.length, binary.length, binary.every((byte) => byte === 9));
            ack();
          });
        }),
      { maxHttpBufferSize: 2e7 },
    );
    const middle = await proxy(server);
    middle.delay = 5;
    const page = await visit(middle);

    const seen = await page.run(async ({ open, once, upgraded }) => {
      const socket = open();
      const big = once(socket, "big");
      const answered = socket.emitWithAck("big", "p".repeat(1_000_000), new Uint8Array(1_000_000).fill(9));
      const [text, binary] = await big;
      await answered;
      await upgraded(socket.io);
      return [text.length, binary.byteLength, new Uint8Array(binary).every((byte) => byte === 7)];
    });

    expect(seen).toEqual([1_000_000, 1_000_000, true]);
    expect(received).toEqual([1_000_000, 1_000_000, true]);
  });

  test.for<UpgradePolicy>(["refuse", "reset", "hang"])(
    "when the websocket meets %s, polling goes on without loss",
    async (policy, { serve, proxy, visit }) => {
      const load = new Load();
      const middle = await proxy(await serve(load.setup));
      middle.upgrades = policy;
      const page = await visit(middle, { faults: true });

      await page.run(async ({ open, once, state }) => {
        const socket = (state["socket"] = open());
        state["received"] = [];
        state["sent"] = 0;
        state["ids"] = [];
        state["emit"] = () => {
          for (let i = 0; i < 5; i++) socket.emit("n", state["sent"]++);
        };
        socket.on("n", (n) => state["received"].push(n));
        socket.on("connect", () => state["ids"].push(socket.id));
        await once(socket, "connect");
        state["timer"] = setInterval(state["emit"], 1);
      });
      await expect.poll(() => middle.upgradeRequests).toBe(1);
      const seen = await page.run(async ({ state, sleep }) => {
        const { socket } = state;
        await sleep(500);
        clearInterval(state["timer"]);
        const last: number = await socket.emitWithAck("stop");
        const { received, sent, ids } = state;
        const { name } = socket.io.engine.transport;
        socket.disconnect();
        return { last, received, sent, ids, name };
      });

      expect(seen.name).toBe("polling");
      expect(seen.ids).toHaveLength(1);
      expect(load.received).toEqual(numbers(seen.sent));
      expect(seen.last).toBeGreaterThan(0);
      expect(seen.received).toEqual(numbers(seen.last));
    },
  );

  test("is told by upgrading and upgrade, once", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server);

    const seen = await page.run(async ({ open, upgraded, sleep }) => {
      const socket = open();
      const { engine } = socket.io;
      const seen: string[] = [];
      engine.on("open", () => seen.push(`open on ${engine.transport.name}`));
      engine.on("upgrading", (transport) => seen.push(`upgrading to ${transport.name}`));
      engine.on("upgrade", (transport) => seen.push(`upgrade to ${transport.name}`));
      await upgraded(socket.io);
      await sleep(50);
      return seen;
    });

    expect(seen).toEqual(["open on polling", "upgrading to websocket", "upgrade to websocket"]);
  });

  test("is not tried with upgrade: false, nor when the server offers none", async ({ serve, proxy, visit }) => {
    const plain = await proxy(await serve());
    const without = await proxy(await serve(undefined, { allowUpgrades: false, cors: { origin: plain.url } }));
    const page = await visit(plain);

    const names = await page.run(async ({ io, url, once, sleep }, other) => {
      const sockets = [io(url, { upgrade: false }), io(other)];
      await Promise.all(sockets.map((socket) => once(socket, "connect")));
      await sleep(200);
      return sockets.map((socket) => socket.io.engine.transport.name);
    }, without.url);

    expect(names).toEqual(["polling", "polling"]);
    expect([plain.upgradeRequests, without.upgradeRequests]).toEqual([0, 0]);
  });
});

/** A server that counts upwards to the page until it is told to stop, and notes what the page sends. */
class Load {
  readonly received: number[] = [];
  disconnects = 0;

  readonly setup: Setup = (io) => {
    io.on("connection", (socket) => {
      let sent = 0;
      const timer = setInterval(() => {
        for (let i = 0; i < 5; i++) socket.emit("n", sent++);
      }, 1);
      socket.on("n", (n: number) => this.received.push(n));
      // The answer says how many the page must have: acks are in order with events.
      socket.on("stop", (ack: (sent: number) => void) => {
        clearInterval(timer);
        ack(sent);
      });
      socket.on("disconnect", () => {
        clearInterval(timer);
        this.disconnects++;
      });
    });
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
