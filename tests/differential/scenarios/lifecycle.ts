import { opening, type Scenarios } from "../harness/scenario.ts";

/** Connecting and disconnecting, by whichever side. */
export const lifecycle: Scenarios = {
  "connect, echo, disconnect": {
    over: ["websocket", "polling"],
    run: async ({ connect, log, heard }) => {
      const socket = await connect();
      log(await socket.emitWithAck("echo", "hi"));
      socket.disconnect();
      log("left", socket.connected, socket.disconnected, socket.active, socket.id);
      await heard("disconnect client namespace disconnect");
    },
  },
  "a socket can be used before it is connected": async ({ open, log, told }) => {
    const socket = open();
    log(socket.connected, socket.disconnected, socket.active, socket.id, socket.nsp, typeof socket.io.engine, socket.io.engine.readyState);
    log(socket.emit("echo", 1, (answer: number) => log("answer", answer)) === socket);
    await told("answer");
    log(socket.connected, socket.disconnected, socket.active, typeof socket.id, socket.io.engine.readyState, socket.id !== socket.io.engine.id);
  },
  "autoConnect: false waits for connect()": async ({ open, log, sleep, told }) => {
    const socket = open({ autoConnect: false });
    log(socket.active, socket.connected, socket.io.engine);
    await sleep(50);
    log(socket.connect() === socket, socket.active, typeof socket.io.engine);
    await told("/ connect");
  },
  "open() and close() are connect() and disconnect()": async ({ open, log, told }) => {
    const socket = open({ autoConnect: false });
    log(socket.open() === socket);
    await told("/ connect");
    log(socket.close() === socket);
  },
  "disconnect() before the handshake tells nothing": {
    over: ["polling"],
    run: async ({ open, log, sleep }) => {
      const socket = open();
      socket.disconnect();
      log(socket.active, socket.connected);
      await sleep(500);
    },
  },
  "disconnect() before the namespace is joined": async ({ open, once, log, heard }) => {
    const socket = open();
    await once(socket.io, "open");
    socket.disconnect();
    log(socket.active, socket.connected);
    await heard("disconnect");
  },
  "disconnect() in the connect listener": async ({ open, told, heard }) => {
    const socket = open();
    socket.on("connect", () => socket.disconnect());
    await told("/ disconnect");
    await heard("disconnect client namespace disconnect");
  },
  "disconnect().connect() at once": async ({ open, told, once }) => {
    const socket = open();
    await once(socket, "connect");
    socket.disconnect().connect();
    await told("/ connect ", 2);
  },
  "connect() while connected or connecting is nothing": async ({ open, told, log }) => {
    const socket = open();
    log(socket.connect() === socket, socket.open() === socket);
    await told("/ connect");
    socket.connect();
    log(await socket.emitWithAck("echo", 1));
  },
  "disconnect() twice tells once": async ({ connect, heard }) => {
    const socket = await connect();
    socket.disconnect();
    socket.disconnect();
    await heard("disconnect");
  },
  "connect() in the disconnect listener": async ({ connect, told }) => {
    const socket = await connect();
    socket.once("disconnect", () => socket.connect());
    socket.disconnect();
    await told("/ connect ", 2);
  },
  "the server disconnects the last socket": {
    over: ["websocket", "polling"],
    run: async ({ connect, told, log }) => {
      const socket = await connect();
      socket.emit("leave");
      await told("/ disconnect");
      log(socket.active, socket.io.engine.readyState);
      socket.connect();
      await told("/ connect ", 2);
    },
  },
  "the server disconnects a socket and its connection": async ({ connect, told, log }) => {
    const socket = await connect();
    socket.emit("leave", true);
    await told("/ disconnect");
    log(socket.active);
  },
  "the server closes the session": {
    over: ["websocket", "polling"],
    run: async ({ connect, ask, told }) => {
      await connect();
      await ask("closeSessions");
      await told("/ connect ", 2);
    },
  },
  "engine.close() is a loss": {
    over: ["websocket", "polling"],
    run: async ({ connect, log, told, idle }) => {
      const socket = await connect();
      const { engine } = socket.io;
      await idle(socket);
      engine.close();
      log(engine.readyState);
      await told("/ connect ", 2);
      log(engine === socket.io.engine, engine.readyState, socket.io.engine.readyState);
    },
  },
  "manager.disconnect() is no loss": async ({ connect, log, sleep, told }) => {
    const socket = await connect();
    socket.io.disconnect();
    log(socket.active, socket.connected);
    await sleep(120);
    socket.connect();
    await told("/ connect ", 2);
  },
  "a connection that is reset": {
    proxy: true,
    run: async ({ connect, ask, told }) => {
      await connect();
      await ask("reset");
      await told("/ connect ", 2);
    },
  },
  "what a disconnect says of a lost connection": async ({ connect, ask, once, log }) => {
    const socket = await connect();
    const lost = once(socket, "disconnect");
    await ask("closeSessions");
    const [reason, details] = await lost;
    log(reason, details, details instanceof Error);
  },
  "how many arguments a disconnect without details has": async ({ connect, log }) => {
    const socket = await connect();
    socket.on("disconnect", (...args: unknown[]) => log("arguments", args.length));
    socket.disconnect();
  },
  "a server that falls silent": {
    over: ["websocket", "polling"],
    proxy: true,
    // Only the page is told that the server's patience is short: both would lose it at the same moment.
    server: { pingInterval: 100, pingTimeout: 20_000 },
    ...opening((handshake) => `0${JSON.stringify({ ...handshake, pingTimeout: 2000 })}`),
    run: async ({ connect, once, received, ask, told }) => {
      const socket = await connect({ reconnection: false });
      await once(socket.io, "ping");
      await received("3");
      await ask("blackHole");
      await told("/ disconnect");
    },
  },
  "pings are answered and told": {
    over: ["websocket", "polling"],
    server: { pingInterval: 40, pingTimeout: 5000 },
    run: async ({ connect, once, log, received }) => {
      const socket = await connect();
      log("ping", await once(socket.io, "ping"));
      log("ping", await once(socket.io, "ping"));
      await received("3");
      log(socket.connected);
    },
  },
  "a socket's id is its own": async ({ connect, log }) => {
    const first = await connect();
    const second = await connect({}, "/a");
    const engineId = first.io.engine.id;
    log(first.id === second.id, first.id === engineId, typeof engineId);
    const { id } = first;
    first.disconnect();
    log(first.id);
    first.connect();
    await new Promise((resolve) => first.once("connect", resolve));
    log(first.id === id);
  },
};
