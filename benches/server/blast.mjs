/**
 * The blast server under `/blast/`: speaks the handshake of both protocols and then writes prebuilt frames, so that it can never be
 * the bottleneck. It is asked by events: `blast` wants events, `count` wants to hear when that many `message` events came.
 */
import { WebSocketServer } from "ws";
import { readBody } from "./body.mjs";
import { eventBodies, eventFrames } from "./prebuilt.mjs";

/** @param {import("node:http").Server} server */
export function attachBlastServer(server) {
  attachWebSocket(server);
  attachPolling(server);
}

function attachWebSocket(server) {
  const websockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (!request.url.startsWith(PATH)) return;
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      const send = (text) => websocket.send(text);
      const session = new Session(send, (kind, count) => {
        for (const block of eventFrames(kind, count)) socket.write(block);
      });
      websocket.on("message", (data, isBinary) => {
        if (!isBinary) session.receive(data.toString("latin1"));
      });
      send(openPacket("websocket"));
    });
  });
}

function attachPolling(server) {
  const connections = new Map();
  const pages = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", async (request, response) => {
    if (!request.url.startsWith(PATH)) return pages.forEach((listener) => listener(request, response));
    const sid = new URL(request.url, "http://localhost").searchParams.get("sid");
    response.setHeader("content-type", "text/plain; charset=UTF-8");
    response.setHeader("cache-control", "no-store");
    if (sid === null) {
      const connection = new PollingConnection();
      const id = `polling-${connections.size + 1}`;
      connections.set(id, connection);
      response.end(openPacket(id));
    } else if (request.method === "GET") {
      connections.get(sid).poll(response);
    } else {
      connections.get(sid).post(await readBody(request));
      response.end("ok");
    }
  });
}

class PollingConnection {
  #bodies = [];
  #poll = null;
  #session = new Session(
    (text) => this.#write(text),
    (kind, count) => eventBodies(kind, count).forEach((body) => this.#write(body)),
  );

  poll(response) {
    this.#poll = response;
    this.#flush();
  }

  post(body) {
    for (const packet of body.split("\x1e")) {
      if (packet === "1") this.#write("6");
      else if (packet[0] !== "b") this.#session.receive(packet);
    }
  }

  #write(body) {
    this.#bodies.push(body);
    this.#flush();
  }

  #flush() {
    if (this.#poll === null || this.#bodies.length === 0) return;
    this.#poll.end(this.#bodies.shift());
    this.#poll = null;
  }
}

/** One connection's Socket.IO side. */
class Session {
  #send;
  #blast;
  #counted = 0;
  #every = 0;

  constructor(send, blast) {
    this.#send = send;
    this.#blast = blast;
  }

  receive(packet) {
    if (packet.startsWith(SMALL_EVENT) || packet.startsWith(BINARY_EVENT)) {
      if (++this.#counted % this.#every === 0) this.#send(`42["counted",${this.#counted}]`);
    } else if (packet.startsWith("40")) {
      this.#send('40{"sid":"blast"}');
    } else if (packet.startsWith("42")) {
      const [event, request] = JSON.parse(packet.slice(2));
      if (event === "blast") this.#blast(request.kind, request.count);
      else if (event === "count") this.#every = request.every;
    }
  }
}

function openPacket(sid) {
  return `0${JSON.stringify({ sid, upgrades: [], pingInterval: 300_000, pingTimeout: 200_000, maxPayload: 1_000_000 })}`;
}

const PATH = "/blast/";
const SMALL_EVENT = '42["message",';
const BINARY_EVENT = '451-["message",';
