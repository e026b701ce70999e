import { browserName } from "./harness/browser.ts";
import { describe, expect, ferrioOnly } from "./harness/test.ts";

describe("a Content-Security-Policy", () => {
  const policy = (connect: string) => `/?csp=${encodeURIComponent(`connect-src ${connect}`)}`;

  ferrioOnly("that forbids websockets leaves the connection on polling", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
    const page = await visit(server, { path: policy("http:"), faults: true });

    const seen = await page.run(async ({ open, once }) => {
      const socket = open();
      await once(socket.io.engine, "upgradeError");
      return { echo: await socket.emitWithAck("echo", "still here"), transport: socket.io.engine.transport.name };
    });

    expect(seen).toEqual({ echo: "still here", transport: "polling" });
    expect(server.sessions).toBe(1);
  });

  ferrioOnly("that forbids the server is a connect_error that says so, for a websocket where the browser does", async ({ serve, visit }) => {
    const server = await serve();
    const page = await visit(server, { path: policy("'none'"), faults: true });

    const seen = await page.run(async ({ open, once }) => {
      const codes: string[] = [];
      for (const transport of ["polling", "websocket"] as const) {
        const [error] = await once(open({ transports: [transport], reconnection: false }), "connect_error");
        codes.push(error.code);
      }
      return codes;
    });

    expect(seen).toEqual(["E_CSP_CONNECT", browserName === "chromium" ? "E_NETWORK" : "E_CSP_CONNECT"]);
    expect(server.attempts).toBe(0);
  });

  ferrioOnly("that would forbid the server, but only reports, is not what an unreachable server is told as", async ({ serve, visit }) => {
    const server = await serve();
    const gone = await serve();
    await gone.kill();
    const page = await visit(server, { path: `/?cspreport=${encodeURIComponent("connect-src 'none'")}`, faults: true });

    const code = await page.run(async ({ io, once }, url) => {
      const reported = new Promise((resolve) => document.addEventListener("securitypolicyviolation", resolve));
      const [[error]] = await Promise.all([once(io(url, { transports: ["polling"], reconnection: false }), "connect_error"), reported]);
      return error.code;
    }, gone.url);

    expect(code).toBe("E_NETWORK");
  });

  ferrioOnly("is not what any other failure is told as", async ({ serve, visit }) => {
    const server = await serve();
    const gone = await serve();
    await gone.kill();
    const page = await visit(server, { path: policy(`${server.url} ${gone.url}`), faults: true });

    const code = await page.run(async ({ io, once }, url) => {
      // The policy forbids this one.
      fetch("https://elsewhere.invalid/").catch(() => {});
      const [error] = await once(io(url, { transports: ["polling"], reconnection: false }), "connect_error");
      return error.code;
    }, gone.url);

    expect(code).toBe("E_NETWORK");
  });
});
