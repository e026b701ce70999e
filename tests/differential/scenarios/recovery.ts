import type { Scenario, Scenarios } from "../harness/scenario.ts";

const server: Scenario["server"] = { connectionStateRecovery: {} };

/** A server that can recover connections. */
export const recovery: Scenarios = {
  "a recovered connection": {
    over: ["websocket", "polling"],
    server,
    run: async ({ connect, once, log, told, ask }) => {
      const socket = await connect({ reconnectionDelay: 50 });
      log(socket.recovered);
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      const { id } = socket;
      await ask("closeSessions");
      await told("/ connect ", 2);
      log(socket.recovered, socket.id === id);
    },
  },
  "events of the time between are sent after it": {
    server,
    run: async ({ connect, once, log, told, ask }) => {
      const socket = await connect({ reconnectionDelay: 50 });
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      socket.on("connect", () => log("recovered", socket.recovered));
      await ask("closeSessions", ["missed", "a"], ["missed", { b: 1 }]);
      await told('"missed"', 2);
    },
  },
  "a connection without any event is not recovered": {
    server,
    run: async ({ connect, log, told, ask }) => {
      const socket = await connect({ reconnectionDelay: 50 });
      await ask("closeSessions");
      await told("/ connect ", 2);
      log(!!socket.recovered);
    },
  },
  "disconnect() gives up recovery": {
    server,
    run: async ({ connect, log, told, once }) => {
      const socket = await connect();
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      const { id } = socket;
      socket.disconnect().connect();
      await told("/ connect ", 2);
      log(!!socket.recovered, socket.id === id);
    },
  },
  "the server disconnects, then connect()": {
    server,
    run: async ({ connect, log, told, once }) => {
      const socket = await connect();
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      socket.emit("leave");
      await told("/ disconnect");
      socket.connect();
      await told("/ connect ", 2);
      log(!!socket.recovered);
    },
  },
  "auth goes along with pid and offset": {
    server,
    run: async ({ connect, told, once, heard, ask }) => {
      const socket = await connect({ reconnectionDelay: 10, auth: { token: "t" } });
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      await ask("closeSessions");
      await told("/ connect ", 2);
      await heard("/ connection", 2);
    },
  },
  "acks that wait are not recovered": {
    server,
    run: async ({ connect, told, once, logger, heard, ask }) => {
      const socket = await connect({ reconnectionDelay: 50 });
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      socket.emit("silence", logger("plain"));
      socket.timeout(10_000).emit("silence", logger("timeout"));
      await heard("silence", 2);
      await ask("closeSessions");
      await told("/ connect ", 2);
    },
  },
  "emits of the time between": {
    server,
    run: async ({ connect, told, once, heard, ask }) => {
      const socket = await connect({ reconnectionDelay: 50 });
      const back = once(socket, "back");
      socket.emit("back", 1);
      await back;
      void ask("closeSessions");
      await once(socket, "disconnect");
      socket.emit("meanwhile", 1);
      await told("/ connect ", 2);
      await heard("meanwhile");
    },
  },
  "two namespaces are recovered each": {
    server,
    run: async ({ connect, watch, told, once, log, ask }) => {
      const first = await connect({ reconnectionDelay: 50 });
      const second = watch(first.io.socket("/a"));
      await once(second, "connect");
      const back = [once(first, "back"), once(second, "back")];
      first.emit("back", 1);
      second.emit("back", 2);
      await Promise.all(back);
      await ask("closeSessions");
      await told("/ connect ", 2);
      await told("/a connect ", 2);
      log(first.recovered, second.recovered);
    },
  },
  "an event that ends in a text is followed by its offset": {
    server,
    run: async ({ connect, told, log }) => {
      const socket = await connect();
      socket.on("back", (...args: unknown[]) => log("arguments", args.length));
      socket.emit("back", "text");
      await told("arguments");
    },
  },
};
