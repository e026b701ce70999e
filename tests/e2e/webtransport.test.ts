import type { Server } from "socket.io";
import { beforeAll } from "vitest";

import { Front, python } from "./harness/http3/front.ts";
import { test as base, describe, expect, isPeer, type TestPage, type TestServer } from "./harness/test.ts";

/** `test` with a server that takes WebTransport, by way of an HTTP/3 front, and a page that trusts its certificate. */
const test = base.extend<{
  front(server: TestServer, ...take: Parameters<typeof Front.start> extends [unknown, ...infer Rest] ? Rest : never): Promise<Front>;
  open(setup?: (io: Server) => void): Promise<{ server: TestServer; front: Front; page: TestPage }>;
}>({
  front: async ({}, use) => {
    const fronts: Front[] = [];
    await use(async (server, ...take) => {
      const front = await Front.start(server, ...take);
      fronts.push(front);
      return front;
    });
    await Promise.all(fronts.map((front) => front.close()));
  },
  open: async ({ serve, visit, front: start }, use) => {
    await use(async (setup) => {
      const server = await serve(setup ?? echo, ALL);
      const front = await start(server);
      const page = await visit(server);
      await trust(page, front);
      return { server, front, page };
    });
  },
});
// Once for a machine, packages are installed.
beforeAll(async () => void (await python()), 300_000);

// The peer leaves an uncaught error behind when a session ends, and what stands behind a Blob overtakes it there.
const ferrioTest = isPeer ? test.skip : test;

const ALL = { transports: ["polling", "websocket", "webtransport"] as ("polling" | "websocket" | "webtransport")[] };

function echo(io: Server): void {
  io.on("connection", (socket) => {
    socket.on("echo", (...args) => (args.pop() as (...args: unknown[]) => void)(...args));
    socket.on("push", (...args) => socket.emit("pushed", ...args));
    socket.on("leave", () => socket.disconnect());
  });
}

/** Every socket of the page accepts the front's certificate. */
function trust(page: TestPage, front: Front): Promise<void> {
  return page.run(({ mode }, hash) => {
    mode.transportOptions = { webtransport: { serverCertificateHashes: [{ algorithm: "sha-256", value: new Uint8Array(hash) }] } };
  }, front.hash);
}

describe("direct", () => {
  ferrioTest("carries events, acks and attachments both ways (ferrio only)", async ({ open }) => {
    const { page, front } = await open();
    const got = await page.run(async ({ connect, once }) => {
      const socket = await connect({ transports: ["webtransport"] });
      const bytes = (value: unknown) => [...new Uint8Array(value as ArrayBuffer)];
      const text: unknown = await socket.emitWithAck("echo", "ä€𝄞");
      const attachments = new Promise<unknown[]>((resolve) => socket.emit("echo", new Uint8Array([1, 2, 3]), new Blob(["abc"]), (...args: unknown[]) => resolve(args)));
      socket.emit("push", "after the Blob");
      const [pushed] = await once(socket, "pushed");
      return { text, attachments: (await attachments).map(bytes), pushed, transport: socket.io.engine.transport.name };
    });
    expect(got).toEqual({ text: "ä€𝄞", attachments: [[1, 2, 3], [97, 98, 99]], pushed: "after the Blob", transport: "webtransport" });
    expect(front.sessions).toBe(1);
  });

  ferrioTest("carries an empty attachment, which the framing has no form for (ferrio only)", async ({ open }) => {
    const { page } = await open((io) => io.on("connection", (socket) => socket.on("size", (data: Buffer, ack: (size: number) => void) => ack(data.length))));
    expect(await page.run(async ({ connect }) => (await connect({ transports: ["webtransport"] })).emitWithAck("size", new Uint8Array(0)))).toBe(0);
  });

  test("carries packets of every length of header", async ({ open }) => {
    const { page } = await open();
    const lengths = await page.run(async ({ connect }) => {
      const socket = await connect({ transports: ["webtransport"] });
      const lengths: number[] = [];
      for (const length of [0, 100, 107, 108, 109, 110, 200, 65_510, 65_530, 300_000]) {
        lengths.push(((await socket.emitWithAck("echo", "x".repeat(length))) as string).length - length);
        if (length) lengths.push(((await socket.emitWithAck("echo", new Uint8Array(length))) as ArrayBuffer).byteLength - length);
      }
      return lengths;
    });
    expect(new Set(lengths)).toEqual(new Set([0]));
  });

  test("keeps the order of many events", async ({ open }) => {
    const { page } = await open();
    const got = await page.run(async ({ connect, until }) => {
      const socket = await connect({ transports: ["webtransport"] });
      const numbers: number[] = [];
      socket.on("pushed", (n) => numbers.push(n as number));
      for (let n = 0; n < 500; n++) socket.emit("push", n);
      await until(() => numbers.length === 500);
      return numbers;
    });
    expect(got).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  ferrioTest("says goodbye (ferrio only)", async ({ open }) => {
    const reasons: string[] = [];
    const { page } = await open((io) => io.on("connection", (socket) => void socket.on("disconnect", (reason) => reasons.push(reason))));
    await page.run(async ({ connect }) => (await connect({ transports: ["webtransport"] })).disconnect());
    await expect.poll(() => reasons).toEqual(["client namespace disconnect"]);
  });

  ferrioTest("hears the server's goodbye (ferrio only)", async ({ open }) => {
    const { page } = await open();
    const reason = await page.run(async ({ connect, once }) => {
      const socket = await connect({ transports: ["webtransport"] });
      socket.emit("leave");
      return (await once(socket, "disconnect"))[0] as string;
    });
    expect(reason).toBe("io server disconnect");
  });

  ferrioTest("connects again when the session ends (ferrio only)", async ({ open }) => {
    const { page, front } = await open();
    await page.run(async ({ connect, state }) => {
      state["socket"] = await connect({ transports: ["webtransport"] });
      state["lost"] = new Promise((resolve) => state["socket"].once("disconnect", resolve));
    });
    front.cut();
    const got = await page.run(async ({ state, until }) => {
      const reason = await state["lost"];
      await until(() => state["socket"].connected);
      return [reason, await state["socket"].emitWithAck("echo", 1)];
    });
    expect(got).toEqual(["transport close", 1]);
    expect(front.sessions).toBe(2);
  });

  ferrioTest("ends a session whose next packet is too long before it is there (ferrio only)", async ({ serve, visit, front }) => {
    const server = await serve(echo, ALL);
    const bridge = await front(server, (stream) => {
      stream.once("data", () => {
        const text = `0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`;
        stream.write(Buffer.concat([Buffer.from([text.length]), Buffer.from(text), Buffer.from([127, 0, 0, 0, 1, 0, 0, 0, 0])]));
      });
    });
    const page = await visit(server);
    await trust(page, bridge);
    const got = await page.run(async ({ open, once }) => {
      const socket = open({ transports: ["webtransport"], reconnection: false });
      const [reason, error] = await once(socket.io, "close");
      return [reason, error.code];
    });
    expect(got).toEqual(["transport error", "E_PAYLOAD_TOO_LARGE"]);
  });
});

describe("as an upgrade", () => {
  test("takes over from polling, and no event is lost or out of order", async ({ open }) => {
    const { page, front } = await open();
    const got = await page.run(async ({ open, until }) => {
      const socket = open({ transports: ["polling", "webtransport"] });
      const numbers: number[] = [];
      socket.on("pushed", (n) => numbers.push(n as number));
      let n = 0;
      await until(() => {
        socket.emit("push", n++);
        return socket.io.engine.transport.name === "webtransport";
      });
      for (let more = 0; more < 50; more++) socket.emit("push", n++);
      await until(() => numbers.length === n);
      return { ordered: numbers.every((number, at) => number === at), transport: socket.io.engine.transport.name };
    });
    expect(got).toEqual({ ordered: true, transport: "webtransport" });
    expect(front.sessions).toBe(1);
  });

  ferrioTest("leaves the place to websocket where nothing answers (ferrio only)", async ({ serve, visit }) => {
    const server = await serve(echo, ALL);
    const page = await visit(server, { faults: true });
    const names = await page.run(async ({ open, once, until }) => {
      const socket = open();
      await once(socket, "connect");
      await until(() => socket.io.engine.transport.name === "websocket");
      return await socket.emitWithAck("echo", "still here");
    });
    expect(names).toBe("still here");
  });
});

describe("where it does not exist or does not pass", () => {
  ferrioTest("the next transport of the list is used (ferrio only)", async ({ serve, visit }) => {
    const page = await visit(await serve(echo, ALL), { faults: true });
    expect(await page.run(async ({ connect }) => (await connect({ transports: ["webtransport", "websocket"] })).io.engine.transport.name)).toBe("websocket");
  });

  ferrioTest("a browser without it leaves it out (ferrio only)", async ({ serve, visit }) => {
    const page = await visit(await serve(echo, ALL), { before: () => delete (globalThis as { WebTransport?: unknown }).WebTransport });
    const got = await page.run(async ({ connect, open, once }) => {
      const [error] = await once(open({ transports: ["webtransport"], reconnection: false }), "connect_error");
      return [(await connect()).io.engine.transport.name, error.code, error.message];
    });
    expect(got).toEqual(["websocket", "E_NO_TRANSPORTS", "No transports available"]);
  });

  ferrioTest("its code is loaded when it is first used, and not before (ferrio only)", async ({ open }) => {
    const { page } = await open();
    const loaded = await page.run(async ({ connect }) => {
      const count = () => performance.getEntriesByType("resource").filter(({ name }) => /webtransport-\w+\.js/.test(name)).length;
      await connect({ transports: ["websocket"] });
      const before = count();
      await connect({ transports: ["webtransport"] });
      return [before, count()];
    });
    expect(loaded).toEqual([0, 1]);
  });

  ferrioTest("code that cannot be loaded is a transport that does not open (ferrio only)", async ({ serve, visit }) => {
    const page = await visit(await serve(echo, ALL), { faults: true });
    await page.page.route(/webtransport-\w+\.js/, (route) => route.abort());
    const got = await page.run(async ({ connect, open, once }) => {
      const [error] = await once(open({ transports: ["webtransport"], reconnection: false }), "connect_error");
      const socket = await connect({ transports: ["webtransport", "websocket"] });
      return [error.message, error.code, socket.io.engine.transport.name, (await connect()).io.engine.transport.name];
    });
    await page.page.unroute(/webtransport-\w+\.js/);
    expect(got).toEqual(["webtransport error", "E_NETWORK", "websocket", "websocket"]);
  });
});
