import type { Scenarios } from "../harness/scenario.ts";

/** What is emitted while there is no connection. */
export const buffers: Scenarios = {
  "emits before the connection go out in order, before connect is told": {
    over: ["websocket", "polling"],
    run: async ({ open, log, heard }) => {
      const socket = open();
      socket.emit("one", 1);
      socket.emit("two", { b: 2 });
      socket.send("three");
      socket.on("connect", () => {
        log("buffered", socket.sendBuffer.length);
        socket.emit("four");
      });
      await heard('event ["four"]');
    },
  },
  "sendBuffer shows what waits": async ({ open, log, heard }) => {
    const socket = open({ autoConnect: false });
    socket.emit("one", 1, { a: [2] });
    socket.emit("two", () => {});
    log(socket.sendBuffer.map(({ data }: any) => data), socket.sendBuffer.length, socket.sendBuffer[0].type);
    socket.connect();
    await heard('event ["two"');
    log(socket.sendBuffer);
  },
  "sendBuffer that the app empties": async ({ open, attempt, told, log }) => {
    const socket = open({ autoConnect: false });
    socket.emit("back", 1);
    socket.sendBuffer.length = 0;
    log(socket.sendBuffer.length);
    socket.emit("back", 2);
    attempt("assigned", () => (socket.sendBuffer = []).length);
    socket.emit("back", 3);
    socket.connect();
    await told('event "back" 3');
  },
  "receiveBuffer while early events are told": {
    rewrite: () => {
      let held: string[] = [];
      return (packet) => {
        if (packet.startsWith("40/greeting,")) held = [packet];
        if (packet.startsWith("40/greeting,")) return [];
        return packet.startsWith("42/greeting,") ? [packet, ...held.splice(0)] : [packet];
      };
    },
    run: async ({ open, told, log }) => {
      const socket = open({}, "/greeting");
      socket.on("hello", () => log("waiting", socket.receiveBuffer));
      await told("/greeting connect ");
      log(socket.receiveBuffer);
    },
  },
  "emits after disconnect() wait for the next connection": async ({ connect, heard, log }) => {
    const socket = await connect();
    socket.disconnect();
    socket.emit("late", 1);
    log(socket.sendBuffer.length);
    socket.connect();
    await heard('event ["late",1]');
  },
  "what is buffered survives disconnect()": async ({ open, heard, log }) => {
    const socket = open({ autoConnect: false });
    socket.emit("kept");
    socket.disconnect();
    log(socket.sendBuffer.length);
    socket.connect();
    await heard('event ["kept"]');
  },
  "emits in the disconnect listener wait for the next connection": async ({ connect, heard, ask }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    socket.once("disconnect", () => socket.emit("missed you"));
    await ask("closeSessions");
    await heard('event ["missed you"]');
  },
  "emits while reconnecting": {
    over: ["websocket", "polling"],
    run: async ({ connect, ask, heard, told }) => {
      const socket = await connect({ reconnectionDelay: 1500, reconnectionDelayMax: 1500 });
      await ask("kill");
      await told("/ disconnect");
      socket.emit("first");
      await told("reconnect_attempt");
      socket.emit("second");
      await told("reconnect_error");
      socket.emit("third");
      await ask("restart");
      await told("/ connect ", 2);
      socket.emit("fourth");
      await heard('event ["fourth"]');
    },
  },
  "emits between the engine's opening and connect": async ({ open, heard, once }) => {
    const socket = open();
    await once(socket.io, "open");
    socket.emit("between");
    await heard('event ["between"]');
  },
  "emits to several namespaces before the connection": async ({ Manager, watch, url, mode, heard }) => {
    const manager = new Manager(url, mode);
    const first = watch(manager.socket("/a"));
    const second = watch(manager.socket("/b"));
    second.emit("to b");
    first.emit("to a");
    second.emit("to b again");
    await heard("again");
    await heard("to a");
  },
  "what waits for a refused namespace": async ({ open, told, log, heard }) => {
    const socket = open({ auth: { token: "bad" } }, "/token");
    socket.emit("patient");
    await told("connect_error");
    log(socket.sendBuffer.length);
    socket.auth.token = "good";
    socket.connect();
    await heard("patient");
  },
  "volatile before any connection is dropped": async ({ open, told, log }) => {
    const socket = open({ autoConnect: false });
    socket.volatile.emit("dropped");
    log(socket.sendBuffer.length);
    socket.emit("back", "kept");
    socket.connect();
    await told("event");
  },
  "volatile while the engine opens is dropped": async ({ open, told }) => {
    const socket = open();
    socket.volatile.emit("dropped");
    socket.emit("back", "kept");
    await told("event");
  },
  "volatile while the namespace is joined": async ({ open, once, told, heard }) => {
    const socket = open({}, "/a");
    // CONNECT is written now; its answer is a task of its own.
    await once(socket.io, "open");
    socket.volatile.emit("early");
    await told("/a connect ");
    socket.emit("back", "kept");
    await heard("kept");
  },
  "volatile on a ready connection is sent": {
    over: ["websocket", "polling"],
    run: async ({ connect, idle, heard }) => {
      const socket = await connect();
      await idle(socket);
      socket.volatile.emit("sent", 1);
      await heard('event ["sent",1]');
    },
  },
  "volatile right after another emit": {
    over: ["websocket", "polling"],
    run: async ({ connect, idle, told }) => {
      const socket = await connect();
      await idle(socket);
      socket.emit("first");
      socket.volatile.emit("dropped");
      socket.emit("back", 1);
      await told("event");
    },
  },
  "volatile in the connect listener": async ({ open, told }) => {
    const socket = open();
    socket.on("connect", () => {
      socket.volatile.emit("volatile");
      socket.emit("back", 1);
    });
    await told("event");
  },
  "volatile while disconnected is dropped": async ({ connect, told }) => {
    const socket = await connect();
    socket.disconnect();
    socket.volatile.emit("dropped");
    socket.connect();
    await told("/ connect ", 2);
    socket.emit("back", 1);
    await told("event");
  },
  "volatile with an ack that is dropped": async ({ open, told, logger, sleep }) => {
    const socket = open({ autoConnect: false });
    socket.volatile.emit("echo", 1, logger("plain"));
    socket.volatile.timeout(20).emit("echo", 1, logger("timeout"));
    await sleep(60);
    socket.connect();
    await told("/ connect ");
    socket.emit("back", 1);
    await told("event");
  },
  "options hold for one emit": async ({ connect, log, heard }) => {
    const socket = await connect();
    const created: unknown[] = [];
    socket.io.engine.on("packetCreate", ({ options }: any) => created.push(options.compress));
    log(socket.compress(false) === socket, socket.timeout(5000) === socket, socket.volatile === socket);
    await socket.emitWithAck("echo", 1);
    socket.emit("last", 1);
    await heard("last");
  },
};
