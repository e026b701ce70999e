import { describe, expect, ferrioOnly, test } from "./harness/test.ts";

describe("a page without WebAssembly", () => {
  const PAGES = {
    "has no WebAssembly object": {
      path: "/",
      before: () => {
        delete (globalThis as Record<string, unknown>)["WebAssembly"];
      },
    },
    "has a Content-Security-Policy without wasm-unsafe-eval": {
      path: `/?csp=${encodeURIComponent("script-src 'self' 'unsafe-inline'")}`,
      before: () => {},
    },
  };

  for (const [name, { path, before }] of Object.entries(PAGES)) {
    ferrioOnly(`that ${name} is told so by connect_error, with the remedy`, async ({ serve, visit }) => {
      const server = await serve();
      const page = await visit(server, { before, path, faults: true });

      const seen = await page.run(async ({ io, url, once }) => {
        const socket = io(url);
        socket.emit("lost", 1);
        const [error] = await once(socket, "connect_error");
        return { isError: error instanceof Error, code: error.code, message: error.message, connected: socket.connected };
      });

      expect(seen).toMatchObject({ isError: true, code: "E_WASM_UNAVAILABLE", connected: false });
      expect(seen.message).toContain("'wasm-unsafe-eval'");
      expect(server.attempts).toBe(0);
    });
  }

  test("a Content-Security-Policy with wasm-unsafe-eval is enough", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
    const page = await visit(server, { path: `/?csp=${encodeURIComponent("script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'")}` });

    expect(await page.run(({ open }) => open().emitWithAck("echo", "allowed"))).toBe("allowed");
  });
});
