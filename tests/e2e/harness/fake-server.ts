import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { WebSocketServer, type WebSocket } from "ws";

import { site } from "./site.ts";

/** How the server misbehaves; what is not given is done right. */
export interface Script {
  /** The first frame, or the body of the first GET. */
  handshake?: string;
  /** Answers every request for a session with this page instead of a handshake. */
  html?: string;
  /** Frames sent when the page emits "go". */
  onGo?: readonly (string | Buffer)[];
}

const GOOD_HANDSHAKE = { sid: "fake-session", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };

/** The text of an OPEN packet: a good handshake with `changes`; a key set to undefined is left out. */
export function openPacket(changes: Record<string, unknown> = {}): string {
  return `0${JSON.stringify({ ...GOOD_HANDSHAKE, ...changes })}`;
}

/** An Engine.IO server that follows a script instead of the protocol. It also serves the test page. */
export class FakeServer {
  port = 0;
  /** When each attempt to open a session arrived, in milliseconds. */
  readonly attempts: number[] = [];
  /** Websockets that are open now. */
  get websockets(): number {
    return this.#websockets.clients.size;
  }
  readonly #script: Script;
  readonly #http: Server;
  readonly #websockets = new WebSocketServer({ noServer: true });
  readonly #connections = new Set<Socket>();
  /** The one polling session: a new handshake replaces it. */
  #polling = new PollingSession();

  static async start(script: Script): Promise<FakeServer> {
    const server = new FakeServer(script);
    await new Promise<void>((resolve) => server.#http.listen(0, "127.0.0.1", resolve));
    server.port = (server.#http.address() as AddressInfo).port;
    return server;
  }

  private constructor(script: Script) {
    this.#script = script;
    this.#http = createServer((request, response) => {
      if (request.url?.startsWith("/socket.io/")) this.#answer(request, response);
      else site(request, response);
    });
    this.#http.on("connection", (connection) => {
      this.#connections.add(connection);
      connection.on("close", () => this.#connections.delete(connection));
    });
    this.#http.on("upgrade", (request, socket, head) => {
      this.attempts.push(performance.now());
      if (script.html !== undefined) {
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${script.html.length}\r\nConnection: close\r\n\r\n${script.html}`);
        return;
      }
      this.#websockets.handleUpgrade(request, socket, head, (websocket) => this.#talk(websocket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    if (!this.#http.listening) return;
    const closed = new Promise((resolve) => this.#http.close(resolve));
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }

  #talk(websocket: WebSocket): void {
    websocket.on("message", (data, isBinary) => {
      for (const frame of isBinary ? [] : this.#reply((data as Buffer).toString())) websocket.send(frame);
    });
    websocket.send(this.#script.handshake ?? openPacket());
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const sid = new URL(request.url ?? "", "http://fake").searchParams.get("sid");
    if (request.method === "POST") {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        response.end("ok");
        for (const packet of body.split("\x1e")) this.#polling.push(...this.#reply(packet));
      });
    } else if (sid !== null) {
      this.#polling.poll(response);
    } else {
      this.attempts.push(performance.now());
      this.#polling = new PollingSession();
      const html = this.#script.html;
      response.setHeader("content-type", html === undefined ? "text/plain; charset=UTF-8" : "text/html");
      response.end(html ?? this.#script.handshake ?? openPacket());
    }
  }

  /** What is sent on the packet `text` of the client. */
  #reply(text: string): readonly (string | Buffer)[] {
    if (text === "40") return [`40{"sid":"fake-socket"}`];
    if (text === '42["go"]') return this.#script.onGo ?? [];
    return [];
  }
}

/** Frames on their way to a polling client: all that wait go into the next answer. */
class PollingSession {
  #frames: string[] = [];
  #waiting: ServerResponse | undefined;

  push(...frames: readonly (string | Buffer)[]): void {
    for (const frame of frames) this.#frames.push(typeof frame === "string" ? frame : `b${frame.toString("base64")}`);
    this.#flush();
  }

  poll(response: ServerResponse): void {
    this.#waiting = response;
    this.#flush();
  }

  #flush(): void {
    if (!this.#waiting || this.#frames.length === 0) return;
    this.#waiting.end(this.#frames.splice(0).join("\x1e"));
    this.#waiting = undefined;
  }
}
