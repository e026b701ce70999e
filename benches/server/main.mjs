/**
 * The server of a run, a process of its own: the pages, the blast server and the real Socket.IO server on one origin. What a page
 * reports under `/control/` goes to the parent process, and the page gets its answer when the parent has done its part.
 */
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { attachBlastServer } from "./blast.mjs";
import { readBody } from "./body.mjs";
import { attachRealServer } from "./real.mjs";

/** @type {Map<string, string>} code of each client by name */
const clients = new Map();
/** Requests of the page that wait for the parent, by number. */
const waiting = new Map();
let nextRequest = 0;

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const [room, file = ""] = pathname.slice(1).split("/");
  response.setHeader("cache-control", "no-store");
  if (room === "control") {
    const body = await readBody(request);
    const number = ++nextRequest;
    waiting.set(number, response);
    process.send({ request: number, kind: file, page: searchParams.get("page"), body: body && JSON.parse(body) });
  } else if (room === "client" && clients.has(file)) {
    response.setHeader("content-type", JAVASCRIPT).end(clients.get(file));
  } else if (room === "page" && PAGE_FILE.test(file)) {
    response.setHeader("content-type", JAVASCRIPT);
    createReadStream(fileURLToPath(new URL(`../page/${file}`, import.meta.url))).pipe(response);
  } else if (room === "") {
    response.setHeader("content-type", "text/html; charset=utf-8").end(PAGE);
  } else {
    response.writeHead(404).end();
  }
});
// Pages come seconds apart; a connection must not time out between two of them.
server.keepAliveTimeout = 120_000;
attachBlastServer(server);
attachRealServer(server);

process.on("message", ({ request, content, client }) => {
  if (client !== undefined) clients.set(`${client.name}.js`, client.code);
  else {
    waiting.get(request).end(JSON.stringify(content));
    waiting.delete(request);
  }
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send({ kind: "listening", port: server.address().port }));

const JAVASCRIPT = "text/javascript; charset=utf-8";
const PAGE_FILE = /^[a-z-]+\.js$/;
const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>benchmark</title><script type="module" src="/page/main.js"></script>';
