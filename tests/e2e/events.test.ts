import { describe, expect, overEachTransport, test } from "./harness/test.ts";

const COUNT = 10_000;

describe("events", () => {
  overEachTransport((mode) => {
    test("10,000 events of the page arrive in order", async ({ serve, visit }) => {
      const received: number[] = [];
      const server = await serve((io) => io.on("connection", (socket) => socket.on("n", (n) => received.push(n))));
      const page = await visit(server, { mode: mode.options });

      await page.run(async ({ connect }, count) => {
        const socket = await connect();
        for (let n = 0; n < count; n++) socket.emit("n", n);
      }, COUNT);

      await expect.poll(() => received.length).toBe(COUNT);
      expect(received).toEqual(numbers(COUNT));
    });

    test("10,000 events of the server arrive in order", async ({ serve, visit }) => {
      const server = await serve((io) =>
        io.on("connection", (socket) => {
          socket.on("start", (count: number) => {
            for (let n = 0; n < count; n++) socket.emit("n", n);
          });
        }),
      );
      const page = await visit(server, { mode: mode.options });

      const received = await page.run(async ({ connect, until }, count) => {
        const socket = await connect();
        const received: number[] = [];
        socket.on("n", (n) => received.push(n));
        socket.emit("start", count);
        await until(() => received.length >= count);
        return received;
      }, COUNT);

      expect(received).toEqual(numbers(COUNT));
    });

    test("events emitted before the connection is there arrive in order, before those emitted on connect", async ({ serve, visit }) => {
      const received: number[] = [];
      const server = await serve((io) => io.on("connection", (socket) => socket.on("n", (n) => received.push(n))));
      const page = await visit(server, { mode: mode.options });

      await page.run(async ({ open, once }) => {
        const socket = open();
        socket.on("connect", () => {
          for (let n = 100; n < 110; n++) socket.emit("n", n);
        });
        for (let n = 0; n < 100; n++) socket.emit("n", n);
        await once(socket, "connect");
      });

      await expect.poll(() => received.length).toBe(110);
      expect(received).toEqual(numbers(110));
    });

    test("events that the server emits while it accepts the connection are not lost", async ({ serve, visit }) => {
      const server = await serve((io) =>
        io.on("connection", (socket) => {
          for (let n = 0; n < 10; n++) socket.emit("n", n);
        }),
      );
      const page = await visit(server, { mode: mode.options });

      const received = await page.run(async ({ open, until }) => {
        const received: number[] = [];
        open().on("n", (n) => received.push(n));
        await until(() => received.length >= 10);
        return received;
      });

      expect(received).toEqual(numbers(10));
    });

    test("unicode survives both ways, in values and in names", async ({ serve, visit }) => {
      const seen: number[][] = [];
      const server = await serve((io) =>
        io.on("connection", (socket) =>
          socket.onAny((name: string, value: string) => {
            seen.push(units(value));
            socket.emit(name, value);
          }),
        ),
      );
      const page = await visit(server, { mode: mode.options });

      const echoed = await page.run(async ({ connect, once }, texts) => {
        const socket = await connect();
        const echoed: number[][] = [];
        for (const codes of texts) {
          const text = String.fromCharCode(...codes);
          const answer = once(socket, `event ${text}`);
          socket.emit(`event ${text}`, text);
          const [value] = await answer;
          echoed.push(Array.from({ length: value.length }, (_, i) => value.charCodeAt(i)));
        }
        return echoed;
      }, UNICODE.map(units));

      expect(seen).toEqual(UNICODE.map(units));
      expect(echoed).toEqual(UNICODE.map(units));
    });

    test.for([1, 5])("a text of %i MB survives both ways", async (megabytes, { serve, visit }) => {
      const size = megabytes * 1_000_000;
      const expected = text(size);
      const checked: boolean[] = [];
      const server = await serve(
        (io) =>
          io.on("connection", (socket) =>
            socket.on("big", (value, ack) => {
              checked.push(value === expected);
              ack(value);
            }),
          ),
        { maxHttpBufferSize: 2e7 },
      );
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect }, size) => {
        const socket = await connect();
        const sent = "aé😀z\n".repeat(Math.ceil(size / 6)).slice(0, size);
        const answer = await socket.emitWithAck("big", sent);
        return { same: answer === sent, length: answer.length };
      }, size);

      expect(checked).toEqual([true]);
      expect(seen).toEqual({ same: true, length: size });
    });

    test("everything JSON can carry survives both ways", async ({ serve, visit }) => {
      let seen: unknown[] = [];
      const server = await serve((io) =>
        io.on("connection", (socket) =>
          socket.on("values", (...args) => {
            const ack = args.pop();
            seen = args;
            ack(...args);
          }),
        ),
      );
      const page = await visit(server, { mode: mode.options });

      const answer = await page.run(async ({ connect }) => {
        const socket = await connect();
        const values: unknown[] = [0, -1.5, 1e300, "", "x", true, false, null, undefined, [], {}, [[1, [2, [3]]]], { a: { b: [{ c: "d" }] } }];
        values.push(new Date(0), { toJSON: () => "from toJSON" }, { "": 1, 'with "quotes"': 2, constructor: 3 });
        return new Promise<unknown[]>((resolve) => socket.emit("values", ...values, (...args: unknown[]) => resolve(args)));
      });

      const expected: unknown[] = [
        ...([0, -1.5, 1e300, "", "x", true, false, null, null, [], {}, [[1, [2, [3]]]], { a: { b: [{ c: "d" }] } }] as unknown[]),
        "1970-01-01T00:00:00.000Z",
        "from toJSON",
        { "": 1, 'with "quotes"': 2, constructor: 3 },
      ];
      expect(seen).toEqual(expected);
      expect(answer).toEqual(expected);
    });
  });

  test("send() emits a message event, and an event may have no argument", async ({ serve, visit }) => {
    const received: unknown[][] = [];
    const server = await serve((io) => io.on("connection", (socket) => socket.onAny((...args) => received.push(args))));
    const page = await visit(server);

    await page.run(async ({ connect }) => {
      const socket = await connect();
      socket.send("a", 1).emit("nothing");
    });

    await expect.poll(() => received).toEqual([["message", "a", 1], ["nothing"]]);
  });

  test("a key named __proto__ does not touch any prototype", async ({ serve, visit }) => {
    const server = await serve((io) =>
      io.on("connection", (socket) => socket.emit("evil", JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'))),
    );
    const page = await visit(server);

    const seen = await page.run(async ({ open, once }) => {
      const [value] = await once(open(), "evil");
      return { polluted: ({} as Record<string, unknown>)["polluted"] ?? null, keys: Object.keys(value) };
    });

    expect(seen).toEqual({ polluted: null, keys: ["__proto__", "constructor"] });
  });

  test("emitting a reserved name throws", async ({ serve, visit }) => {
    const names = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
    const server = await serve();
    const page = await visit(server);

    const messages = await page.run(({ open }, names) => {
      const socket = open({ autoConnect: false });
      return names.map((name) => {
        try {
          socket.emit(name);
          return "no error";
        } catch (error) {
          return (error as Error).message;
        }
      });
    }, names);

    expect(messages).toEqual(names.map((name) => `"${name}" is a reserved event name`));
  });
});

const UNICODE = [
  "ascii",
  "é ü ß",
  "日本語 한국어",
  "😀 👩‍👩‍👧 𝒳",
  "\u0000\u0001\u001e\u001f\u007f",
  "line\nbreaks\r\n\u2028\u2029",
  'quotes " \\ \' and ,[]{}',
  "\ud83d alone \ude00",
  "\ufeffbom\uffff",
  "e\u0301 not normalised",
];

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

function units(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** As the page builds it: UTF-8 of one, two and four bytes, and something that JSON escapes. */
function text(size: number): string {
  return "aé😀z\n".repeat(Math.ceil(size / 6)).slice(0, size);
}
