import { opening, type Scenarios } from "../harness/scenario.ts";

/** Where the peer is wrong and Ferrio is not: the logs differ, and `intended.ts` says why. */
export const repairs: Scenarios = {
  "delays vary also at their longest, and never become 0": async ({ io, url, log, told }) => {
    const original = setTimeout;
    const { now } = Date;
    let skipped = 0;
    Date.now = () => now() + skipped;
    const soon = (run: () => void) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = run;
      port2.postMessage(0);
      return 0;
    };
    const hasty = (run: () => void, delay = 0) => (delay > 0 && delay < 50_000 ? original(run, delay) : soon(() => void ((skipped += delay), run())));
    globalThis.setTimeout = hasty as typeof setTimeout;
    // Without transports an attempt fails at once.
    const manager = io(url, { transports: [], timeout: false as any, reconnectionAttempts: 1200, reconnectionDelay: 100_000, reconnectionDelayMax: 1_000_000 }).io;
    const delays: number[] = [];
    let last = 0;
    manager.on("error", () => (last = Date.now()));
    manager.on("reconnect_attempt", () => delays.push(Date.now() - last));
    manager.on("reconnect_failed", () => log("given up"));
    await told("given up");
    const late = delays.slice(100);
    log("attempts", delays.length, "some without a delay", late.some((delay) => delay < 1000), "the others all alike", late.every((delay) => delay < 1000 || delay > 990_000));
  },
  "0 is a value": ({ Manager, log }) => {
    const zero = { reconnectionAttempts: 0, reconnectionDelay: 0, reconnectionDelayMax: 0, randomizationFactor: 0, timeout: 0 };
    const manager = new Manager("http://127.0.0.1:1", { ...zero, autoConnect: false }) as any;
    for (const name of Object.keys(zero)) log(name, manager[name]());
  },
  "timeout() of an event that waits for retries does not hold for the next": async ({ open, logger, told, sleep }) => {
    const socket = open({ retries: 1, ackTimeout: 20_000, autoConnect: false });
    socket.timeout(50).emit("silence", 1, logger("first"));
    socket.emit("silence", 2, logger("second"));
    socket.connect();
    await told("first");
    await Promise.race([told("second"), sleep(1000)]);
  },
  "a volatile event that ends in a text does not spoil recovery": {
    server: { connectionStateRecovery: {} },
    run: async ({ connect, once, log, told, ask }) => {
      const socket = await connect({ reconnectionDelay: 50 });
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      // As the server's socket.volatile.emit(): without an offset.
      await ask("say", '42["status","running"]');
      await told('"status"');
      await ask("closeSessions");
      await told("/ connect ", 2);
      log(!!socket.recovered);
    },
  },
  "a namespace that is never answered": {
    rewrite: () => (packet) => (packet.startsWith("40/a,") ? [] : [packet]),
    run: async ({ open, hurry, once, heard, log, sleep }) => {
      hurry(8000, 12_000);
      const socket = open({}, "/a");
      socket.once("connect_error", ({ code }: { code: string }) => log("code", code));
      socket.once("connect_error", () => socket.disconnect());
      await Promise.race([once(socket, "connect_error"), sleep(3000)]);
      await heard("/a connection");
      log(socket.active, socket.connected);
    },
  },
  "auth that throws": async ({ open, once, sleep, log }) => {
    const socket = open({
      auth: () => {
        throw new Error("thrown");
      },
    });
    socket.once("connect_error", ({ code, retry }: any) => log("code", code, retry.willRetry));
    await Promise.race([once(socket, "connect_error"), sleep(3000)]);
    log(socket.connected, socket.active);
  },
  "auth that rejects": async ({ open, once, sleep, log }) => {
    const socket = open({ auth: (() => Promise.reject(new Error("rejected"))) as () => any });
    socket.once("connect_error", ({ code, retry }: any) => log("code", code, retry.willRetry));
    await Promise.race([once(socket, "connect_error"), sleep(3000)]);
    log(socket.connected, socket.active);
  },
  "auth that never answers": async ({ open, hurry, once, sleep, log }) => {
    hurry(8000, 12_000);
    const socket = open({ auth: () => {} });
    socket.once("connect_error", ({ code, retry }: any) => log("code", code, retry.willRetry));
    socket.once("connect_error", () => socket.disconnect());
    await Promise.race([once(socket, "connect_error"), sleep(3000)]);
    log(socket.connected, socket.active);
  },
  "recovered is a boolean": async ({ connect, log }) => {
    const socket = await connect();
    log(socket.recovered);
  },
  "autoUnref has no effect in a browser": async ({ open, attempt, told, sleep }) => {
    attempt("io()", () => typeof open({ autoUnref: true }));
    await Promise.race([told("/ connect "), sleep(3000)]);
  },
  "a handshake that is an empty object": {
    ...opening(() => "0{}"),
    run: async ({ open, once, sleep, log }) => {
      const socket = open({ reconnectionAttempts: 1, reconnectionDelay: 10 });
      socket.once("connect_error", ({ code }: { code: string }) => log("code", code));
      await Promise.race([once(socket.io, "reconnect_error"), sleep(3000)]);
      log(socket.active);
    },
  },
  "coming online does not wait for the next attempt": async ({ connect, once, told, ask, sleep, log }) => {
    const socket = await connect({ reconnectionDelay: 100_000, reconnectionDelayMax: 100_000 });
    await ask("closeSessions");
    await told("/ disconnect");
    dispatchEvent(new Event("online"));
    await Promise.race([once(socket, "connect"), sleep(3000)]);
    log(socket.connected);
  },
  "WebSocket is looked up when it is made, and may throw": {
    over: ["upgrade"],
    run: async ({ open, until, told, log }) => {
      let made = 0;
      globalThis.WebSocket = class {
        constructor() {
          made++;
          throw new DOMException("forbidden", "SecurityError");
        }
      } as any;
      const socket = open();
      await told("/ connect ");
      await until(() => made > 0 || socket.io.engine.transport.name === "websocket");
      log(made > 0, socket.io.engine.transport.name, await socket.emitWithAck("echo", 1));
    },
  },
  "fetch is looked up when a request is made": {
    over: ["polling"],
    run: async ({ connect, log }) => {
      const { fetch } = globalThis;
      let made = 0;
      globalThis.fetch = (...args) => {
        made++;
        return fetch(...args);
      };
      await connect();
      log(made > 0);
    },
  },
  "an event is looked at by its own namespace alone": async ({ connect, watch, told, log }) => {
    const socket = await connect();
    let looked = 0;
    const names = Array.from({ length: 20 }, (_, n) => `/dynamic-${n}`);
    for (const nsp of names) watch(socket.io.socket(nsp));
    for (const nsp of names) await told(`${nsp} connect `);
    for (const nsp of names) Object.defineProperty(socket.io.nsps[nsp], "nsp", { get: () => (looked++, nsp) });
    await socket.emitWithAck("echo", 1);
    log("others that look at a packet", looked);
  },
};
