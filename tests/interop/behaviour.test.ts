/*
 * What every server is tested on: one list of behaviours, run on each server of catalogue.ts over each transport.
 *
 * The test contract, which each server speaks in its own language. In the namespaces `/`, `/custom` and `/auth`:
 *
 * | the page emits          | the server                                                                                        |
 * |-------------------------|---------------------------------------------------------------------------------------------------|
 * | (connects)              | emits `welcome` with the credentials it was given                                                 |
 * | `echo`, value           | emits `echo`, value                                                                               |
 * | `swap`, a, b, c, ack    | acknowledges with c, b, a                                                                         |
 * | `ask`, value            | emits `question`, value, "and", 3 with an ack; emits `answer` with the two arguments of the reply |
 * | `count`, n              | emits `n` with 0 … n-1                                                                            |
 * | `kick`                  | disconnects this socket                                                                           |
 * | `seen`, id, ack         | acknowledges with why the socket of that id left, or with null or nothing                         |
 *
 * `/auth` admits `{ token: "good" }` and refuses others as "not authorized" with the data `{ code: 401, hint: ["é", null] }`.
 * No other namespace exists. Servers with connection state recovery have two events more: `feed` begins to emit `fed` with
 * 0, 1, 2 … to everybody, `unfeed` stops it and acknowledges with how many there were.
 */
import { afterAll, beforeAll } from "vitest";

import type { Proxy } from "../e2e/harness/proxy.ts";
import { capabilities, catalogue, groups, msgpackParsers, type Capability, type Entry } from "./catalogue.ts";
import { close, launch, type Running } from "./harness/launch.ts";
import { knownFault } from "./harness/known.ts";
import type { Settings } from "./harness/settings.ts";
import { describe, expect, foreignOrigin, isPeer, origin, test, type Mode, type TestPage, type Visit } from "./harness/test.ts";

interface Behaviour {
  /** The row of the table it belongs to; one of them per transport is the transport's own. */
  capability: Capability | "transport";
  name: string;
  /** The modes that it says something about; default: all. */
  modes?: readonly Mode["name"][];
  /** The peer has nothing like it. */
  ferrioOnly?: boolean;
  run(given: Given): Promise<void>;
}

interface Given {
  readonly entry: Entry;
  readonly mode: Mode["name"];
  readonly server: Running;
  /** Whether the catalogue says that the server has the capability. */
  readonly has: boolean;
  /** Opens a page whose sockets connect to `server` (default: the one of the tests). */
  enter(how?: Partial<Visit>, server?: { url: string }): Promise<TestPage>;
  /** Another server of this kind. */
  own(settings?: Partial<Settings>): Promise<Running>;
  proxy(server: { port: number }): Promise<Proxy>;
}

const behaviours: readonly Behaviour[] = [
  {
    capability: "transport",
    name: "connects, and the handshake says what the server's documentation says",
    async run({ entry, mode, enter }) {
      const page = await enter();

      const seen = await page.run(async ({ open, once, upgraded }, mode) => {
        const socket = open();
        const handshake = once(socket.io.engine, "handshake");
        await once(socket, "connect");
        if (mode === "upgrade") await upgraded(socket.io);
        const { pingInterval, pingTimeout, maxPayload } = (await handshake)[0];
        return { handshake: { pingInterval, pingTimeout, maxPayload }, id: socket.id, transport: socket.io.engine.transport.name };
      }, mode);

      expect(seen.handshake).toEqual(entry.handshake);
      expect(seen.id).toMatch(/^[\w-]{10,}$/);
      expect(seen.transport).toBe(mode === "upgrade" ? "websocket" : mode);
    },
  },
  {
    capability: "upgrade",
    name: "what is emitted while the transport changes arrives once and in order, both ways",
    modes: ["upgrade"],
    async run({ enter }) {
      const page = await enter();

      const { sent, received } = await page.run(async ({ open, once, sleep, until }) => {
        const socket = open();
        const received: number[] = [];
        socket.on("echo", (n) => received.push(n));
        await once(socket, "connect");
        let sent = 0;
        for (let after = 0; after < 20; after += socket.io.engine.transport.name === "websocket" ? 1 : 0) {
          socket.emit("echo", sent++);
          await sleep(1);
        }
        await until(() => received.length >= sent, "all echoes");
        return { sent, received };
      });

      expect(received).toEqual(Array.from({ length: sent }, (_, n) => n));
    },
  },
  {
    capability: "heartbeat",
    name: "answers the server's pings",
    modes: ["polling", "websocket"],
    async run({ entry, enter, own }) {
      const [pingInterval, pingTimeout] = [entry.shortestPing ?? 100, 2500];
      const page = await enter({}, await own({ pingInterval, pingTimeout }));

      const answer = await page.run(async ({ connect, until }, pings) => {
        const socket = await connect({ reconnection: false });
        let seen = 0;
        socket.io.on("ping", () => seen++);
        await until(() => seen >= pings || !socket.connected, "the pings");
        return socket.timeout(10_000).emitWithAck("swap", 1, 2, socket.connected);
        // By then the server would have given up a page that does not answer.
      }, Math.ceil(pingTimeout / pingInterval) + 2);

      expect(answer).toBe(true);
    },
  },
  {
    capability: "acks",
    name: "acknowledges in both directions with several arguments",
    async run({ enter }) {
      const page = await enter();

      const seen = await page.run(async ({ connect, once }) => {
        const socket = await connect();
        socket.on("question", (value, and, three, ack) => ack([value, and], { three }));
        const answer = once(socket, "answer");
        socket.emit("ask", { deep: [1, "é"] });
        return {
          callback: await new Promise((resolve) => socket.emit("swap", "a", 2.5, { c: [null, true] }, (...args: unknown[]) => resolve(args))),
          promise: await socket.emitWithAck("swap", null, -1, ["first"]),
          timed: await socket.timeout(20_000).emitWithAck("swap", 1, 2, "in time"),
          answer: await answer,
        };
      });

      expect(seen.callback).toEqual([{ c: [null, true] }, 2.5, "a"]);
      expect(seen.promise).toEqual(["first"]);
      expect(seen.timed).toBe("in time");
      expect(seen.answer).toEqual([[{ deep: [1, "é"] }, "and"], { three: 3 }]);
    },
  },
  {
    capability: "binary",
    name: "sends and receives binary, nested, in events and in acknowledgements",
    async run({ entry, enter }) {
      const page = await enter();

      const seen = await page.run(async ({ connect, once }, msgpack) => {
        const bytes = (...values: number[]) => new Uint8Array(values).buffer;
        // To the usual msgpack parser only an ArrayBuffer is binary.
        const view = (view: ArrayBufferView<ArrayBuffer>) => (msgpack ? view.buffer.slice(view.byteOffset) : view);
        const shown = (value: any): unknown => {
          if (value instanceof ArrayBuffer) return `bytes ${new Uint8Array(value).join(" ")}`;
          if (Array.isArray(value)) return value.map(shown);
          if (typeof value !== "object" || value === null) return value;
          return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
        };
        const socket = await connect();
        const echo = once(socket, "echo");
        socket.emit("echo", {
          list: [bytes(1, 2, 3), { deep: view(new Uint8Array([0, 255, 128])), text: "é" }],
          view: view(new DataView(bytes(9, 8, 7), 1)),
          wide: view(new Uint16Array([258])),
          blob: msgpack ? bytes(97, 98) : new Blob(["ab"]),
        });
        socket.on("question", (value, and, three, ack) => ack([and, value], bytes(three)));
        const answer = once(socket, "answer");
        socket.emit("ask", [bytes(5), bytes(6)]);
        const swapped = await new Promise<unknown[]>((resolve) =>
          socket.emit("swap", bytes(1), "middle", [bytes(2), { b: bytes(3, 4) }], (...args: unknown[]) => resolve(args)),
        );
        return { echo: (await echo).map(shown), answer: (await answer).map(shown), swapped: swapped.map(shown) };
      }, Boolean(entry.settings.msgpack));

      expect(seen.echo).toEqual([
        { list: ["bytes 1 2 3", { deep: "bytes 0 255 128", text: "é" }], view: "bytes 8 7", wide: "bytes 2 1", blob: "bytes 97 98" },
      ]);
      expect(seen.answer).toEqual([["and", ["bytes 5", "bytes 6"]], "bytes 3"]);
      expect(seen.swapped).toEqual([["bytes 2", { b: "bytes 3 4" }], "middle", "bytes 1"]);
    },
  },
  {
    capability: "push",
    name: "receives the server's events once and in order, the first while it joins",
    async run({ enter }) {
      const page = await enter();

      const seen = await page.run(async ({ open, until }) => {
        const socket = open({ auth: { token: "shown" } });
        const welcomes: unknown[] = [];
        const numbers: number[] = [];
        socket.on("welcome", (...args) => welcomes.push(args));
        socket.on("n", (n) => numbers.push(n));
        socket.emit("count", 100);
        await until(() => numbers.length >= 100, "100 events");
        return { welcomes, numbers };
      });

      expect(seen.welcomes).toEqual([[{ token: "shown" }]]);
      expect(seen.numbers).toEqual(Array.from({ length: 100 }, (_, n) => n));
    },
  },
  {
    capability: "large",
    name: "echoes 300 KB of text and of binary",
    async run({ enter }) {
      const page = await enter();

      const same = await page.run(async ({ connect, once }) => {
        const socket = await connect();
        const echoOf = (value: unknown) => {
          const echo = once(socket, "echo");
          socket.emit("echo", value);
          return echo;
        };
        const ascii = "0123456789".repeat(30_000);
        const wide = "€".repeat(100_000);
        const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251);
        const [back] = await echoOf(bytes.buffer);
        return {
          ascii: (await echoOf(ascii))[0] === ascii,
          wide: (await echoOf(wide))[0] === wide,
          bytes: back instanceof ArrayBuffer && back.byteLength === bytes.length && new Uint8Array(back).every((byte, i) => byte === bytes[i]),
        };
      });

      expect(same).toEqual({ ascii: true, wide: true, bytes: true });
    },
  },
  {
    capability: "unicode",
    name: "echoes any text, as value and as key",
    async run({ enter }) {
      const page = await enter();
      const texts = ["é e\u0301", "日本語 \u202eعربى", "😀👩‍👩‍👧🏽", "\u2028\u2029\ufeff", "\u0000\u0001\u001e\u007f", `"\\/'<\n\t`, '2["e",1]', ""];
      const value = { texts, [texts.join("")]: 1 };

      const echo = await page.run(async ({ connect, once }, value) => {
        const socket = await connect();
        const echo = once(socket, "echo");
        socket.emit("echo", value);
        return echo;
      }, value);

      expect(echo).toEqual([value]);
    },
  },
  {
    capability: "auth",
    name: "good credentials are accepted, bad ones refused with a message, and good ones after that accepted again",
    async run({ enter }) {
      // A refusal ends the connection, and with it an upgrade that is under way.
      const page = await enter({ faults: true });

      const seen = await page.run(async ({ connect, open, once }) => {
        const accepted = (await connect({ auth: { token: "good" } }, "/auth")).connected;
        const socket = open({ auth: (give: (data: object) => void) => give({ token: "bad" }) }, "/auth");
        const [error] = await once(socket, "connect_error");
        const refused = { isError: error instanceof Error, message: error.message, code: error.code ?? null, connected: socket.connected };
        socket.auth = { token: "good" };
        socket.connect();
        await once(socket, "connect");
        return { accepted, refused, again: await socket.emitWithAck("swap", 1, 2, "in") };
      });

      expect(seen.accepted).toBe(true);
      expect(seen.refused).toEqual({ isError: true, message: "not authorized", code: isPeer ? null : "E_DENIED", connected: false });
      expect(seen.again).toBe("in");
    },
  },
  {
    capability: "authData",
    name: "a refusal carries data beside its message",
    async run({ has, enter }) {
      const page = await enter({ faults: true });

      const data = await page.run(async ({ open, once }) => {
        const [error] = await once(open({}, "/auth"), "connect_error");
        return error.data ?? null;
      });

      expect(data).toEqual(has ? { code: 401, hint: ["é", null] } : null);
    },
  },
  {
    capability: "namespaces",
    name: "namespaces share a connection, and one that does not exist is refused without harm to the others",
    async run({ entry, enter }) {
      const page = await enter();

      const seen = await page.run(async ({ connect, once }) => {
        const root = await connect();
        const custom = root.io.socket("/custom");
        await once(custom, "connect");
        const echoes: string[] = [];
        root.on("echo", (value) => echoes.push(`root ${value}`));
        custom.on("echo", (value) => echoes.push(`custom ${value}`));
        const nowhere = root.io.socket("/nowhere");
        const [error] = await once(nowhere, "connect_error");
        root.emit("echo", 1);
        await once(root, "echo");
        custom.emit("echo", 2);
        await once(custom, "echo");
        return { error: error.message, nowhere: nowhere.connected, echoes: echoes.join() };
      });

      expect(seen).toEqual({ error: entry.unknownNamespace, nowhere: false, echoes: "root 1,custom 2" });
    },
  },
  {
    capability: "ids",
    name: "the ids of the session and of each namespace's socket",
    async run({ has, enter }) {
      const page = await enter();

      const different = await page.run(async ({ connect, once }) => {
        const root = await connect();
        const custom = root.io.socket("/custom");
        await once(custom, "connect");
        return new Set([root.io.engine.id, root.id, custom.id]).size;
      });

      expect(different).toBe(has ? 3 : 1);
    },
  },
  {
    capability: "kick",
    name: "a socket that the server disconnects stays away until it is connected again",
    async run({ enter }) {
      const page = await enter();

      const seen = await page.run(async ({ connect, once }) => {
        const socket = await connect();
        const first = socket.id;
        const disconnect = once(socket, "disconnect");
        socket.emit("kick");
        const [reason] = await disconnect;
        const after = { reason, id: socket.id ?? null, connected: socket.connected, active: socket.active };
        socket.connect();
        await once(socket, "connect");
        return { after, again: socket.connected, other: socket.id !== first, answer: await socket.emitWithAck("swap", 1, 2, "back") };
      });

      expect(seen.after).toEqual({ reason: "io server disconnect", id: null, connected: false, active: false });
      expect(seen).toMatchObject({ again: true, other: true, answer: "back" });
    },
  },
  {
    capability: "leave",
    name: "the server learns that the page disconnected",
    async run({ enter }) {
      const page = await enter();

      const seen = await page.run(async ({ connect, once }) => {
        const [socket, witness] = [await connect(), await connect()];
        const id = socket.id;
        const before = Boolean(await witness.emitWithAck("seen", id));
        const disconnect = once(socket, "disconnect");
        socket.disconnect();
        const [reason] = await disconnect;
        let why: unknown;
        while (!why) why = await witness.emitWithAck("seen", id);
        return { before, reason, why };
      });

      expect(seen.before).toBe(false);
      expect(seen.reason).toBe("io client disconnect");
      expect(seen.why).toEqual(expect.stringMatching(/client|transport/));
    },
  },
  {
    capability: "restart",
    name: "comes back after the server was killed and started again, with what was emitted meanwhile",
    async run({ own, enter }) {
      const server = await own();
      const page = await enter({ faults: true }, server);

      await page.run(async ({ connect, state }) => {
        const socket = (state["socket"] = await connect());
        state["first"] = socket.id;
      });
      await server.kill();
      await page.run(async ({ state, until, once }) => {
        const { socket } = state;
        await until(() => !socket.connected, "the disconnect");
        state["back"] = Promise.all([once(socket, "connect"), once(socket, "echo")]);
        socket.emit("echo", "meanwhile");
      });
      await server.start();
      const seen = await page.run(async ({ state }) => {
        const [, echo] = await state["back"];
        const { socket, first } = state;
        return { echo, other: socket.id !== first, recovered: socket.recovered ?? false };
      });

      expect(seen).toEqual({ echo: ["meanwhile"], other: true, recovered: false });
    },
  },
  {
    capability: "recovery",
    name: "a cut connection comes back as the catalogue says",
    async run({ entry, has, own, proxy, enter }) {
      // A server notices the end of a polling session by its pings only.
      const server = await own({ pingInterval: entry.shortestPing ?? 500, pingTimeout: 1500 });
      const middle = await proxy(server);
      const page = await enter({ faults: true }, middle);

      await page.run(
        async ({ io, mode, connect, once, until, state }, { has, url }) => {
          const socket = (state["socket"] = await connect());
          state["first"] = socket.id;
          state["fed"] = [];
          socket.on("fed", (n) => state["fed"].push(n));
          const witness = (state["witness"] = io(url, { ...mode, transports: ["websocket"], forceNew: true }));
          await once(witness, "connect");
          if (!has) return;
          witness.emit("feed");
          await until(() => state["fed"].length > 20, "20 events");
        },
        { has, url: server.url },
      );
      middle.cut();
      await page.run(async ({ state, until, once }, pause) => {
        const { socket, witness, first } = state;
        await until(() => !socket.connected, "the disconnect");
        while (!(await witness.emitWithAck("seen", first)));
        state["back"] = once(socket, "connect");
        // Of a cluster's events in the very moment of coming back the adapter may lose one (docs/servers.md).
        if (pause) await witness.emitWithAck("unfeed");
      }, Boolean(entry.cluster));
      middle.restore();
      const seen = await page.run(async ({ state, until }, has) => {
        await state["back"];
        const { socket, witness, first, fed } = state;
        const before = fed.length;
        if (has) witness.emit("feed");
        await until(() => !has || fed.length > before, "one event more");
        const last = has ? await witness.emitWithAck("unfeed") : 0;
        await until(() => fed.length === 0 || fed.at(-1) === last - 1, "the last event");
        return { recovered: socket.recovered ?? false, same: socket.id === first, fed, last };
      }, has);

      expect(seen).toMatchObject({ recovered: has, same: has });
      if (has) expect(seen.fed).toEqual(Array.from({ length: seen.fed.length }, (_, n) => seen.last - seen.fed.length + n));
    },
  },
  {
    capability: "lostSession",
    name: "a session that the server does not know is told with the code E_SESSION_UNKNOWN",
    modes: ["polling"],
    ferrioOnly: true,
    async run({ enter }) {
      const page = await enter({ faults: true });

      const error = await page.run(async ({ open, once }) => {
        // As behind a load balancer without sticky sessions: requests reach a server that did not open the session.
        const { fetch } = globalThis;
        globalThis.fetch = (url, init) => fetch((url as string).replace(/sid=[^&]+/, "sid=c2Vzc2lvbi1vZi1vdGhlcgAA"), init);
        const [, error] = await once(open({ reconnection: false }), "disconnect");
        return { code: error.code, hint: error.hint, status: error.status };
      });

      expect(error).toEqual({ code: "E_SESSION_UNKNOWN", hint: expect.stringContaining("sticky"), status: 400 });
    },
  },
  ...(["polling", "websocket"] as const).map(
    (mode): Behaviour => ({
      capability: mode === "polling" ? "originPolling" : "originWebsocket",
      name: "a page of an origin that the server was not told",
      modes: [mode],
      async run({ has, enter }) {
        const page = await enter({ from: foreignOrigin, faults: true });

        const outcome = await page.run(async ({ open, once }) => {
          const socket = open({ reconnection: false });
          return Promise.race([once(socket, "connect").then(() => "connected"), once(socket, "connect_error").then(([error]) => error.code ?? error.type)]);
        });

        expect(outcome).toBe(has ? (isPeer ? "TransportError" : "E_NETWORK") : "connected");
      },
    }),
  ),
];

for (const entry of catalogue) {
  for (const parser of entry.settings.msgpack ? msgpackParsers : [undefined]) {
    const runs = groups().includes(entry.group) && parser?.ready !== false;
    describe.skipIf(!runs)(parser ? `${entry.title} (${parser.name})` : entry.title, () => {
      let server: Running;
      beforeAll(async () => {
        server = await launch(entry, { origins: [origin] });
      });
      afterAll(() => server && close(server));

      /** The rows that have been tested to the end. */
      const proven = new Set<string>();
      for (const mode of entry.modes) {
        describe(`over ${mode}`, () => {
          for (const { capability, name, modes, ferrioOnly, run } of behaviours) {
            const row = capability === "transport" ? mode : capability;
            if (entry.elsewhere?.includes(row) || modes?.includes(mode) === false) continue;
            const declared = ferrioOnly && isPeer ? test.skip : knownFault(entry, row, parser?.parser) ? test.fails : test;
            declared(`${row}: ${name}`, async ({ enter, own, proxy }) => {
              await run({
                entry,
                mode,
                server,
                has: !(row in entry.lacks),
                enter: (how, other = server) => enter(other, { mode, parser: parser?.parser, ...how }),
                own: (settings) => own(entry, settings),
                proxy,
              });
              proven.add(row);
            });
          }
        });
      }

      test.skipIf(isPeer)("every row of the table has been tested", () => {
        const untested = (Object.keys(capabilities) as Capability[]).filter((row) => !proven.has(row) && !knownFault(entry, row, parser?.parser) && !isLeftOut(entry, row));
        expect(untested).toEqual([]);
      });
    });
  }
}

/** Rows of the table that have no test on this server: what another column shows, and transports that it does not have. */
function isLeftOut(entry: Entry, row: Capability): boolean {
  return Boolean(entry.elsewhere?.includes(row)) || (row in entry.lacks && ["polling", "websocket", "upgrade"].includes(row));
}
