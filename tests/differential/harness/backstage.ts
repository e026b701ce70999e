import type { Proxy } from "../../e2e/harness/proxy.ts";
import type { TestServer } from "../../e2e/harness/server.ts";
import type { Journal } from "./journal.ts";

/** What a script may have done to the server and to the proxy in front of it. */
export function backstage(server: TestServer, proxy: Proxy | undefined, journal: Journal) {
  return {
    kill: () => {
      journal.kill();
      return server.kill();
    },
    restart: () => server.restart(),
    /** Closes every session, as a server does that shuts down; then emits `events`, which nobody hears any more. */
    closeSessions: (...events: unknown[][]) => {
      for (const session of Object.values<any>((server.io.engine as any).clients)) session.close();
      for (const [event, ...args] of events) server.io.emit(event as string, ...args);
    },
    /** Knows no session any more, once a GET of each one hangs. */
    forgetSessions: async () => {
      const engine = server.io.engine as any;
      while (!Object.values<any>(engine.clients).every(({ transport }) => transport.writable)) await new Promise((resolve) => setTimeout(resolve, 5));
      engine.clients = {};
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
    heard: async (text: string, count: number) => {
      const end = performance.now() + 20_000;
      while (journal.heard(text).length < count) {
        if (performance.now() > end) throw new Error(`the server did not hear ${count} × "${text}":\n${journal.heard("").join("\n")}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

export type Backstage = ReturnType<typeof backstage>;
export type Command = keyof Backstage;

const KINDS = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
