import type { Scenarios } from "../harness/scenario.ts";

/** `io()`, the shared managers, and what a manager shows. */
export const manager: Scenarios = {
  "what the module exports": ({ client, io, log }) => {
    for (const name of ["io", "connect", "default", "Manager", "Socket", "protocol"]) log(name, typeof client[name]);
    log(client["io"] === client["connect"], client["io"] === client["default"], client["protocol"]);
    const lookup = io as any;
    log(lookup.io === io, lookup.connect === io, lookup.Manager === client["Manager"], lookup.Socket === client["Socket"], lookup.protocol);
  },
  "settings and their defaults": ({ Manager, log }) => {
    const manager = new Manager("http://127.0.0.1:1", { autoConnect: false }) as any;
    const names = ["reconnection", "reconnectionAttempts", "reconnectionDelay", "reconnectionDelayMax", "randomizationFactor", "timeout"];
    for (const name of names) log(name, manager[name]());
    const values: Record<string, unknown> = { reconnection: false, reconnectionAttempts: 3, reconnectionDelay: 20, reconnectionDelayMax: 40, randomizationFactor: 0, timeout: false };
    for (const name of names) log(name, manager[name](values[name]) === manager, manager[name]());
    for (const name of names.slice(1, -1)) log(name, "undefined", typeof manager[name](undefined));
  },
  "settings by options": ({ Manager, log }) => {
    const options = { autoConnect: false, reconnection: false, reconnectionAttempts: 3, reconnectionDelay: 20, reconnectionDelayMax: 40, randomizationFactor: 0, timeout: 60 };
    const manager = new Manager("http://127.0.0.1:1", options) as any;
    for (const name of Object.keys(options).filter((name) => name in manager)) log(name, manager[name]());
  },
  "the options are the manager's opts": ({ Manager, log }) => {
    const options: Record<string, unknown> = { autoConnect: false, query: { a: "1" }, transports: ["polling"] };
    const manager = new Manager("http://127.0.0.1:1", options) as any;
    log(manager.opts.query, manager.opts.transports, manager.opts.autoConnect, manager.opts.path);
    log("given", options);
  },
  "a socket's options and its manager": ({ io, log }) => {
    const socket = io("http://127.0.0.1:1/a", { autoConnect: false, auth: { b: 1 }, forceNew: true }) as any;
    log(socket.nsp, socket.auth, socket.io.nsps["/a"] === socket, Object.keys(socket.io.nsps), socket.recovered, socket.sendBuffer, socket.receiveBuffer);
  },
  "which calls of io() share a manager": ({ io, url, log }) => {
    const closed = { autoConnect: false };
    const host = new URL(url).host;
    const first = io(url, closed).io;
    const pairs: [string, any][] = [
      ["another namespace", io(`${url}/a`, closed)],
      ["the same namespace", io(url, closed)],
      ["the same other namespace", io(`${url}/a`, closed)],
      ["a slash", io(`${url}/`, closed)],
      ["a query", io(`${url}/q?x=1`, closed)],
      ["query as option", io(`${url}/r`, { ...closed, query: { y: "1" } })],
      ["another path", io(`${url}/b`, { ...closed, path: "/other" })],
      ["the default path", io(`${url}/c`, { ...closed, path: "/socket.io" })],
      ["forceNew", io(`${url}/d`, { ...closed, forceNew: true })],
      ["multiplex: false", io(`${url}/e`, { ...closed, multiplex: false })],
      ["multiplex: true", io(`${url}/f`, { ...closed, multiplex: true })],
      ["a relative url", io("/g", closed)],
      ["no protocol", io(`//${host}/h`, closed)],
      ["a host and port", io(`${host}/i`, closed)],
      ["ws:", io(`ws://${host}/j`, closed)],
      ["another port", io("http://127.0.0.1:1/k", closed)],
    ];
    for (const [what, socket] of pairs) log(what, socket.io === first, socket.nsp);
  },
  "forceNew first is not kept": ({ io, url, log }) => {
    const first = io(`${url}/a`, { autoConnect: false, forceNew: true });
    const second = io(`${url}/b`, { autoConnect: false });
    const third = io(`${url}/c`, { autoConnect: false });
    log(first.io === second.io, second.io === third.io);
  },
  "io() again after disconnect()": async ({ io, url, mode, watch, told, log }) => {
    const first = watch(io(url, mode), "first");
    await told("first connect ");
    first.disconnect();
    const second = watch(io(url, mode), "second");
    await told("second connect ");
    log(first === second, first.io === second.io, first.active);
  },
  "every form of a url connects": async ({ io, url, mode, watch, told, log }) => {
    const { host, port } = new URL(url);
    const calls: (() => unknown)[] = [
      () => io({ ...mode, forceNew: true }),
      () => io(undefined, { ...mode, forceNew: true }),
      () => io("", { ...mode, forceNew: true }),
      () => io("/a", { ...mode, forceNew: true }),
      () => io(`//${host}/a`, { ...mode, forceNew: true }),
      () => io(`${host}/a`, { ...mode, forceNew: true }),
      () => io(`ws://${host}/a`, { ...mode, forceNew: true }),
      () => io(`http://${host}/a#fragment`, { ...mode, forceNew: true }),
      () => io(`http://user:secret@${host}/a`, { ...mode, forceNew: true }),
      () => io({ ...mode, forceNew: true, host: "127.0.0.1", port }),
      () => io({ ...mode, forceNew: true, hostname: "127.0.0.1", port, secure: false }),
    ];
    for (const [i, call] of calls.entries()) {
      try {
        watch(call(), `call ${i}`);
        await told(`call ${i} connect`);
      } catch (error) {
        log(`call ${i}`, error);
      }
    }
  },
  "namespaces of urls": ({ io, log }) => {
    for (const url of ["http://a.test", "http://a.test/", "http://a.test/x", "http://a.test/x/", "http://a.test/x/y?q=1", "http://a.test?q=1", "/x?q", "https://a.test:1234/ä", "http://[::1]:80/x", "//a.test/x", "a.test:80/x", "a.test/x", "http://a.test/x%20y"]) {
      log(url, (io(url, { autoConnect: false }) as any).nsp);
    }
    const id = (url: string) => io(url, { autoConnect: false }).io;
    const pairs: [string, string][] = [
      ["http://b.test:80/a", "http://b.test/b"],
      ["http://b.test/c", "https://b.test/d"],
      ["https://c.test:443/a", "https://c.test/b"],
      ["http://[::1]/a", "http://[::1]:80/b"],
      ["ws://d.test/a", "http://d.test/b"],
      ["http://B.test/e", "http://b.test/f"],
    ];
    for (const [first, second] of pairs) log(first, second, id(first) === id(second));
  },
  "manager.socket() gives the socket there is, and connects it again": async ({ Manager, watch, url, mode, told, log }) => {
    const manager = new Manager(url, mode);
    const socket = watch(manager.socket("/"));
    await told("/ connect ");
    log(manager.socket("/") === socket);
    socket.disconnect();
    log(manager.socket("/") === socket, socket.active);
    await told("/ connect ", 2);
  },
  "manager.socket() twice on an open manager joins once": async ({ Manager, watch, url, mode, told, once, log }) => {
    const manager = new Manager(url, mode);
    await once(manager, "open");
    const socket = watch(manager.socket("/"));
    log(manager.socket("/") === socket, socket.connected, socket.active);
    watch(manager.socket("/a"));
    await told("/ connect ");
    await told("/a connect ");
    log(Object.keys((manager as any).nsps));
  },
  "manager.socket() with auth": async ({ Manager, watch, url, mode, told }) => {
    const manager = new Manager(url, mode);
    watch(manager.socket("/token", { auth: { token: "good" } }));
    await told("/token connect ");
  },
  "manager.socket() of a manager with autoConnect: false": async ({ Manager, watch, url, mode, told, log, sleep }) => {
    const manager = new Manager(url, { ...mode, autoConnect: false });
    const socket = watch(manager.socket("/"));
    await sleep(30);
    log(socket.active);
    manager.open();
    await told("manager open");
    socket.connect();
    await told("/ connect ");
  },
  "a manager that opens in vain keeps its sockets inactive": async ({ Manager, watch, url, mode, told, sleep, log }) => {
    const manager = new Manager(url, { ...mode, autoConnect: false });
    const socket = watch(manager.socket("/"));
    manager.open();
    await told("manager open");
    await sleep(50);
    log(socket.active, socket.connected);
  },
  "engine events, and a new engine for every connection": async ({ open, watchEngine, told, log, ask }) => {
    const socket = open({ reconnectionDelay: 10 });
    const { engine } = socket.io;
    log(engine.readyState, engine.id, engine.transport.name);
    watchEngine(socket.io);
    await told("/ connect ");
    log(engine === socket.io.engine, engine.readyState, typeof engine.id);
    await ask("closeSessions");
    await told("/ connect ", 2);
    log(engine === socket.io.engine, engine.readyState);
  },
  "an engine's listeners": {
    server: { pingInterval: 50, pingTimeout: 5000 },
    run: async ({ open, once, log, received }) => {
      const socket = open();
      const { engine } = socket.io;
      const pinged = () => log("on");
      log(engine.on("ping", pinged) === engine, engine.once("ping", () => log("once")) === engine, engine.hasListeners("ping"), engine.hasListeners("none"));
      await once(engine, "ping");
      log(engine.off("ping", pinged) === engine);
      await once(engine, "ping");
      await received("3");
    },
  },
  "the engine's writeBuffer": {
    over: ["websocket", "polling"],
    run: async ({ connect, idle, log, heard }) => {
      const socket = await connect();
      await idle(socket);
      log(socket.io.engine.writeBuffer.length);
      socket.emit("one");
      socket.emit("two");
      log(socket.io.engine.writeBuffer.length);
      await heard('["two"]');
      await idle(socket);
    },
  },
  "_close() is disconnect()": async ({ connect, log, told, heard }) => {
    const socket = await connect({ reconnectionDelay: 10 });
    // The peer's browser bundle has renamed it.
    (socket.io._close ?? socket.io.disconnect).call(socket.io);
    log(socket.active, socket.connected, socket.io.engine.readyState);
    await heard("/ disconnect");
    socket.connect();
    await told("/ connect ", 2);
    socket.io.disconnect();
  },
  "the manager's open and its engine's": async ({ open, log, once }) => {
    const socket = open();
    socket.io.engine.on("open", () => log("engine"));
    socket.io.on("open", () => log("manager"));
    await once(socket, "connect");
  },
  "engine.on(handshake)": async ({ open, once, log }) => {
    const socket = open();
    const [handshake] = await once(socket.io.engine, "handshake");
    log({ ...handshake, sid: typeof handshake.sid });
  },
  "engine.on(packetCreate) tells what is sent, and whether it may be compressed": async ({ open, once, log, heard }) => {
    const socket = open();
    socket.io.engine.on("packetCreate", ({ type, data, options }: any) => log("packetCreate", type, data, options?.compress));
    await once(socket, "connect");
    socket.emit("back", 1);
    socket.compress(false).emit("back", 2);
    socket.compress(true).emit("back", 3);
    socket.emit("back", 4);
    await heard('event ["back",4]');
  },
  "engine.on(packet) and engine.on(data) tell what is received": async ({ open, log, told }) => {
    const socket = open();
    socket.io.engine.on("packet", ({ type, data }: any) => log("packet", type, type === "open" || data?.startsWith("0") ? "…" : data));
    socket.io.engine.on("data", (data: string) => log("data", data.startsWith("0") ? "…" : data));
    await told("/ connect ");
    socket.emit("back", 1);
    await told("event");
  },
  "engine.on(drain)": async ({ open, log, once, sleep }) => {
    const socket = open();
    socket.io.engine.once("drain", () => log("drained"));
    await once(socket, "connect");
    await sleep(30);
  },
  "manager.on(packet)": async ({ open, log, once, told }) => {
    const socket = open();
    socket.io.on("packet", ({ type, nsp, data }: any) => log("packet", type, nsp, type === 0 ? "…" : data));
    await once(socket, "connect");
    socket.emit("back", 1);
    await told("event");
  },
};
