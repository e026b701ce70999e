import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";

import { Server, type ServerOptions } from "socket.io";

import { site } from "./site.ts";

/** Attaches a test's handlers; called again after each restart. */
export type Setup = (io: Server) => void;

export interface StartOptions extends Partial<ServerOptions> {
  /** Port to listen on; default: a free one. */
  port?: number;
}

/** A Socket.IO server that also serves the test page, can be killed, and comes back on the same port. */
export class TestServer {
  io!: Server;
  port = 0;
  /** Engine.IO sessions opened so far, over all restarts. */
  sessions = 0;
  /** Requests and websocket upgrades without a session id so far: attempts to open a session. */
  attempts = 0;
  #http: HttpServer | undefined;
  readonly #connections = new Set<TcpSocket>();
  readonly #setup: Setup;
  readonly #options: StartOptions;

  static async start(setup: Setup = () => {}, options: StartOptions = {}): Promise<TestServer> {
    const server = new TestServer(setup, options);
    server.port = options.port ?? 0;
    await server.#listen();
    return server;
  }

  private constructor(setup: Setup, options: StartOptions) {
    this.#setup = setup;
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Cuts every connection without a word and stops listening. */
  async kill(): Promise<void> {
    const http = this.#http;
    if (!http) return;
    this.#http = undefined;
    const closed = new Promise((resolve) => http.close(resolve));
    for (const connection of this.#connections) connection.destroy();
    await closed;
    await this.io.close();
  }

  /** Listens again on the same port, with a new Socket.IO server that knows none of the old sessions. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#listen();
  }

  close(): Promise<void> {
    return this.kill();
  }

  async #listen(): Promise<void> {
    const http = createServer();
    http.on("connection", (connection) => {
      this.#connections.add(connection);
      connection.on("close", () => this.#connections.delete(connection));
    });
    const { port: _, ...options } = this.#options;
    this.io = new Server(http, { serveClient: false, ...options });
    const path = this.io.path();
    // Socket.IO answers its own path, and hands every other request to the listeners registered before it.
    http.on("request", (request, response) => {
      if (request.url?.startsWith(path)) this.#count(request.url);
      else site(request, response);
    });
    http.on("upgrade", (request) => this.#count(request.url ?? ""));
    this.io.engine.on("connection", () => this.sessions++);
    this.#setup(this.io);
    this.#http = http;
    await new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (http.address() as AddressInfo).port;
  }

  #count(url: string): void {
    if (!new URL(url, "http://server").searchParams.has("sid")) this.attempts++;
  }
}
