import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** What the proxy does with a connection that asks for a websocket. */
export type UpgradePolicy = "pass" | "refuse" | "reset" | "hang";

/** A TCP proxy on its own port that can fall silent, cut connections, or refuse websockets. */
export class Proxy {
  /** Applied to connections whose first request asks for a websocket. */
  upgrades: UpgradePolicy = "pass";
  /** Milliseconds added in each direction to every chunk. */
  delay = 0;
  /** Connections whose first request asked for a websocket. */
  upgradeRequests = 0;
  #silent = false;
  #cut = false;
  #port = 0;
  readonly #server: Server;
  readonly #links = new Set<Link>();

  static async start(targetPort: number): Promise<Proxy> {
    const proxy = new Proxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    proxy.#port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  private constructor(targetPort: number) {
    this.#server = createServer((page) => this.#accept(page, targetPort));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resets every connection, and every new one until `restore`. */
  cut(): void {
    this.#cut = true;
    this.reset();
  }

  /** Accepts connections again. */
  restore(): void {
    this.#cut = false;
  }

  /** From now on no byte passes in either direction; connections stay open and new ones are accepted. */
  blackHole(): void {
    this.#silent = true;
  }

  /** Passes bytes again. What was swallowed stays lost, so every old connection is cut first. */
  heal(): void {
    this.reset();
    this.#silent = false;
  }

  /** Resets every connection on both sides. */
  reset(): void {
    for (const { page, target } of this.#links) {
      page.resetAndDestroy();
      target.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.reset();
    await closed;
  }

  #accept(page: Socket, targetPort: number): void {
    if (this.#cut) {
      page.resetAndDestroy();
      return;
    }
    const target = connect(targetPort, "127.0.0.1");
    const link: Link = { page, target };
    this.#links.add(link);
    for (const [socket, other] of [
      [page, target],
      [target, page],
    ] as const) {
      socket.setNoDelay(true);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#links.delete(link);
        // Not before the bytes that are still on their way.
        setTimeout(() => other.destroySoon(), this.delay);
      });
    }
    let policy: UpgradePolicy | undefined;
    page.on("data", (chunk) => {
      policy ??= this.#policy(chunk);
      switch (policy) {
        case "pass":
          return this.#forward(page, target, chunk);
        case "refuse":
          page.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
          return;
        case "reset":
          page.resetAndDestroy();
          return;
        case "hang":
          return;
      }
    });
    target.on("data", (chunk) => this.#forward(target, page, chunk));
  }

  #policy(firstChunk: Buffer): UpgradePolicy {
    if (!/^upgrade: websocket/im.test(firstChunk.toString("latin1"))) return "pass";
    this.upgradeRequests++;
    return this.upgrades;
  }

  #forward(from: Socket, to: Socket, chunk: Buffer): void {
    if (this.#silent) return;
    const write = () => {
      if (this.#silent || to.destroyed) return;
      if (!to.write(chunk)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    };
    if (this.delay > 0) setTimeout(write, this.delay);
    else write();
  }
}

interface Link {
  readonly page: Socket;
  readonly target: Socket;
}
