/**
 * The demo's server: the page and the chat on one port.
 *
 * node server.mjs         serves dist/, as built by `npm run build`
 * node server.mjs --dev   serves the sources through Vite, with hot reload
 *
 * PORT  default 3000, or a free one when that is taken; a PORT that is given and taken is an error; 0 = any free one
 * HOST  default 127.0.0.1
 */

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import express from "express";
import { Server } from "socket.io";

import { serveChat } from "./server/chat.mjs";
import { IMAGE_MAX } from "./shared/limits.mjs";

/** @import { ChatServer } from "./server/chat.mjs" */

const dev = process.argv.includes("--dev");
const root = fileURLToPath(new URL(".", import.meta.url));
const dist = fileURLToPath(new URL("dist", import.meta.url));
const host = process.env.HOST || "127.0.0.1";
/** Ctrl-C ends the server within this time (ms), whatever a page that does not answer does. */
const SHUTDOWN_GRACE = 500;

const app = express();
const server = createServer(app);
/** @type {ChatServer} */
const io = new Server(server, {
  // A connection that is back within this time (ms) is given what it missed.
  connectionStateRecovery: { maxDisconnectionDuration: 60_000, skipMiddlewares: false },
  // An image on polling travels as base64, a third larger.
  maxHttpBufferSize: Math.ceil(IMAGE_MAX * 1.5),
  pingInterval: 10_000,
  pingTimeout: 8_000,
  serveClient: false,
  // With --dev, Vite's hot reload has its own WebSocket on this port.
  destroyUpgrade: !dev,
});
serveChat(io);

const closePage = dev ? await serveSources() : serveBuild();
server.on("error", (error) => retryOrFail(/** @type {NodeJS.ErrnoException} */ (error)));
server.on("listening", announce);
server.listen(wantedPort(), host);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);

function serveBuild() {
  if (!existsSync(dist)) fail("demo/dist is missing: run `npm run demo` in the repository, or `npm run build -w demo`.");
  app.disable("x-powered-by");
  app.use((_request, response, next) => {
    response.set("Content-Security-Policy", POLICY);
    response.set("X-Content-Type-Options", "nosniff");
    next();
  });
  app.use("/assets", express.static(`${dist}/assets`, { immutable: true, maxAge: "1y" }));
  app.use(express.static(dist));
  return async () => {};
}

/** What the page needs: WebAssembly for the client's core, object URLs for images. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

async function serveSources() {
  const { createServer: createVite } = await import("vite");
  const vite = await createVite({ root, server: { middlewareMode: true, hmr: { server } } });
  app.use(vite.middlewares);
  return () => vite.close();
}

function wantedPort() {
  const given = process.env.PORT;
  if (!given) return 3000;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`PORT is “${given}”; it must be a number from 0 to 65535.`);
  return port;
}

/** @param {NodeJS.ErrnoException} error */
function retryOrFail(error) {
  if (error.code === "EADDRINUSE" && !process.env.PORT) server.listen(0, host);
  else if (error.code === "EADDRINUSE") fail(`Port ${process.env.PORT} is taken: set PORT to another one, or leave it out.`);
  else fail(error.message);
}

function announce() {
  const address = server.address();
  if (address === null || typeof address === "string") return;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  console.log(`Ferrio demo: http://${name}:${address.port}`);
}

function stop() {
  setTimeout(() => process.exit(0), SHUTDOWN_GRACE);
  void Promise.allSettled([io.close(), closePage()]).then(() => process.exit(0));
  server.closeAllConnections();
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`Ferrio demo: ${message}`);
  process.exit(1);
}
