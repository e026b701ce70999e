import { describe, expect, ferrioOnly } from "./harness/test.ts";

/** What is left behind in the page must not grow with use. */
describe("memory", () => {
  for (const transports of [["websocket"], ["polling"], undefined]) {
    const name = transports?.[0] ?? "upgrade";
    // 2,000 connections in all.
    const count = name === "websocket" ? 1200 : 400;
    // Browsers allow six connections to a host, and each client that polls takes two.
    const atOnce = name === "websocket" ? 10 : 3;

    ferrioOnly(
      `${count} connections opened and closed over ${name} leave no slot, timer, listener, manager or wasm memory behind`,
      async ({ serve, visit }) => {
        const server = await serve((io) => {
          io.on("connection", (socket) => {
            socket.emit("hello", { some: "data" }, Buffer.from([1, 2, 3]));
            socket.on("echo", (value, ack) => ack(value));
          });
        });
        // A GET begun just before the end may reach the server after the goodbye, which is then told as a 400.
        const page = await visit(server, { mode: transports ? { transports } : {}, faults: true });

        const { before, after } = await page.run(async ({ connect, debug, until }, { count, atOnce }) => {
          const openAndClose = async () => {
            const socket = await connect();
            socket.on("hello", () => {});
            await socket.emitWithAck("echo", new Uint8Array([1, 2, 3]));
            socket.emit("echo", "the answer comes too late", () => {});
            socket.timeout(60_000).emit("echo", "nor this", () => {});
            socket.disconnect();
          };
          const counts = () => {
            const { slots, timers, listeners, managers, wasmBytes } = debug();
            return { slots, timers, listeners, managers, wasmBytes };
          };
          const openAndCloseAll = async (count: number) => {
            for (let done = 0; done < count; done += atOnce) await Promise.all(Array.from({ length: atOnce }, openAndClose));
            // A goodbye over polling takes a request or two.
            await until(() => debug().managers === 0 && debug().timers === 0, "every connection is gone");
            return counts();
          };
          const before = await openAndCloseAll(50);
          const after = await openAndCloseAll(count);
          return { before, after };
        }, { count, atOnce });

        expect(after).toEqual(before);
        await expect.poll(() => server.io.engine.clientsCount).toBe(0);
      },
      120_000,
    );
  }

  for (const kind of ["text", "binary"] as const) {
    for (const transport of ["websocket", "polling"] as const) {
      ferrioOnly(`100 MB of ${kind} received over ${transport} in messages of 1 MB do not grow the wasm memory`, async ({ serve, visit }) => {
        const message = kind === "text" ? "x".repeat(1_000_000) : Buffer.alloc(1_000_000, 1);
        const server = await serve((io) =>
          io.on("connection", (socket) => {
            // One at a time, so that the server does not buffer all of them.
            socket.on("next", (ack) => ack(message));
          }),
        );
        const page = await visit(server, { mode: { transports: [transport] } });

        const seen = await page.run(async ({ connect, debug }) => {
          const socket = await connect();
          const size = (message: string | ArrayBuffer) => (typeof message === "string" ? message.length : message.byteLength);
          await socket.emitWithAck("next");
          const before = { wasmBytes: debug().wasmBytes, slots: debug().slots };
          let received = 0;
          for (let n = 0; n < 100; n++) received += size(await socket.emitWithAck("next"));
          return { received, before, after: { wasmBytes: debug().wasmBytes, slots: debug().slots } };
        });

        expect(seen.received).toBe(100_000_000);
        expect(seen.before.wasmBytes).toBeGreaterThan(0);
        expect(seen.after).toEqual(seen.before);
      });
    }
  }
});
