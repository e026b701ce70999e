import type { Scenarios } from "../harness/scenario.ts";

/** Options that no other subject has a use for. */
export const options: Scenarios = {
  "options of Node.js have no effect": {
    over: ["websocket", "polling"],
    run: async ({ connect, log }) => {
      const node: Record<string, unknown> = { agent: {}, pfx: "a", key: "b", passphrase: "c", cert: "d", ca: ["e"], ciphers: "f", rejectUnauthorized: true };
      const socket = await connect({ ...node, perMessageDeflate: { threshold: 1 } });
      log(await socket.emitWithAck("echo", 1));
    },
  },
  "protocols are those of the websocket": {
    server: { allowRequest: ({ headers }, callback) => callback(null, headers["sec-websocket-protocol"] === "first, second") },
    run: async ({ connect, open, told }) => {
      await connect({ protocols: ["first", "second"] });
      open({ protocols: "second", reconnection: false });
      await told("connect_error");
    },
  },
  "requestTimeout gives up a request that hangs": {
    over: ["polling"],
    proxy: true,
    run: async ({ open, ask, told }) => {
      await ask("blackHole");
      open({ requestTimeout: 50, reconnectionAttempts: 1, reconnectionDelay: 10 });
      await told("reconnect_failed");
    },
  },
  "closeOnBeforeunload closes when the page asks whether it may be left": async ({ connect, heard }) => {
    await connect({ closeOnBeforeunload: true, reconnection: false });
    dispatchEvent(new Event("beforeunload"));
    await heard("/ disconnect");
  },
  "without closeOnBeforeunload that question changes nothing": async ({ connect, log }) => {
    const socket = await connect();
    dispatchEvent(new Event("beforeunload"));
    log(await socket.emitWithAck("echo", 1), socket.connected);
  },
  "the browser goes offline": async ({ connect, told, heard }) => {
    await connect({ reconnectionDelay: 10 });
    dispatchEvent(new Event("offline"));
    await told("/ connect ", 2);
    await heard("/ disconnect");
  },
  "a number that is none": ({ Manager, log, attempt }) => {
    for (const value of [-1, NaN, "soon"]) {
      attempt(`reconnectionDelay ${value}`, () => new Manager("http://127.0.0.1:1", { autoConnect: false, reconnectionDelay: value as number }).reconnectionDelay());
    }
    log(new Manager("http://127.0.0.1:1", { autoConnect: false, reconnectionDelay: "100" as any }).reconnectionDelay());
  },
};
