import type { Scenarios } from "../harness/scenario.ts";

/** Losing the server, and finding it again or not. */
export const reconnection: Scenarios = {
  "a server that refuses, until the attempts are used up": {
    over: ["websocket", "polling"],
    run: async ({ open, ask, told, log }) => {
      await ask("kill");
      const socket = open({ reconnectionAttempts: 2, reconnectionDelay: 10 });
      await told("reconnect_failed");
      log(socket.active, socket.connected);
    },
  },
  "a refusing server without reconnection": async ({ open, ask, told, log, sleep }) => {
    await ask("kill");
    const socket = open({ reconnection: false });
    await told("connect_error");
    await sleep(80);
    log(socket.active);
  },
  "a lost connection without reconnection": async ({ connect, ask, told, log, sleep }) => {
    const socket = await connect({ reconnection: false });
    await ask("closeSessions");
    await told("/ disconnect");
    await sleep(80);
    log(socket.active);
    socket.connect();
    await told("/ connect ", 2);
  },
  "a server that restarts": {
    over: ["websocket", "polling"],
    run: async ({ connect, ask, told }) => {
      await connect({ reconnectionDelay: 1500, reconnectionDelayMax: 1500 });
      await ask("kill");
      await told("reconnect_error");
      await ask("restart");
      await told("/ connect ", 2);
    },
  },
  "connect() after the attempts are used up": async ({ open, ask, told }) => {
    await ask("kill");
    const socket = open({ reconnectionAttempts: 1, reconnectionDelay: 10 });
    await told("reconnect_failed");
    socket.connect();
    await told("reconnect_failed", 2);
    await ask("restart");
    socket.connect();
    await told("/ connect ");
  },
  "reconnectionAttempts: 0": async ({ open, ask, told, sleep, log }) => {
    await ask("kill");
    const socket = open({ reconnectionAttempts: 0, reconnectionDelay: 10_000, reconnectionDelayMax: 10_000 });
    await told("connect_error");
    await sleep(10);
    log(socket.io.reconnectionAttempts());
  },
  "fewer attempts, set in a listener": async ({ open, ask, told, log }) => {
    await ask("kill");
    const socket = open({ reconnectionDelay: 10 });
    socket.io.once("reconnect_attempt", () => log(socket.io.reconnectionAttempts(2) === socket.io));
    await told("reconnect_failed");
  },
  "reconnection(false) in reconnect_attempt": async ({ open, ask, told, sleep, log }) => {
    await ask("kill");
    const socket = open({ reconnectionDelay: 10 });
    socket.io.on("reconnect_attempt", () => socket.io.reconnection(false));
    await told("reconnect_attempt");
    await sleep(80);
    log(socket.active);
  },
  "reconnection(false) while connected": async ({ connect, ask, told, sleep }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    socket.io.reconnection(false);
    await ask("closeSessions");
    await told("/ disconnect");
    await sleep(60);
  },
  "transports changed in reconnect_attempt": async ({ connect, ask, told, log }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    socket.io.on("reconnect_attempt", () => (socket.io.opts.transports = ["polling"]));
    await ask("closeSessions");
    await told("/ connect ", 2);
    log(socket.io.engine.transport.name);
  },
  "query changed in reconnect_attempt": async ({ connect, ask, told, heard }) => {
    const socket = await connect({ reconnectionDelay: 10, query: { n: "1" } });
    socket.io.on("reconnect_attempt", () => (socket.io.opts.query = { n: "2" }));
    await ask("closeSessions");
    await told("/ connect ", 2);
    await heard("/ connection", 2);
  },
  "disconnect() in reconnect_attempt": async ({ connect, ask, told, sleep, log }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    socket.io.once("reconnect_attempt", () => socket.disconnect());
    await ask("kill");
    await told("reconnect_attempt");
    await sleep(80);
    log(socket.active);
  },
  "disconnect() in connect_error": async ({ open, ask, told, sleep, log }) => {
    await ask("kill");
    const socket = open({ reconnectionDelay: 10 });
    socket.once("connect_error", () => socket.disconnect());
    await told("connect_error");
    await sleep(80);
    log(socket.active);
  },
  "disconnect() in the manager's error": async ({ open, ask, told, sleep }) => {
    await ask("kill");
    const socket = open({ reconnectionDelay: 10 });
    socket.io.once("error", () => socket.disconnect());
    await told("error");
    await sleep(80);
  },
  "disconnect() in reconnect_error": async ({ open, ask, told, sleep }) => {
    await ask("kill");
    const socket = open({ reconnectionDelay: 10 });
    socket.io.once("reconnect_error", () => socket.disconnect());
    await told("reconnect_error");
    await sleep(80);
  },
  "disconnect() while it waits, then connect()": async ({ open, ask, told, log }) => {
    await ask("kill");
    const socket = open({ reconnectionDelay: 10_000, reconnectionDelayMax: 10_000 });
    await told("connect_error");
    socket.disconnect();
    log(socket.active);
    await ask("restart");
    socket.connect();
    await told("/ connect ");
  },
  "disconnect().connect() in reconnect_attempt": async ({ connect, ask, told }) => {
    const socket = await connect({ reconnectionDelay: 10, reconnectionAttempts: 1 });
    socket.io.once("reconnect_attempt", () => socket.disconnect().connect());
    await ask("kill");
    await told("reconnect_failed");
  },
  "connect() while it waits does not hurry": async ({ connect, ask, told, sleep, log }) => {
    const socket = await connect({ reconnectionDelay: 10_000, reconnectionDelayMax: 10_000 });
    await ask("closeSessions");
    await told("/ disconnect");
    socket.connect();
    await sleep(80);
    log(socket.connected, socket.active);
  },
  "one socket leaves while reconnecting, the other returns": async ({ connect, watch, ask, told, once, log }) => {
    const first = await connect({ reconnectionDelay: 10 });
    const second = watch(first.io.socket("/a"));
    await once(second, "connect");
    first.io.once("reconnect_attempt", () => first.disconnect());
    await ask("closeSessions");
    await told("/a connect ", 2);
    log(first.active, second.active);
  },
  "a namespace that is added while reconnecting": async ({ connect, watch, ask, once, told }) => {
    const first = await connect({ reconnectionDelay: 100 });
    void ask("closeSessions");
    await once(first.io, "close");
    watch(first.io.socket("/a"));
    await told("/a connect ");
    await told("/ connect ", 2);
  },
  "a manager without sockets reconnects": async ({ Manager, watchManager, url, mode, ask, told, log }) => {
    const manager = watchManager(new Manager(url, { ...mode, reconnectionDelay: 10, randomizationFactor: 0 }));
    await told("manager open");
    await ask("closeSessions");
    await told("manager reconnect 1");
    log(Object.keys(manager.nsps).length);
  },
  "manager.open(callback) that fails does not reconnect": async ({ Manager, watchManager, url, mode, ask, told, sleep, logger }) => {
    await ask("kill");
    const manager = watchManager(new Manager(url, { ...mode, autoConnect: false, reconnectionDelay: 10 }));
    manager.open(logger("callback"));
    await told("callback");
    await sleep(60);
  },
  "manager.open(callback) that works": async ({ Manager, watchManager, url, mode, told, sleep, logger, log }) => {
    const manager = watchManager(new Manager(url, { ...mode, autoConnect: false }));
    log(manager.open(logger("callback")) === manager);
    await told("callback");
    manager.connect(logger("again"));
    await sleep(50);
    manager.disconnect();
  },
  "a silent server is given up after timeout": {
    over: ["websocket", "polling"],
    proxy: true,
    run: async ({ open, ask, told }) => {
      await ask("blackHole");
      open({ timeout: 60, reconnectionAttempts: 1, reconnectionDelay: 10 });
      await told("reconnect_failed");
    },
  },
  "timeout: 0 is over at once": {
    over: ["websocket", "polling"],
    proxy: true,
    run: async ({ open, ask, told }) => {
      await ask("blackHole");
      open({ timeout: 0, reconnectionAttempts: 2, reconnectionDelay: 10 });
      await told("reconnect_failed");
    },
  },
  "timeout: false waits": {
    proxy: true,
    run: async ({ open, ask, sleep, log }) => {
      await ask("blackHole");
      const socket = open({ timeout: false as any });
      await sleep(100);
      log(socket.active, socket.io.timeout());
      socket.disconnect();
    },
  },
  "a namespace that is added between attempts": async ({ Manager, watch, url, mode, ask, told }) => {
    await ask("kill");
    const manager = new Manager(url, { ...mode, reconnectionAttempts: 2, reconnectionDelay: 60, randomizationFactor: 0 });
    watch(manager.socket("/a"));
    await told("connect_error");
    watch(manager.socket("/b"));
    await told("reconnect_failed");
  },
  "events in the order of a reconnection": async ({ connect, told, ask, log }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    for (const event of ["open", "reconnect_attempt", "reconnect"]) socket.io.on(event, () => log(event, socket.connected, socket.id, socket.io.engine.readyState));
    await ask("closeSessions");
    await told("/ connect ", 2);
  },
  "delays double from attempt to attempt, up to the longest": async ({ open, ask, told, log, hurry }) => {
    await ask("kill");
    hurry(50_000);
    const socket = open({ timeout: false as any, reconnectionAttempts: 5, reconnectionDelay: 100_000, reconnectionDelayMax: 500_000 });
    let last = 0;
    socket.io.on("error", () => (last = Date.now()));
    socket.io.on("reconnect_attempt", () => log("after", Math.round((Date.now() - last) / 10_000)));
    await told("reconnect_failed");
  },
  "the page's own timers are used": async ({ connect, ask, told, hurry }) => {
    hurry(50_000);
    await connect({ reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 });
    await ask("closeSessions");
    await told("/ connect ", 2);
  },
  "useNativeTimers ignores what the page made of them": async ({ connect, ask }) => {
    const original = setTimeout;
    const socket = await connect({ reconnectionDelay: 10, useNativeTimers: true });
    globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout;
    const again = new Promise((resolve) => socket.once("connect", resolve));
    // Nothing in the page waits as long as its timers do not run.
    const late = new Promise((_, reject) => original(reject, 20_000, new Error("not connected again")));
    await ask("closeSessions");
    await Promise.race([again, late]).finally(() => (globalThis.setTimeout = original));
  },
};
