import { createReadStream } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { join } from "node:path";

import { chromium } from "playwright-core";
import { Server } from "socket.io";
import * as msgpackParser from "socket.io-msgpack-parser";
import { build, createServer, preview } from "vite";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { chromium as executablePath } from "../../scripts/setup.mjs";

const { app } = inject("packed");
const vite = { root: app, configFile: false, logLevel: "error", cacheDir: join(app, "node_modules", ".vite") };
/** What a page may do at most: WebAssembly without `eval`. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src *";

let browser;
/** A server, and one with the parser of `ferrio/msgpack`. */
const servers = [];

beforeAll(async () => {
  for (const parser of [undefined, msgpackParser]) {
    const http = createHttpServer();
    const io = new Server(http, { cors: { origin: "*" }, ...(parser && { parser }) });
    io.on("connection", (socket) => socket.on("sum", (a, b, done) => done(a + b)));
    await listening(http);
    servers.push({ io, url: `http://127.0.0.1:${http.address().port}` });
  }
  const args = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath, args });
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(servers.map(({ io }) => io.close()));
});

test("in Vite's dev server, the default entry, slim and msgpack connect and get an ack", async () => {
  const server = await createServer({ ...vite, server: { host: "127.0.0.1", port: 0 } });
  await server.listen();
  try {
    await expectAnswers(server.resolvedUrls.local[0], "", "slim.html", "msgpack.html");
  } finally {
    await server.close();
  }
});

test("built by Vite, the default entry, slim and msgpack connect and get an ack", async () => {
  await build({ ...vite, build: { rollupOptions: { input: ["index.html", "slim.html", "msgpack.html"].map((page) => join(app, page)) } } });
  const server = await preview({ ...vite, preview: { host: "127.0.0.1", port: 0, headers: { "Content-Security-Policy": policy } } });
  try {
    await expectAnswers(server.resolvedUrls.local[0], "", "slim.html", "msgpack.html");
  } finally {
    await server.close();
  }
});

test("without a bundler, as a module the browser loads itself", async () => {
  const server = createHttpServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
    response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": policy });
    createReadStream(join(app, pathname)).on("error", () => response.destroy()).pipe(response);
  });
  await listening(server);
  try {
    await expectAnswers(`http://127.0.0.1:${server.address().port}/`, "plain.html");
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Each page talks to the server and shows the answer, without an error on its console. */
async function expectAnswers(origin, ...pages) {
  for (const path of pages) {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      // A browser asks for an icon by itself.
      if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) errors.push(`${message.text()} (${message.location().url})`);
    });
    const { url } = servers[path === "msgpack.html" ? 1 : 0];
    await page.goto(`${origin}${path}?server=${encodeURIComponent(url)}`);
    await page.waitForFunction(() => document.body.textContent.includes("The answer is"), null, { timeout: 30_000 }).catch((error) => errors.push(error.message));
    expect(errors).toEqual([]);
    expect(await page.textContent("body")).toContain("The answer is 42");
    await page.close();
  }
}

function listening(server) {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}
