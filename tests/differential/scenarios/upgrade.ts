import type { Scenarios } from "../harness/scenario.ts";

/** From polling to websocket, and which transports are tried. */
export const upgrade: Scenarios = {
  "an upgrade": {
    over: ["upgrade"],
    run: async ({ open, watchEngine, upgraded, log }) => {
      const socket = open();
      watchEngine(socket.io);
      await upgraded(socket.io);
      log(await socket.emitWithAck("echo", 1), socket.io.engine.transport.name);
    },
  },
  "events after an upgrade": {
    over: ["upgrade"],
    run: async ({ open, upgraded, heard, told }) => {
      const socket = open();
      await told("/ connect ");
      await upgraded(socket.io);
      for (let n = 0; n < 3; n++) socket.emit("late", n);
      socket.emit("binary", new Uint8Array([1]));
      await heard('"binary"');
    },
  },
  "upgrade: false": {
    over: ["upgrade"],
    run: async ({ open, sleep, told, log }) => {
      const socket = open({ upgrade: false });
      await told("/ connect ");
      await sleep(100);
      log(socket.io.engine.transport.name);
    },
  },
  "a server without upgrades": {
    over: ["upgrade"],
    server: { allowUpgrades: false },
    run: async ({ open, sleep, told, log }) => {
      const socket = open();
      await told("/ connect ");
      await sleep(100);
      log(socket.io.engine.transport.name);
    },
  },
  "what upgradeError says": {
    over: ["upgrade"],
    proxy: true,
    run: async ({ open, once, ask, logError, told }) => {
      await ask("websockets", "refuse");
      const [error] = await once(open().io.engine, "upgradeError");
      // The peer probes beside it.
      await told("/ connect ");
      logError(error);
    },
  },
  "an upgrade that is refused": {
    over: ["upgrade"],
    proxy: true,
    run: async ({ open, watchEngine, ask, told, log }) => {
      await ask("websockets", "refuse");
      const socket = open();
      watchEngine(socket.io);
      await told("upgradeError");
      await told("/ connect ");
      log(socket.io.engine.transport.name, await socket.emitWithAck("echo", 1));
    },
  },
  "websocket first, with polling behind it": {
    over: ["upgrade"],
    run: async ({ open, told, log }) => {
      const socket = open({ transports: ["websocket", "polling"] });
      await told("/ connect ");
      log(socket.io.engine.transport.name);
    },
  },
  "websocket is refused, polling behind it is not tried": {
    over: ["upgrade"],
    proxy: true,
    run: async ({ open, ask, told, log }) => {
      await ask("websockets", "refuse");
      const socket = open({ transports: ["websocket", "polling"], reconnectionAttempts: 1, reconnectionDelay: 10 });
      await told("reconnect_failed");
      log(socket.active);
    },
  },
  "tryAllTransports goes on to polling": {
    over: ["upgrade"],
    proxy: true,
    run: async ({ open, ask, told, log }) => {
      await ask("websockets", "refuse");
      const socket = open({ transports: ["websocket", "polling"], tryAllTransports: true, upgrade: false });
      await told("/ connect ");
      log(socket.io.engine.transport.name);
    },
  },
  "no transports": async ({ open, told, sleep }) => {
    const socket = open({ transports: [], reconnection: false });
    await told("connect_error");
    await sleep(20);
    socket.disconnect();
  },
  "rememberUpgrade": {
    over: ["upgrade"],
    run: async ({ open, upgraded, once, log, told }) => {
      const socket = open({ rememberUpgrade: true, reconnectionDelay: 10 });
      await told("/ connect ");
      await upgraded(socket.io);
      socket.io.engine.close();
      await once(socket.io, "open");
      log(socket.io.engine.transport.name);
      await told("/ connect ", 2);
    },
  },
  "disconnect() after an upgrade": {
    over: ["upgrade"],
    run: async ({ open, upgraded, told, heard }) => {
      const socket = open();
      await told("/ connect ");
      await upgraded(socket.io);
      socket.disconnect();
      await heard("disconnect");
    },
  },
  "a lost connection after an upgrade": {
    over: ["upgrade"],
    run: async ({ open, upgraded, told, ask }) => {
      const socket = open({ reconnectionDelay: 10 });
      await told("/ connect ");
      await upgraded(socket.io);
      await ask("closeSessions");
      await told("/ connect ", 2);
      await upgraded(socket.io);
    },
  },
};
