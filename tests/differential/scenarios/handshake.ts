import type { Scenarios } from "../harness/scenario.ts";

/** Query, auth, and the request that opens a session. */
export const handshake: Scenarios = {
  "query as an object": {
    over: ["websocket", "polling"],
    run: async ({ connect, heard }) => {
      await connect({ query: { a: "1", b: "two" } });
      await heard("/ connection");
    },
  },
  "query in the url": async ({ io, url, mode, watch, told, heard }) => {
    watch(io(`${url}/a?c=d&e=f`, { ...mode, forceNew: true }));
    await told("/a connect ");
    await heard("/a connection");
  },
  "query in the url and as an option": async ({ io, url, mode, watch, told }) => {
    watch(io(`${url}/?c=d`, { ...mode, forceNew: true, query: { a: "b" } }));
    await told("/ connect ");
  },
  "query as a text": async ({ connect }) => {
    await connect({ query: "a=b&c=d%20e" as any });
  },
  "query with odd characters": async ({ connect, heard }) => {
    await connect({ query: { "&a": "&=?a", "ä b": "1+1 2", c: "(x)!*'~" } });
    await heard("/ connection");
  },
  "query with odd values": async ({ connect, heard }) => {
    await connect({ query: { n: 1, t2: true, u: undefined, l: null, list: [1, 2], e: "" } });
    await heard("/ connection");
  },
  "query changed before the next connect()": async ({ connect, told, heard }) => {
    const socket = await connect({ query: { n: "1" } });
    socket.disconnect();
    socket.io.opts.query.n = "2";
    socket.connect();
    await told("/ connect ", 2);
    await heard("/ connection", 2);
  },
  "auth as an object": {
    over: ["websocket", "polling"],
    run: async ({ connect, heard }) => {
      await connect({ auth: { token: "t", n: 1, list: [1] } });
      await heard("/ connection");
    },
  },
  "auth as a function that answers at once": async ({ connect, heard }) => {
    await connect({ auth: (answer: (data: object) => void) => answer({ token: "t" }) });
    await heard("/ connection");
  },
  "auth as a function that answers later": async ({ open, told, heard }) => {
    open({ auth: (answer: (data: object) => void) => setTimeout(answer, 20, { token: "later" }) });
    await told("/ connect ");
    await heard("/ connection");
  },
  "auth is asked for at every connect": async ({ connect, told, ask, heard }) => {
    let n = 0;
    const socket = await connect({ reconnectionDelay: 10, auth: (answer: (data: object) => void) => answer({ n: ++n }) });
    await ask("closeSessions");
    await told("/ connect ", 2);
    socket.disconnect().connect();
    await told("/ connect ", 3);
    await heard("/ connection", 3);
  },
  "auth changed between connects": async ({ connect, told, heard, log }) => {
    const socket = await connect({ auth: { n: 1 } });
    log(socket.auth);
    socket.auth.n = 2;
    socket.disconnect().connect();
    await told("/ connect ", 2);
    socket.auth = (answer: (data: object) => void) => answer({ n: 3 });
    socket.disconnect().connect();
    await told("/ connect ", 3);
    socket.auth = undefined;
    socket.disconnect().connect();
    await told("/ connect ", 4);
    await heard("/ connection", 4);
  },
  "auth that answers nothing, null or an empty object": async ({ connect, told, heard }) => {
    const socket = await connect({ auth: (answer: (data?: object) => void) => answer() });
    socket.auth = {};
    socket.disconnect().connect();
    await told("/ connect ", 2);
    socket.auth = null;
    socket.disconnect().connect();
    await told("/ connect ", 3);
    await heard("/ connection", 3);
  },
  "auth of two namespaces": async ({ Manager, watch, url, mode, told }) => {
    const manager = new Manager(url, mode);
    watch(manager.socket("/a", { auth: { is: "a" } }));
    watch(manager.socket("/b", { auth: { is: "b" } }));
    await told("/b connect ");
  },
  "auth with binary and dates": async ({ connect, heard }) => {
    await connect({ auth: { when: new Date(0), nothing: undefined, text: "ä🙂" } });
    await heard("/ connection");
  },
  "this in auth": async ({ open, told, log }) => {
    const socket = open({
      autoConnect: false,
      auth: function (this: unknown, answer: (data: object) => void) {
        log("this", this === socket);
        answer({});
      },
    });
    socket.connect();
    await told("/ connect ");
  },
  "another path": {
    server: { path: "/elsewhere" },
    run: async ({ connect }) => {
      await connect({ path: "/elsewhere" });
    },
  },
  "another path with a slash at its end": {
    server: { path: "/elsewhere/" },
    run: async ({ connect }) => {
      await connect({ path: "/elsewhere/" });
    },
  },
  "addTrailingSlash: false": {
    over: ["websocket", "polling"],
    server: { addTrailingSlash: false },
    run: async ({ connect }) => {
      await connect({ addTrailingSlash: false });
    },
  },
  "timestampRequests": {
    over: ["websocket", "polling"],
    run: async ({ connect }) => {
      await connect({ timestampRequests: true });
      await connect({ timestampRequests: false });
      await connect({ timestampRequests: true, timestampParam: "stamp" });
    },
  },
  "forceBase64 in the url": {
    over: ["websocket", "polling"],
    run: async ({ connect }) => {
      await connect({ forceBase64: true });
    },
  },
  "the polling request's headers": {
    over: ["polling"],
    run: async ({ connect, log }) => {
      const seen: string[] = [];
      const { fetch } = globalThis;
      globalThis.fetch = (url, init) => {
        for (const [name, value] of new Headers(init?.headers)) seen.push(`${init?.method} ${name}: ${value}`);
        return fetch(url, init);
      };
      const { setRequestHeader } = XMLHttpRequest.prototype;
      let method = "";
      const { open } = XMLHttpRequest.prototype;
      XMLHttpRequest.prototype.open = function (...args: any[]) {
        method = args[0];
        return (open as any).apply(this, args);
      };
      XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
        seen.push(`${method} ${name.toLowerCase()}: ${value}`);
        setRequestHeader.call(this, name, value);
      };
      const socket = await connect({ extraHeaders: { "x-own": "1" } });
      await socket.emitWithAck("echo", 1);
      socket.disconnect();
      log([...new Set(seen)].filter((line) => !line.includes(" accept:")).sort());
    },
  },
  "transportOptions": {
    over: ["polling"],
    run: async ({ connect, log }) => {
      const socket = await connect({ transportOptions: { polling: { timestampParam: "stamp" }, websocket: { timestampRequests: true } } });
      log(socket.io.engine.transport.name);
    },
  },
  "an option object is used for several sockets": async ({ io, url, mode, watch, told, log }) => {
    const options = { ...mode, forceNew: true, query: { a: "1" } };
    watch(io(url, options), "first");
    await told("first connect");
    watch(io(`${url}/a?b=2`, options), "second");
    await told("second connect");
    log(Object.keys(options).sort(), options.query);
  },
};
