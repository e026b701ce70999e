import { vi } from "vitest";

/** The other end of a websocket: a server that the test writes line by line. */
export class FakeServer {
  /** Websockets opened so far. */
  readonly connections: FakeWebSocket[] = [];
  /** Answers CONNECT by itself: what follows `40` or `40/ns,`. `undefined`: not at all. */
  joined: ((namespace: string) => string) | undefined = (namespace) => `{"sid":"id${this.connections.length}${namespace}"}`;

  constructor() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a class of the global's form
    const server = this;
    vi.stubGlobal(
      "WebSocket",
      class extends FakeWebSocket {
        constructor(url: string) {
          super(url, server);
        }
      },
    );
  }

  /** The latest websocket. */
  get current(): FakeWebSocket {
    return this.connections.at(-1)!;
  }

  /** The handshake on the latest websocket. */
  open(sid = "engine"): void {
    this.current.onopen({});
    this.current.say(`0{"sid":"${sid}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`);
  }

  /** What the client sent on the latest websocket since the last call. */
  heard(): unknown[] {
    return this.current.sent.splice(0);
  }
}

export class FakeWebSocket {
  readonly url: string;
  readonly sent: unknown[] = [];
  closed = false;
  binaryType = "";
  onopen!: (event: object) => void;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose!: (event: object) => void;
  onerror!: (event: object) => void;
  readonly #server: FakeServer;

  constructor(url: string, server: FakeServer) {
    this.url = url;
    this.#server = server;
    server.connections.push(this);
  }

  /** One message from the server. */
  say(data: unknown): void {
    this.onmessage?.({ data });
  }

  send(data: unknown): void {
    this.sent.push(data);
    const connect = typeof data === "string" ? /^40(?:(\/[^,]*),)?/.exec(data) : null;
    const joined = this.#server.joined;
    if (connect && joined) queueMicrotask(() => this.say(`40${connect[1] ? `${connect[1]},` : ""}${joined(connect[1] ?? "")}`));
  }

  close(): void {
    this.closed = true;
  }
}

/** Lets everything that waits for the end of the turn happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
