import type { Proxy } from "../../e2e/harness/proxy.ts";
import type { TestServer } from "../../e2e/harness/server.ts";
import type { Journal } from "./journal.ts";

/** What a script may have done to the server and to the proxy in front of it. */
export function backstage(server: TestServer, proxy: Proxy | undefined, journal: Journal) {
  /** Waits until a GET of every polling session hangs: what happens then reaches it at once. */
  const polled = () =>
    until(() => Object.values<any>((server.io.engine as any).clients).every(({ transport }) => transport.writable), () => "not every session has a GET that hangs");
  return {
    kill: () => {
      journal.kill();
      return server.kill();
    },
    restart: () => server.restart(),
    /** Closes every session, as a server does that shuts down; then emits `events`, which nobody hears any more. */
    closeSessions: async (...events: unknown[][]) => {
      await polled();
      for (const session of Object.values<any>((server.io.engine as any).clients)) session.close();
      for (const [event, ...args] of events) server.io.emit(event as string, ...args);
    },
    /** Knows no session any more, once a GET of each one hangs. */
    forgetSessions: async () => {
      await polled();
      (server.io.engine as any).clients = {};
    },
    /** Disconnects every socket of the server, with its connection if `close`. */
    disconnectSockets: (close: boolean) => server.io.disconnectSockets(close),
    /** Emits an event to every socket of a namespace. */
    emit: (namespace: string, event: string, ...args: unknown[]) => server.io.of(namespace).emit(event, ...args),
    /** Sends every session the text of a packet, e.g. `42["event"]`. */
    say: (...packets: string[]) => {
      for (const session of Object.values<any>((server.io.engine as any).clients)) {
        for (const packet of packets) session.sendPacket(KINDS[Number(packet[0])], packet.slice(1));
      }
    },
    /** Sends every session an attachment. */
    sayBinary: (...bytes: number[]) => {
      for (const session of Object.values<any>((server.io.engine as any).clients)) session.write(Buffer.from(bytes));
    },
    cut: () => proxy!.cut(),
    restore: () => proxy!.restore(),
    reset: () => proxy!.reset(),
    blackHole: () => proxy!.blackHole(),
    heal: () => proxy!.heal(),
    /** What becomes of websockets from now on. */
    websockets: (policy: Proxy["upgrades"]) => void (proxy!.upgrades = policy),
    heard: (text: string, count: number) => until(() => journal.heard(text).length >= count, () => `the server did not hear ${count} × "${text}":\n${journal.heard("").join("\n")}`),
    received: (text: string, count: number) => until(() => journal.received(text) >= count, () => `the server did not receive ${count} × "${text}"`),
  };
}

export type Backstage = ReturnType<typeof backstage>;
export type Command = keyof Backstage;

async function until(condition: () => boolean, otherwise: () => string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(otherwise());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const KINDS = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
