import type { Scenarios } from "../harness/scenario.ts";

/** Several namespaces on one connection: refused, unknown, left. */
export const namespaces: Scenarios = {
  "a middleware refuses with data": {
    over: ["websocket", "polling"],
    run: async ({ open, told, log }) => {
      const socket = open({}, "/refused");
      await told("connect_error");
      log(socket.active, socket.io.engine.readyState);
    },
  },
  "an unknown namespace": async ({ open, told, log }) => {
    const socket = open({}, "/unknown");
    await told("connect_error");
    log(socket.active);
  },
  "a refused namespace is not joined again with the next connection": async ({ connect, watch, told, ask, sleep }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    watch(socket.io.socket("/refused"));
    await told("/refused connect_error");
    await ask("closeSessions");
    await told("/ connect ", 2);
    await sleep(40);
  },
  "closing the engine of a refused socket does not bring it back": async ({ open, told, sleep }) => {
    const socket = open({ reconnectionDelay: 10 }, "/refused");
    socket.on("connect_error", () => socket.io.engine.close());
    await told("connect_error");
    await sleep(80);
  },
  "a refused socket connects with better auth": async ({ open, told, log }) => {
    const socket = open({ auth: { token: "bad" } }, "/token");
    await told("connect_error");
    socket.auth = { token: "good" };
    socket.connect();
    await told("/token connect ");
    log(await socket.emitWithAck("echo", 1));
  },
  "connect() in connect_error": async ({ open, told }) => {
    const socket = open({ auth: { token: "bad" } }, "/token");
    socket.once("connect_error", () => {
      socket.auth = { token: "good" };
      socket.connect();
    });
    await told("/token connect ");
  },
  "three namespaces share a session": async ({ connect, watch, told, log }) => {
    const first = await connect();
    const second = watch(first.io.socket("/a"));
    await told("/a connect ");
    const third = watch(first.io.socket("/b"));
    await told("/b connect ");
    log(first.io === second.io, await first.emitWithAck("echo", 1), await second.emitWithAck("echo", 2), await third.emitWithAck("echo", 3));
    second.emit("back", "a");
    third.emit("back", "b");
    await told("/b event");
  },
  "namespaces connect in the order they were asked for": async ({ Manager, watch, url, mode, told }) => {
    const manager = new Manager(url, mode);
    for (const namespace of ["/b", "/", "/refused", "/a", "/dynamic-7"]) watch(manager.socket(namespace));
    await told("/dynamic-7 connect ");
  },
  "leaving one of two keeps the connection, leaving the last closes it": async ({ connect, watch, once, log, heard }) => {
    const first = await connect();
    const second = watch(first.io.socket("/a"));
    await once(second, "connect");
    first.disconnect();
    log(first.active, second.active, first.io.engine.readyState, await second.emitWithAck("echo", 1));
    second.disconnect();
    log(first.io.engine.readyState);
    await heard("/a disconnect");
  },
  "the server disconnects one of two": async ({ connect, watch, once, told, log }) => {
    const first = await connect();
    const second = watch(first.io.socket("/a"));
    await once(second, "connect");
    first.emit("leave");
    await told("/ disconnect");
    log(first.active, second.active, await second.emitWithAck("echo", 1));
    first.connect();
    await told("/ connect ", 2);
  },
  "the server closes the connection of two": async ({ connect, watch, once, told, sleep, log }) => {
    const first = await connect({ reconnectionDelay: 10 });
    const second = watch(first.io.socket("/a"));
    await once(second, "connect");
    first.emit("leave", true);
    await told("/a disconnect");
    await sleep(80);
    log(first.active, second.active);
  },
  "the server disconnects everyone": async ({ connect, watch, once, ask, told, log }) => {
    const first = await connect({ reconnectionDelay: 10 });
    const second = watch(first.io.socket("/a"));
    await once(second, "connect");
    await ask("disconnectSockets", false);
    await told("/ disconnect");
    log(first.active, second.active);
  },
  "another namespace is joined in the disconnect listener": async ({ connect, watch, told }) => {
    const first = await connect();
    first.on("disconnect", () => watch(first.io.socket("/a")));
    first.disconnect();
    await told("/a connect ");
  },
  "another namespace is joined while the first leaves": async ({ connect, watch, told, log }) => {
    const first = await connect();
    const second = watch(first.io.socket("/a"));
    first.disconnect();
    await told("/a connect ");
    log(second.active, first.active, first.io.engine.readyState);
  },
  "a namespace that leaves before it has joined": async ({ connect, watch, log, heard }) => {
    const first = await connect();
    const second = watch(first.io.socket("/a"));
    second.disconnect();
    await heard("/a connection");
    // What comes behind the answer to CONNECT.
    await first.emitWithAck("echo", "still there");
    log(second.active, second.connected, first.connected);
  },
  "a namespace that leaves before it has joined, and comes back": async ({ connect, watch, told, log, heard }) => {
    const first = await connect({ reconnectionDelay: 10 });
    const second = watch(first.io.socket("/a"));
    second.disconnect();
    await heard("/a connection");
    await first.emitWithAck("echo", "still there");
    second.connect();
    await told("/a connect ");
    log(second.active, await second.emitWithAck("echo", 1));
  },
  "a dynamic namespace, and one with odd characters": async ({ connect, watch, told }) => {
    const first = await connect({}, "/dynamic-1");
    watch(first.io.socket("/dynamic-22"));
    await told("/dynamic-22 connect ");
    watch(first.io.socket("/ä b"));
    await told("connect_error");
  },
  "the server greets at once": {
    over: ["websocket", "polling"],
    run: async ({ open, told }) => {
      open({}, "/greeting");
      await told("event");
    },
  },
  "an event that comes before the answer to CONNECT": {
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
      socket.on("hello", () => log("hello while connected:", socket.connected));
      await told("/greeting connect ");
    },
  },
};
