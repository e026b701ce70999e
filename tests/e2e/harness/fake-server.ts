import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

import { Server } from "socket.io";
import { WebSocketServer, type WebSocket } from "ws";

import type { Setup } from "./server.ts";
import { site } from "./site.ts";

/** What is sent: a text, an attachment, or whatever can be done to a websocket instead. */
export type Frame = string | Buffer | ((websocket: WebSocket) => void);

/** Answers a request in its own way; with the result `false` it is answered as ever. */
export type Answer = (response: ServerResponse) => unknown;

/** How the server misbehaves; what is not given is done right. */
export interface Script {
  /** The first frame, or the body of the first GET. */
  handshake?: Frame;
  /** Answers every request for a session with this page instead of a handshake. */
  html?: string;
  /** Frames sent right behind the handshake. */
  onOpen?: readonly Frame[];
  /** The answer to CONNECT. */
  onConnect?: readonly Frame[];
  /** Frames sent when the page emits "go". */
  onGo?: readonly Frame[];
  /** The answer to the probe of an upgrade. */
  onProbe?: readonly Frame[];
  /** Answers the request for a websocket. */
  upgrade?: (socket: Duplex) => void;
  /** Answers the GET that asks for a session. */
  open?: Answer;
  /** Answers the GETs once the page has emitted "go". */
  poll?: Answer;
  /** Answers the POST that holds "go", and those after it. */
  post?: Answer;
}

const GOOD_HANDSHAKE = { sid: "fake-session", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };

/** The text of an OPEN packet: a good handshake with `changes`; a key set to undefined is left out. */
export function openPacket(changes: Record<string, unknown> = {}): string {
  return `0${JSON.stringify({ ...GOOD_HANDSHAKE, ...changes })}`;
}

/** An Engine.IO server that follows a script instead of the protocol. It also serves the test page, and takes pages of other origins. */
export class FakeServer {
  port = 0;
  /** When each attempt to open a session arrived, in milliseconds. Redirects of one attempt count once. */
  readonly attempts: number[] = [];
  /** Websockets that are open now. */
  get websockets(): number {
    return this.#websockets.clients.size;
  }
  readonly #script: Script;
  readonly #http: HttpServer;
  readonly #websockets = new WebSocketServer({ noServer: true });
  readonly #connections = new Set<Socket>();
  /** The one polling session: a new handshake replaces it. */
  #polling: PollingSession;
  /** The stamp of the last request for a session. */
  #stamp: string | null = null;
  #mended = false;

  static async start(script: Script): Promise<FakeServer> {
    const server = new FakeServer(script);
    await new Promise<void>((resolve) => server.#http.listen(0, "127.0.0.1", resolve));
    server.port = (server.#http.address() as AddressInfo).port;
    return server;
  }

  private constructor(script: Script) {
    this.#script = script;
    this.#polling = new PollingSession(script);
    this.#http = createServer((request, response) => {
      if (request.url?.startsWith("/socket.io/")) this.#answer(request, response);
      else site(request, response);
    });
    this.#http.on("connection", (connection) => {
      this.#connections.add(connection);
      connection.on("close", () => this.#connections.delete(connection));
    });
    this.#http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!this.#mended) this.#upgrade(request, socket, head);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Cuts every connection, and from now on is a real Socket.IO server at the same address. */
  mend(setup: Setup): void {
    this.#mended = true;
    setup(new Server(this.#http, { serveClient: false, cors: { origin: "*" } }));
    this.#cut();
  }

  async close(): Promise<void> {
    if (!this.#http.listening) return;
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#cut();
    await closed;
  }

  #cut(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { html, upgrade } = this.#script;
    const isProbe = request.url?.includes("&sid=") ?? false;
    if (!isProbe) this.attempts.push(performance.now());
    // What a page cuts, or a script breaks, is no fault of the test.
    socket.on("error", () => {});
    if (html !== undefined) {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${html.length}\r\nConnection: close\r\n\r\n${html}`);
    } else if (upgrade) {
      upgrade(socket);
    } else {
      this.#websockets.handleUpgrade(request, socket, head, (websocket) => this.#talk(websocket, isProbe));
    }
  }

  #talk(websocket: WebSocket, isProbe: boolean): void {
    const send = (frames: readonly Frame[]) => {
      for (const frame of frames) {
        if (typeof frame === "function") frame(websocket);
        else websocket.send(frame);
      }
    };
    websocket.on("error", () => {});
    websocket.on("message", (data, isBinary) => {
      if (!isBinary) send(this.#reply((data as Buffer).toString()));
    });
    if (!isProbe) send([this.#script.handshake ?? openPacket(), ...(this.#script.onOpen ?? [])]);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(request.url ?? "", "http://fake");
    response.setHeader("access-control-allow-origin", "*");
    if (request.method === "POST") {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        for (const packet of body.split("\x1e")) this.#polling.push(this.#reply(packet));
        if (!this.#polling.went || (this.#script.post ?? asEver)(response) === false) response.end("ok");
      });
    } else if (searchParams.has("sid")) {
      this.#polling.poll(response);
    } else {
      this.#open(searchParams.get("t"), response);
    }
  }

  #open(stamp: string | null, response: ServerResponse): void {
    const { handshake, html, onOpen = [], open } = this.#script;
    if (stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.attempts.push(performance.now());
      this.#polling = new PollingSession(this.#script);
    }
    if ((open ?? asEver)(response) !== false) return;
    response.setHeader("content-type", html === undefined ? "text/plain; charset=UTF-8" : "text/html");
    response.end(html ?? bodyOf([handshake ?? openPacket(), ...onOpen]));
  }

  /** What is sent on the packet `text` of the client. */
  #reply(text: string): readonly Frame[] {
    const { onConnect, onGo = [], onProbe = [] } = this.#script;
    if (text === "2probe") return onProbe;
    if (text === "40") return onConnect ?? [`40{"sid":"fake-socket"}`];
    const [, id, event] = /^42(\d*)\["(\w+)"/.exec(text) ?? [];
    if (event === "go") {
      this.#polling.went = true;
      return onGo;
    }
    return event === "echo" ? [`43${id}["echo"]`] : [];
  }
}

/** Frames on their way to a polling client: all that wait go into the next answer. */
class PollingSession {
  /** Whether the page has emitted "go". */
  went = false;
  readonly #script: Script;
  #frames: Frame[] = [];
  #waiting: ServerResponse | undefined;

  constructor(script: Script) {
    this.#script = script;
  }

  push(frames: readonly Frame[]): void {
    this.#frames = this.#frames.concat(frames);
    this.#flush();
  }

  poll(response: ServerResponse): void {
    this.#waiting = response;
    this.#flush();
  }

  #flush(): void {
    const response = this.#waiting;
    if (!response) return;
    if (!this.went || (this.#script.poll ?? asEver)(response) === false) {
      if (this.#frames.length === 0) return;
      response.end(bodyOf(this.#frames.splice(0)));
    }
    this.#waiting = undefined;
  }
}

const asEver: Answer = () => false;

/** A polling body. */
function bodyOf(frames: readonly Frame[]): string {
  return frames.map((frame) => (typeof frame === "object" ? `b${frame.toString("base64")}` : frame)).join("\x1e");
}
