import type { Scenarios } from "../harness/scenario.ts";

/** Listeners of all kinds; those that throw, and those that call back in. */
export const listeners: Scenarios = {
  "on, once, off and their other names": async ({ connect, log, told }) => {
    const socket = await connect();
    const a = (n: number) => log("a", n);
    const b = (n: number) => log("b", n);
    log(socket.on("n", a) === socket, socket.once("n", b) === socket, socket.addEventListener("n", b) === socket);
    log(socket.listeners("n").length, socket.hasListeners("n"), socket.hasListeners("m"), socket.listeners("m"));
    socket.emit("burst", 2);
    await told("event", 2);
    log(socket.off("n", a) === socket, socket.listeners("n").length);
    log(socket.removeListener("n", b) === socket, socket.hasListeners("n"));
    socket.on("n", a).on("n", b).on("m", a);
    log(socket.removeAllListeners("n") === socket, socket.listeners("n").length, socket.listeners("m").length);
    socket.removeEventListener("m", a);
    log(socket.hasListeners("m"), typeof socket.off);
  },
  "off() of a once listener by the app's function": async ({ connect, log, told }) => {
    const socket = await connect();
    const a = () => log("a");
    socket.once("n", a);
    socket.off("n", a);
    socket.emit("burst", 1);
    await told("event");
  },
  "off() removes every listener": async ({ connect, log, told }) => {
    const socket = await connect();
    socket.on("n", () => log("n")).on("disconnect", () => log("gone"));
    log(socket.off() === socket, socket.hasListeners("n"));
    socket.emit("burst", 1);
    await told("event");
    socket.disconnect();
  },
  "off(event, undefined)": async ({ connect, log, told }) => {
    const socket = await connect();
    const a = () => log("a");
    socket.on("n", a);
    socket.off("n", undefined);
    log(socket.listeners("n").length);
    socket.off("unknown", a);
    socket.off("unknown");
    socket.emit("burst", 1);
    await told("event");
  },
  "the same listener twice": async ({ connect, log, told }) => {
    const socket = await connect();
    const a = () => log("a");
    socket.on("n", a).on("n", a);
    socket.emit("burst", 1);
    await told("event");
    socket.off("n", a);
    socket.emit("burst", 1);
    await told("event", 2);
  },
  "listeners added and removed while they run": async ({ connect, log, told }) => {
    const socket = await connect();
    const late = () => log("late");
    const removed = () => log("removed");
    socket.on("n", () => {
      log("first");
      socket.on("n", late);
      socket.off("n", removed);
    });
    socket.on("n", removed);
    socket.emit("burst", 1);
    await told("event");
    log(socket.listeners("n").length);
    socket.emit("burst", 1);
    await told("event", 2);
  },
  "once that makes its event happen again": async ({ connect, log, told }) => {
    const socket = await connect();
    socket.once("back", (n: number) => {
      log("once", n);
      socket.emit("back", n + 1);
    });
    socket.emit("back", 1);
    await told("event", 2);
  },
  "a listener's this is the socket": async ({ connect, log, told }) => {
    const socket = await connect();
    socket.on("n", function (this: unknown) {
      log("on", this === socket);
    });
    socket.once("n", function (this: unknown) {
      log("once", this === socket);
    });
    socket.onAny(function (this: unknown) {
      log("onAny", this === socket);
    });
    socket.emit("burst", 1);
    await told("once true");
  },
  "catch-all listeners and their order": async ({ connect, log, told }) => {
    const socket = await connect();
    const any = (...args: unknown[]) => log("any", args);
    socket.on("back", (...args: unknown[]) => log("on", args));
    log(socket.onAny(any) === socket, socket.prependAny(() => log("before")) === socket, socket.listenersAny().length);
    socket.emit("back", 1, 2);
    await told("on");
    log(socket.offAny(any) === socket, socket.listenersAny().length);
    log(socket.offAny() === socket, socket.listenersAny());
    socket.emit("back", 3);
    await told("on", 2);
  },
  "catch-all listeners that remove each other": async ({ connect, log, told }) => {
    const socket = await connect();
    const second = () => log("second");
    socket.onAny(() => {
      log("first");
      socket.offAny(second);
    });
    socket.onAny(second);
    socket.emit("burst", 2);
    await told("first", 2);
  },
  "listenersAny() is the list": async ({ connect, log }) => {
    const socket = await connect();
    socket.offAny();
    const list = socket.listenersAny();
    socket.onAny(() => {});
    log(list.length, socket.listenersAny().length, socket.listenersAnyOutgoing());
  },
  "outgoing catch-all listeners": async ({ connect, log, told, heard }) => {
    const socket = await connect();
    const any = (...args: unknown[]) => log("any", args);
    log(socket.onAnyOutgoing(any) === socket, socket.prependAnyOutgoing(() => log("before")) === socket, socket.listenersAnyOutgoing().length);
    socket.emit("back", 1, new Uint8Array([1, 2]), () => {});
    socket.send("hello");
    await told("event");
    log(socket.offAnyOutgoing(any) === socket, socket.listenersAnyOutgoing().length);
    socket.emit("one");
    log(socket.offAnyOutgoing() === socket, socket.listenersAnyOutgoing());
    socket.emit("two");
    await heard('["two"]');
  },
  "outgoing catch-all listeners hear buffered events when they go out": async ({ open, log, heard, told }) => {
    const socket = open({ autoConnect: false });
    socket.onAnyOutgoing((...args: unknown[]) => log("out", socket.connected, args));
    socket.emit("one", 1);
    socket.volatile.emit("never");
    socket.emit("two");
    log("buffered");
    socket.connect();
    await told("/ connect ");
    await heard("two");
  },
  "outgoing catch-all listeners and acks of the page": async ({ connect, log, heard }) => {
    const socket = await connect();
    socket.onAnyOutgoing((...args: unknown[]) => log("out", args));
    socket.on("question", (answer: (n: number) => void) => answer(1));
    socket.emit("ask", "question");
    await heard("answer");
  },
  "a listener that throws": {
    over: ["websocket", "polling"],
    run: async ({ connect, log, told, sleep }) => {
      const socket = await connect();
      socket.on("n", (n: number) => {
        log("first", n);
        throw new Error(`thrown ${n}`);
      });
      socket.emit("burst", 2);
      await told("first 1");
      await sleep(20);
      log(socket.connected, await socket.emitWithAck("echo", 1));
    },
  },
  "listeners after one that throws": async ({ connect, log, told, sleep }) => {
    const socket = await connect();
    socket.on("n", () => {
      throw new Error("thrown");
    });
    socket.on("n", () => log("second"));
    socket.emit("burst", 1);
    await told("event");
    await sleep(20);
  },
  "an ack handler that throws": async ({ connect, log, told, sleep }) => {
    const socket = await connect();
    socket.emit("echo", 1, () => {
      log("answered");
      throw new Error("thrown");
    });
    await told("answered");
    await sleep(20);
    log(await socket.emitWithAck("echo", 2));
  },
  "a connect listener that throws": async ({ open, told, sleep, log }) => {
    const socket = open();
    socket.on("connect", () => {
      throw new Error("thrown");
    });
    await told("/ connect ");
    await sleep(20);
    log(await socket.emitWithAck("echo", 2));
  },
  "a disconnect listener that throws": async ({ connect, ask, told, sleep }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    socket.once("disconnect", () => {
      throw new Error("thrown");
    });
    await ask("closeSessions");
    await told("/ disconnect");
    await sleep(500);
  },
  "a listener that emits": async ({ connect, told, heard }) => {
    const socket = await connect();
    socket.on("n", (n: number) => socket.emit("got", n));
    socket.emit("burst", 3);
    await told("event", 3);
    await heard('["got",2]');
  },
  "a listener that disconnects gets nothing more": async ({ connect, told, sleep }) => {
    const socket = await connect();
    socket.on("n", () => socket.disconnect());
    socket.emit("burst", 3);
    await told("/ disconnect");
    await sleep(30);
  },
  "a listener that connects another namespace": async ({ connect, watch, told }) => {
    const socket = await connect();
    socket.once("n", () => watch(socket.io.socket("/a")));
    socket.emit("burst", 2);
    await told("/a connect ");
  },
  "reserved names cannot be emitted": async ({ connect, attempt, log }) => {
    const socket = await connect();
    for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
      attempt(name, () => socket.emit(name, 1));
    }
    for (const name of ["error", "open", "message", "ping", "toString", "constructor", "__proto__"]) attempt(name, () => socket.emit(name, 1) === socket);
    log(await socket.emitWithAck("echo", 1));
  },
  "odd names of events": async ({ connect, heard, told }) => {
    const socket = await connect();
    for (const name of [7, "", "ä\u2028🙂", "hasOwnProperty"]) {
      socket.on("back", () => {});
      socket.emit("back", name);
      socket.emit(name, name);
    }
    await heard("hasOwnProperty", 2);
    await told("event", 4);
  },
  "the server's events with odd names": async ({ connect, ask, log, told }) => {
    const socket = await connect();
    for (const name of [7, "__proto__", "constructor", "toString", ""]) socket.on(name, (...args: unknown[]) => log("on", name, args));
    await ask("say", "42[7,1]", '42["__proto__",2]', '42["constructor",3]', '42["toString",4]', '42["",5]', '42["last",6]');
    await told('"last"');
  },
  "emit() and send() give the socket": async ({ connect, log, heard }) => {
    const socket = await connect();
    log(socket.emit("a") === socket, socket.send("b", 2) === socket, socket.send() === socket);
    await heard('["message"]');
  },
  "a manager's listeners": async ({ connect, log, told, ask }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    const { io } = socket;
    log(io.on("close", () => log("closed")) === io, io.once("open", () => log("opened")) === io, io.hasListeners("close"), typeof io.off);
    await ask("closeSessions");
    await told("/ connect ", 2);
    io.off("close");
    log(io.hasListeners("close"), io.listeners("open").length > 0);
  },
  "the app emits on the manager": ({ Manager, log }) => {
    const manager = new Manager("http://127.0.0.1:1", { autoConnect: false }) as any;
    manager.on("own", (...args: unknown[]) => log("own", args));
    log(manager.emit("own", 1, 2) === manager);
  },
};
