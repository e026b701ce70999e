import { opening, type Scenarios } from "../harness/scenario.ts";

/** What a server says that is wrong, and what is told of it. */
export const errors: Scenarios = {
  "what connect_error says of a refused websocket": async ({ open, ask, once, logError }) => {
    await ask("kill");
    const [error] = await once(open({ reconnection: false }), "connect_error");
    logError(error);
  },
  "what connect_error says of a refused request": {
    over: ["polling"],
    run: async ({ open, ask, once, logError }) => {
      await ask("kill");
      const [error] = await once(open({ reconnection: false }), "connect_error");
      logError(error);
    },
  },
  "what connect_error says of a status": {
    over: ["polling"],
    run: async ({ open, once, logError }) => {
      const [error] = await once(open({ path: "/nothing-here", reconnection: false }), "connect_error");
      logError(error);
    },
  },
  "what connect_error says of a timeout": {
    proxy: true,
    run: async ({ open, ask, once, logError }) => {
      await ask("blackHole");
      const [error] = await once(open({ timeout: 50, reconnection: false }), "connect_error");
      logError(error);
    },
  },
  "what disconnect says of a failed request": {
    over: ["polling"],
    run: async ({ connect, ask, once, log }) => {
      const socket = await connect({ reconnection: false });
      const lost = once(socket, "disconnect");
      await ask("forgetSessions");
      socket.emit("anybody there?");
      const [reason, { message, type, description, context }] = await lost;
      log(reason, { message, type, description, context });
    },
  },
  "no Socket.IO at this path (polling)": {
    over: ["polling"],
    run: async ({ open, told }) => {
      open({ path: "/nothing-here", reconnection: false });
      await told("connect_error");
    },
  },
  "no Socket.IO at this path (websocket)": async ({ open, told }) => {
    open({ path: "/nothing-here", reconnection: false });
    await told("connect_error");
  },
  "a server of Socket.IO 2 that does not answer with a sid": {
    rewrite: () => (packet) => [packet.startsWith("40{") ? "40" : packet],
    run: async ({ open, told, sleep, log }) => {
      const socket = open();
      await told("connect_error");
      await sleep(30);
      log(socket.active, socket.connected);
    },
  },
  "CONNECT without sid on an open connection": async ({ connect, ask, told, log }) => {
    const socket = await connect();
    await ask("say", "40");
    await told("connect_error");
    log(socket.connected);
  },
  "CONNECT again on an open connection": async ({ connect, ask, log }) => {
    const socket = await connect();
    const { id } = socket;
    await ask("say", '40{"sid":"another"}');
    await socket.emitWithAck("echo", 1);
    log(socket.connected, socket.id === id);
  },
  "CONNECT_ERROR on an open connection": async ({ connect, ask, told, log, sleep }) => {
    const socket = await connect();
    await ask("say", '44{"message":"out","data":{"n":1}}');
    await told("connect_error");
    await sleep(30);
    log(socket.active, socket.connected);
  },
  // As python-socketio writes it.
  "CONNECT_ERROR as a text": {
    rewrite: () => (packet) => [packet.startsWith("44/token,") ? '44/token,"no"' : packet],
    run: async ({ open, told }) => {
      open({}, "/token");
      await told("connect_error");
    },
  },
  "DISCONNECT from the server": async ({ connect, ask, told, log }) => {
    const socket = await connect();
    await ask("say", "41");
    await told("/ disconnect");
    log(socket.active);
  },
  "packets for namespaces nobody is in": async ({ connect, ask, log }) => {
    const socket = await connect();
    await ask("say", '42/nobody,["x"]', "41/nobody,", '40/nobody,{"sid":"x"}', '44/nobody,{"message":"x"}', "43/nobody,1[1]");
    log(await socket.emitWithAck("echo", 1));
  },
  "an unknown Socket.IO packet": {
    over: ["websocket", "polling"],
    run: async ({ connect, ask, told }) => {
      await connect({ reconnectionDelay: 10 });
      await ask("say", "49");
      await told("/ connect ", 2);
    },
  },
  "an event that is no JSON": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", '42["x"');
    await told("/ connect ", 2);
  },
  "an event that is no array": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", '42{"a":1}');
    await told("/ connect ", 2);
  },
  "an event whose name is an object": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", "42[{}]");
    await told("/ connect ", 2);
  },
  "an event with a reserved name": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", '42["connect"]');
    await told("/ connect ", 2);
  },
  "an empty event": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", "42[]");
    await told("/ connect ", 2);
  },
  "binary that nobody announced": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("sayBinary", 1, 2);
    await told("/ connect ", 2);
  },
  "text among attachments": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", '451-["x",{"_placeholder":true,"num":0}]', '42["y"]');
    await told("/ connect ", 2);
  },
  "a placeholder without an attachment": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", '451-["x",{"_placeholder":true,"num":5}]');
    await ask("sayBinary", 1);
    await told("/ connect ", 2);
  },
  "attachments as they should be": async ({ connect, ask, told }) => {
    await connect();
    await ask("say", '452-["x",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]');
    await ask("sayBinary", 1);
    await ask("sayBinary", 2);
    await told("event");
  },
  "a decode error in the middle of a burst": async ({ connect, ask, told }) => {
    await connect({ reconnectionDelay: 10 });
    await ask("say", '42["before"]', "4x", '42["after"]');
    await told("/ connect ", 2);
  },
  "a noop and unknown Engine.IO packets": async ({ connect, ask, log }) => {
    const socket = await connect();
    await ask("say", "6");
    log(await socket.emitWithAck("echo", 1));
  },
  "a ping out of turn": async ({ connect, ask, told }) => {
    const socket = await connect();
    socket.io.on("ping", () => told("ping"));
    await ask("say", "2");
    await socket.emitWithAck("echo", 1);
  },
  "a session the server does not know any more": {
    over: ["polling"],
    run: async ({ connect, ask, told }) => {
      const socket = await connect({ reconnectionDelay: 10 });
      await ask("forgetSessions");
      socket.emit("anybody there?");
      await told("/ connect ", 2);
    },
  },
  "a handshake without upgrades": {
    over: ["polling"],
    ...opening((handshake) => `0${JSON.stringify({ ...handshake, upgrades: [] })}`),
    run: async ({ connect, log }) => {
      log((await connect()).io.engine.transport.name);
    },
  },
  "a handshake without maxPayload": {
    over: ["websocket", "polling"],
    ...opening(({ maxPayload: _, ...handshake }) => `0${JSON.stringify(handshake)}`),
    run: async ({ connect, log }) => {
      log(await (await connect()).emitWithAck("echo", 1));
    },
  },
  "maxPayload splits bodies": {
    over: ["polling"],
    server: { maxHttpBufferSize: 100 },
    run: async ({ connect, heard }) => {
      const socket = await connect();
      for (let n = 0; n < 12; n++) socket.emit("item", n, "ääääääääää");
      await heard('["item",11,');
    },
  },
  "a second handshake": {
    run: async ({ connect, ask, once, log }) => {
      const socket = await connect({ reconnection: false });
      const after = Promise.race([once(socket, "after it"), once(socket, "disconnect")]);
      await ask("say", '0{"sid":"second","upgrades":[],"pingInterval":25000,"pingTimeout":20000}', '42["after it"]');
      await after;
      log(socket.connected);
    },
  },
};
