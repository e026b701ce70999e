import { describe, expect, ferrioOnly } from "./harness/test.ts";

/** A page that imports the entry without the wasm inside: `init()` says where it is. */
const SLIM = { path: "/?entry=/ferrio/slim.js" };

describe("ferrio/slim", () => {
  const SOURCES = ["path", "URL", "Response", "bytes", "Module"] as const;

  for (const source of SOURCES) {
    ferrioOnly(`connects after init() with the wasm as ${source}`, async ({ serve, visit }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
      const page = await visit(server, SLIM);

      const answer = await page.run(async ({ client, io, url }, source) => {
        const init = client["init"] as (source: unknown) => Promise<void>;
        const path = "/ferrio/ferrio.wasm";
        if (source === "path") await init(path);
        if (source === "URL") await init(new URL(path, url));
        if (source === "Response") await init(await fetch(path));
        if (source === "bytes") await init(await (await fetch(path)).arrayBuffer());
        if (source === "Module") await init(await WebAssembly.compile(await (await fetch(path)).arrayBuffer()));
        return io(url).emitWithAck("echo", source);
      }, source);

      expect(answer).toBe(source);
    });
  }

  ferrioOnly("tells single packets once ferrio/packets is imported", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
    const page = await visit(server, SLIM);

    const before = await page.run(async ({ client, io, url, state }) => {
      await (client["init"] as (source: unknown) => Promise<void>)("/ferrio/ferrio.wasm");
      const told: string[] = (state["told"] = []);
      const socket = (state["socket"] = io(url, { transports: ["websocket"] }));
      (socket.io.engine as any).on("packetCreate", ({ data }: { data: string }) => told.push(data));
      await socket.emitWithAck("echo", 1);
      return [...told];
    });
    await page.run(async ({ load }) => void (await load("/ferrio/packets.js")));
    const after = await page.run(async ({ state }) => {
      const { socket, told } = state;
      socket.io.engine.on("packetCreate", ({ type }: { type: string }) => told.push(type));
      await socket.emitWithAck("echo", 2);
      return told;
    });

    expect([before, after]).toEqual([[], ['21["echo",2]', "message"]]);
  });

  ferrioOnly("loses no emit and no listener that came before init() was done", async ({ serve, visit }) => {
    const received: number[] = [];
    const server = await serve((io) =>
      io.on("connection", (socket) => {
        socket.emit("hello", "page");
        socket.on("n", (n) => received.push(n));
        socket.on("echo", (value, ack) => ack(value));
      }),
    );
    const page = await visit(server, SLIM);

    const before = await page.run(async ({ io, url, sleep, state }) => {
      const socket = (state["socket"] = io(url));
      state["seen"] = [];
      socket.on("connect", () => state["seen"].push("connect"));
      socket.on("hello", (who: string) => state["seen"].push(`hello ${who}`));
      for (let n = 0; n < 20; n++) socket.emit("n", n);
      state["answer"] = socket.emitWithAck("echo", "early");
      await sleep(100);
      return { connected: socket.connected, active: socket.active, disconnected: socket.disconnected };
    });
    expect(before).toEqual({ connected: false, active: true, disconnected: true });
    expect(server.attempts).toBe(0);

    const seen = await page.run(async ({ client, state, until }) => {
      const init = client["init"] as (source: unknown) => Promise<void>;
      const ready = init("/ferrio/ferrio.wasm");
      for (let n = 20; n < 40; n++) state["socket"].emit("n", n);
      await ready;
      const answer = await state["answer"];
      await until(() => state["seen"].length === 2);
      return { answer, seen: state["seen"] };
    });

    expect(seen).toEqual({ answer: "early", seen: ["connect", "hello page"] });
    expect(received).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  ferrioOnly("a socket dropped before init() is done never connects", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server, SLIM);

    const connected = await page.run(async ({ client, io, url, sleep }) => {
      const init = client["init"] as (source: unknown) => Promise<void>;
      const socket = io(url);
      socket.disconnect();
      await init("/ferrio/ferrio.wasm");
      await sleep(200);
      return socket.connected || socket.active;
    });

    expect(connected).toBe(false);
    expect(server.sessions).toBe(0);
  });

  ferrioOnly("init() with a file that is not there rejects, is told as E_WASM_UNAVAILABLE, and can be repeated", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
    const page = await visit(server, { ...SLIM, faults: true });

    const seen = await page.run(async ({ client, io, url, once }) => {
      const init = client["init"] as (source: unknown) => Promise<void>;
      const socket = io(url);
      const told = once(socket, "connect_error");
      const rejected = await init("/ferrio/nowhere.wasm").then(
        () => "resolved",
        (error: { code: string }) => error.code,
      );
      const [error] = await told;
      await init("/ferrio/ferrio.wasm");
      return { rejected, told: error.code, answer: await socket.connect().emitWithAck("echo", "now") };
    });

    expect(seen).toEqual({ rejected: "E_WASM_UNAVAILABLE", told: "E_WASM_UNAVAILABLE", answer: "now" });
  });
});
