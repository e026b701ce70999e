import * as msgpackParser from "socket.io-msgpack-parser";

import * as jsonParser from "./harness/json-parser.ts";
import type { ParserName } from "./harness/kit.ts";
import type { Setup, StartOptions } from "./harness/server.ts";
import { describe, expect, ferrioOnly, modes, test, type Fixtures, type Kit, type Mode, type TestPage } from "./harness/test.ts";

/** The page's parser by the name that the kit knows it by, and what the server has at the other end. */
const PARSERS: readonly { name: ParserName; title: string; server: any; binary: boolean }[] = [
  { name: "msgpack", title: "ferrio/msgpack", server: msgpackParser, binary: true },
  { name: "official", title: "socket.io-msgpack-parser", server: msgpackParser, binary: true },
  { name: "json", title: "a parser of JSON texts", server: jsonParser, binary: false },
];

const echo: Setup = (io) => io.on("connection", (socket) => socket.on("echo", (...args) => args.pop()(...args)));

for (const { name, title, server: parser, binary } of PARSERS) {
  describe.each(modes)(`with ${title}, over $name`, (mode: Mode) => {
    const serveWith = (serve: Fixtures["serve"], setup: Setup, options: StartOptions = {}) => serve(setup, { parser, ...options });
    const visitWith = (visit: Fixtures["visit"], origin: { url: string }, options = {}) => withParser(visit(origin, { mode: mode.options, ...options }), name);

    test("every value that JSON has comes back as it was", async ({ serve, visit }) => {
      const page = await visitWith(visit, await serveWith(serve, echo));
      const pairs = await page.run(async ({ connect, state }) => {
        const socket = await connect({ parser: state["parser"] });
        const values = [null, true, false, 0, -1, 127, 128, -129, 65_536, 2 ** 32, 2 ** 53 - 1, -(2 ** 40), 0.1, -1e-300, "", "é😀\0", "x".repeat(40_000), [], [[]], {}, { a: { b: [1, { c: null }] }, "": 0 }, Array(300).fill("x")];
        const pairs: string[][] = [];
        for (const value of values) pairs.push([value, await socket.emitWithAck("echo", value)].map((each) => JSON.stringify(each)));
        return pairs;
      });
      expect(pairs.length).toBe(22);
      for (const [sent, received] of pairs) expect(received).toBe(sent);
    });

    test("the server's questions are answered, and its events heard in their order", async ({ serve, visit }) => {
      const answers: unknown[] = [];
      const server = await serveWith(serve, (io) =>
        io.on("connection", (socket) => {
          socket.on("begin", async () => {
            for (let n = 0; n < 300; n++) socket.emit("n", n, { text: "x".repeat(n) });
            answers.push(await socket.emitWithAck("sum", 1, 2), await socket.timeout(20_000).emitWithAck("sum", 3, 4));
            socket.emit("end");
          });
        }),
      );
      const page = await visitWith(visit, server);
      const seen = await page.run(async ({ open, once, state }) => {
        const socket = open({ parser: state["parser"] });
        const seen: number[] = [];
        const any: string[] = [];
        socket.on("n", (n, { text }) => seen.push(text.length === n ? n : -1));
        socket.on("sum", (a, b, answer) => answer(a + b));
        socket.onAny((event) => any.push(event));
        socket.emit("begin");
        await once(socket, "end");
        return { seen, any: any.length };
      });
      expect(seen).toEqual({ seen: Array.from({ length: 300 }, (_, n) => n), any: 303 });
      expect(answers).toEqual([3, 7]);
    });

    test("1,000 events of the page arrive in order, beginning before the connection", async ({ serve, visit }) => {
      const received: number[] = [];
      const server = await serveWith(serve, (io) => io.on("connection", (socket) => socket.on("n", (n) => received.push(n))));
      const page = await visitWith(visit, server);
      await page.run(async ({ open, sleep, state }) => {
        const socket = open({ parser: state["parser"] });
        for (let n = 0; n < 1000; n++) {
          socket.emit("n", n, "x".repeat(n % 50));
          if (n % 100 === 99) await sleep(5);
        }
      });
      await expect.poll(() => received.length).toBe(1000);
      expect(received).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    });

    test("namespaces share the connection, auth arrives, and a refusal brings its data", async ({ serve, visit }) => {
      const auths: unknown[] = [];
      const server = await serveWith(serve, (io) => {
        io.use((socket, next) => {
          auths.push(socket.handshake.auth);
          next();
        });
        io.of("/admin").on("connection", (socket) => socket.on("who", (answer) => answer(socket.nsp.name)));
        io.of("/secret").use((_socket, next) => next(Object.assign(new Error("not you"), { data: { code: 7 } })));
      });
      const page = await visitWith(visit, server);
      const seen = await page.run(async ({ connect, once, state }) => {
        const socket = await connect({ parser: state["parser"], auth: { token: "t" } });
        const admin = socket.io.socket("/admin");
        const [error] = await once(socket.io.socket("/secret"), "connect_error");
        return { who: await admin.emitWithAck("who"), message: error.message, data: error.data };
      });
      expect(seen).toEqual({ who: "/admin", message: "not you", data: { code: 7 } });
      expect(auths).toEqual([{ token: "t" }]);
      expect(server.sessions).toBe(1);
    });

    test("after a restart of the server it connects again, and sends what was kept", async ({ serve, visit }) => {
      const received: string[] = [];
      const server = await serveWith(serve, (io) => io.on("connection", (socket) => socket.on("text", (text) => received.push(text))));
      const page = await visitWith(visit, server, { faults: true });
      await page.run(async ({ connect, state }) => {
        (state["socket"] = await connect({ parser: state["parser"] })).emit("text", "one");
      });
      await expect.poll(() => received).toEqual(["one"]);
      await server.kill();
      const kept = await page.run(async ({ state, until }) => {
        const { socket } = state;
        await until(() => !socket.connected);
        socket.emit("text", "two");
        return socket.sendBuffer.map(({ type, data }: any) => ({ type, data }));
      });
      expect(kept).toEqual([{ type: 2, data: ["text", "two"] }]);
      await server.restart();
      await expect.poll(() => received).toEqual(["one", "two"]);
    });

    test("a cut connection is recovered, and brings what was missed", async ({ serve, proxy, visit }) => {
      const options = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 }, pingInterval: 500, pingTimeout: 1000 };
      const server = await serveWith(serve, (io) => io.on("connection", (socket) => void (socket.recovered || socket.emit("n", 0))), options);
      const middle = await proxy(server);
      const page = await visitWith(visit, middle, { faults: true });
      await page.run(async ({ open, state, until }) => {
        const seen: unknown[][] = (state["seen"] = []);
        state["socket"] = open({ parser: state["parser"] }).on("n", (...args) => seen.push(args));
        await until(() => seen.length === 1);
      });
      middle.cut();
      // A server that has not noticed yet could not recover the session.
      await expect.poll(() => server.io.of("/").sockets.size).toBe(0);
      server.io.emit("n", 1);
      server.io.emit("n", 2);
      middle.restore();
      const seen = await page.run(async ({ state, until }) => {
        await until(() => state["seen"].length === 3);
        return { numbers: state["seen"].map((args: unknown[]) => args[0]), recovered: state["socket"].recovered };
      });
      expect(seen).toEqual({ numbers: [0, 1, 2], recovered: true });
    });

    if (!binary) return;

    test("binary comes as binary, both ways, at any depth and size", async ({ serve, visit }) => {
      const received: unknown[] = [];
      const server = await serveWith(serve, (io) =>
        io.on("connection", (socket) =>
          socket.on("binary", (value, answer) => {
            received.push(shown(value));
            answer(value, Buffer.from([255]));
          }),
        ),
      );
      const page = await visitWith(visit, server);
      const answers = await page.run(async ({ connect, state }) => {
        const socket = await connect({ parser: state["parser"] });
        const at = (...values: number[]) => new Uint8Array(values).buffer;
        const show = (value: any): unknown => {
          if (value instanceof ArrayBuffer) return value.byteLength > 9 ? `${value.byteLength} bytes` : `bytes ${new Uint8Array(value)}`;
          if (value === null || typeof value !== "object") return value;
          return Array.isArray(value) ? value.map(show) : Object.fromEntries(Object.entries(value).map(([key, own]) => [key, show(own)]));
        };
        const answers: unknown[] = [];
        for (const value of [at(1, 2, 3), at(), { deep: [at(4), { at: at(5, 6) }], n: 1 }, new ArrayBuffer(300_000)]) {
          answers.push(await new Promise((resolve) => socket.emit("binary", value, (...all: unknown[]) => resolve(show(all)))));
        }
        return answers;
      });
      const values = ["bytes 1,2,3", "bytes ", { deep: ["bytes 4", { at: "bytes 5,6" }], n: 1 }, "300000 bytes"];
      expect(received).toEqual(values);
      expect(answers).toEqual(values.map((value) => [value, "bytes 255"]));
    });

    test("dates and undefined stay what they are", async ({ serve, visit }) => {
      const received: unknown[] = [];
      const server = await serveWith(serve, (io) =>
        io.on("connection", (socket) =>
          socket.on("values", (...args) => {
            const answer = args.pop();
            received.push(...args);
            answer(...args);
          }),
        ),
      );
      const page = await visitWith(visit, server);
      const back = await page.run(async ({ connect, state }) => {
        const socket = await connect({ parser: state["parser"] });
        const back: any[] = await new Promise((resolve) =>
          socket.emit("values", new Date(1_700_000_000_123), { at: new Date(-5), none: undefined }, undefined, NaN, Infinity, (...all: unknown[]) => resolve(all)),
        );
        return [back[0].getTime(), back[1].at.getTime(), "none" in back[1], typeof back[2], String(back[3]), String(back[4])];
      });
      expect(received).toEqual([new Date(1_700_000_000_123), { at: new Date(-5), none: undefined }, undefined, NaN, Infinity]);
      expect(back).toEqual([1_700_000_000_123, -5, true, "undefined", "NaN", "Infinity"]);
    });
  });
}

describe("ferrio/msgpack", () => {
  const websocket = { mode: { transports: ["websocket"] } };

  test("sends typed arrays and views as binary (the official parser sends objects)", async ({ serve, visit }) => {
    const received: unknown[] = [];
    const server = await serve((io) => io.on("connection", (socket) => socket.on("binary", (...args) => received.push(...args.map(shown)))), { parser: msgpackParser });
    const page = await withParser(visit(server, websocket), "msgpack");
    await page.run(async ({ connect, state }) => {
      const source = new Uint8Array([9, 1, 2, 9]).buffer;
      (await connect({ parser: state["parser"] })).emit("binary", new Uint8Array(source, 1, 2), new DataView(source, 1, 2), new Int16Array([-1]));
    });
    await expect.poll(() => received).toEqual(["bytes 1,2", "bytes 1,2", "bytes 255,255"]);
  });

  ferrioOnly("refuses a Blob where it is emitted, and the connection goes on", async ({ serve, visit }) => {
    const page = await withParser(visit(await serve(echo, { parser: msgpackParser }), websocket), "msgpack");
    const seen = await page.run(async ({ connect, state }) => {
      const socket = await connect({ parser: state["parser"] });
      const refused = await socket.emitWithAck("echo", new Blob(["x"])).catch((error: Error) => error.message);
      return [refused, await socket.emitWithAck("echo", 1)];
    });
    expect(seen).toEqual(["a Blob cannot be sent with ferrio/msgpack: send its arrayBuffer()", 1]);
  });

  ferrioOnly("fills polling bodies up to the server's limit, and not beyond", async ({ serve, visit }) => {
    const sizes: number[] = [];
    const server = await serve((io) => io.on("connection", (socket) => socket.on("binary", ({ length }) => sizes.push(length))), { parser: msgpackParser, maxHttpBufferSize: 100_000 });
    const page = await withParser(visit(server, { mode: { transports: ["polling"] } }), "msgpack");
    await page.run(async ({ open, state }) => {
      const socket = open({ parser: state["parser"] });
      // 40,000 bytes are 53,000 in base64: of two only one has room.
      for (let n = 0; n < 8; n++) socket.emit("binary", new Uint8Array(40_000 + n));
    });
    await expect.poll(() => sizes).toEqual(Array.from({ length: 8 }, (_, n) => 40_000 + n));
    expect(server.sessions).toBe(1);
  });

  ferrioOnly("a message that is no packet is a parse error, after which it connects again", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => void socket.on("break", () => socket.conn.write(Buffer.from([0xc1])))), { parser: msgpackParser });
    for (const transports of [["websocket"], ["polling"]]) {
      const page = await withParser(visit(server, { mode: { transports } }), "msgpack");
      const seen = await page.run(async ({ connect, once, state }) => {
        const socket = await connect({ parser: state["parser"] });
        socket.emit("break");
        const [reason, error] = await once(socket, "disconnect");
        await once(socket, "connect");
        return [reason, error.code, error.message, error.cause instanceof Error];
      });
      expect(seen).toEqual(["parse error", "E_PROTOCOL", "parse error: bad payload", true]);
    }
  });
});

describe("what a parser needs beyond the client", () => {
  ferrioOnly("is only downloaded where there is one", async ({ serve, visit }) => {
    const requested = (page: TestPage): Promise<boolean> => page.run(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/host/parser.js")));
    const plain = await visit(await serve(echo));
    const one = await plain.run(async ({ connect }) => (await connect()).emitWithAck("echo", 1));
    const parsing = await withParser(visit(await serve(echo, { parser: jsonParser })), "json");
    const two = await parsing.run(async ({ connect, state }) => (await connect({ parser: state["parser"] })).emitWithAck("echo", 2));
    expect([one, await requested(plain), two, await requested(parsing)]).toEqual([1, false, 2, true]);
  });

  ferrioOnly("is an error when it cannot be loaded, and is tried again by the next attempt", async ({ serve, visit }) => {
    const page = await withParser(visit(await serve(echo, { parser: jsonParser }), { faults: true }), "json");
    await page.page.route("**/host/parser.js", (route) => route.abort());
    const failed = await page.run(async ({ open, once, state }) => {
      const socket = (state["socket"] = open({ parser: state["parser"] }));
      const [error] = await once(socket, "connect_error");
      return { code: error.code, message: error.message, retry: error.retry, active: socket.active };
    });
    expect(failed).toEqual({ code: "E_NETWORK", message: "parser failed", retry: { willRetry: false }, active: false });
    await page.page.unroute("**/host/parser.js");
    const answer = await page.run(async ({ once, state }) => {
      state["socket"].connect();
      await once(state["socket"], "connect");
      return state["socket"].emitWithAck("echo", 2);
    });
    expect(answer).toBe(2);
  });
});

/** `value` with every binary part as a text of its bytes, or of how many there are. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.length > 9 ? `${value.length} bytes` : `bytes ${[...value].join()}`;
  if (Array.isArray(value)) return value.map(shown);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
  return value;
}

/** A page that has the parser as `kit.state.parser`. */
async function withParser(visited: Promise<TestPage>, name: ParserName): Promise<TestPage> {
  const page = await visited;
  await page.run(async ({ parser, state }: Kit, name) => void (state["parser"] = await parser(name)), name);
  return page;
}
