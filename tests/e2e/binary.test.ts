import { describe, expect, overEachTransport, test } from "./harness/test.ts";

describe("binary", () => {
  overEachTransport((mode) => {
    test("every kind of binary value reaches the server as its bytes and comes back as ArrayBuffer", async ({ serve, visit }) => {
      const received: Record<string, unknown> = {};
      const server = await serve((io) =>
        io.on("connection", (socket) =>
          socket.on("binary", (name: string, value: unknown, ack) => {
            received[name] = bytes(value);
            ack(value);
          }),
        ),
      );
      const page = await visit(server, { mode: mode.options });

      const answers = await page.run(async ({ connect }) => {
        const socket = await connect();
        const source = new Uint8Array([9, 8, 1, 2, 3, 255, 7, 7]).buffer;
        const values: Record<string, unknown> = {
          ArrayBuffer: source.slice(2, 6),
          empty: new ArrayBuffer(0),
          Uint8Array: new Uint8Array(source, 2, 4),
          Uint16Array: new Uint16Array(source, 2, 2),
          Float64Array: new Float64Array([1.5]),
          DataView: new DataView(source, 2, 4),
          Blob: new Blob([new Uint8Array(source, 2, 4)]),
          File: new File([new Uint8Array(source, 2, 4)], "name.bin", { type: "image/png" }),
        };
        const answers: Record<string, unknown> = {};
        for (const [name, value] of Object.entries(values)) {
          const answer = await socket.emitWithAck("binary", name, value);
          answers[name] = answer instanceof ArrayBuffer ? [...new Uint8Array(answer)] : `a ${Object.prototype.toString.call(answer)}`;
        }
        return answers;
      });

      const expected = {
        ArrayBuffer: [1, 2, 3, 255],
        empty: [],
        Uint8Array: [1, 2, 3, 255],
        Uint16Array: [1, 2, 3, 255],
        Float64Array: [...new Uint8Array(new Float64Array([1.5]).buffer)],
        DataView: [1, 2, 3, 255],
        Blob: [1, 2, 3, 255],
        File: [1, 2, 3, 255],
      };
      expect(received).toEqual(expected);
      expect(answers).toEqual(expected);
    });

    test("several attachments, nested and mixed with values, keep their places both ways", async ({ serve, visit }) => {
      let received: unknown;
      const server = await serve((io) =>
        io.on("connection", (socket) =>
          socket.on("mixed", (...args) => {
            const ack = args.pop();
            received = bytes(args);
            ack(...args);
          }),
        ),
      );
      const page = await visit(server, { mode: mode.options });

      const answer = await page.run(async ({ connect }) => {
        const socket = await connect();
        const at = (...values: number[]) => new Uint8Array(values);
        const show = (value: any): unknown => {
          if (value instanceof ArrayBuffer) return `bytes ${new Uint8Array(value)}`;
          if (Array.isArray(value)) return value.map(show);
          if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, show(inner)]));
          return value;
        };
        return new Promise<unknown>((resolve) =>
          socket.emit(
            "mixed",
            at(1),
            "text",
            { a: [at(2), { b: new Blob([at(3)]) }, null], c: { d: { e: at(4).buffer } }, like: { _placeholder: false, num: 0 } },
            [[at(5)], new DataView(at(6).buffer)],
            { toJSON: () => ({ inner: at(7) }) },
            (...args: unknown[]) => resolve(show(args)),
          ),
        );
      });

      const expected = [
        "bytes 1",
        "text",
        { a: ["bytes 2", { b: "bytes 3" }, null], c: { d: { e: "bytes 4" } }, like: { _placeholder: false, num: 0 } },
        [["bytes 5"], "bytes 6"],
        { inner: "bytes 7" },
      ];
      expect(received).toEqual(shown(expected));
      expect(answer).toEqual(expected);
    });

    test("the server's own binary events and questions arrive, and the page answers with binary", async ({ serve, visit }) => {
      let answer: unknown;
      const server = await serve((io) =>
        io.on("connection", async (socket) => {
          socket.emit("event", Buffer.from([1, 2]), { nested: [new Uint8Array([3])] });
          answer = bytes(await socket.emitWithAck("question", Buffer.from([4, 5])));
          socket.emit("done");
        }),
      );
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ open, once }) => {
        const socket = open();
        const seen: unknown[] = [];
        socket.on("event", (first: ArrayBuffer, second: { nested: ArrayBuffer[] }) => {
          seen.push([...new Uint8Array(first)], [...new Uint8Array(second.nested[0]!)]);
        });
        socket.on("question", (value: ArrayBuffer, ack: (answer: unknown) => void) => ack({ twice: [value, new Uint8Array(value)] }));
        await once(socket, "done");
        return seen;
      });

      expect(seen).toEqual([[1, 2], [3]]);
      expect(answer).toEqual({ twice: [[4, 5], [4, 5]] });
    });

    test.for([1, 5])("%i MB of binary survive both ways", async (megabytes, { serve, visit }) => {
      const size = megabytes * 1_000_000;
      const checked: boolean[] = [];
      const server = await serve(
        (io) =>
          io.on("connection", (socket) =>
            socket.on("big", (value: Buffer, ack) => {
              checked.push(value.length === size && value.every((byte, i) => byte === (i * 31) % 251));
              ack(value);
            }),
          ),
        { maxHttpBufferSize: 2e7 },
      );
      const page = await visit(server, { mode: mode.options });

      const same = await page.run(async ({ connect }, size) => {
        const socket = await connect();
        const sent = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251);
        const answer = new Uint8Array(await socket.emitWithAck("big", sent));
        return answer.length === size && answer.every((byte, i) => byte === sent[i]);
      }, size);

      expect(checked).toEqual([true]);
      expect(same).toBe(true);
    });

    test("1,000 events of text, buffers and blobs in turn keep their order both ways", async ({ serve, visit }) => {
      const received: number[] = [];
      const server = await serve((io) =>
        io.on("connection", (socket) =>
          socket.on("e", (n: number, value: unknown) => {
            received.push(n);
            socket.emit("e", n, value);
          }),
        ),
      );
      const page = await visit(server, { mode: mode.options });

      const echoed = await page.run(async ({ connect, until }) => {
        const socket = await connect();
        const echoed: number[] = [];
        socket.on("e", (n) => echoed.push(n));
        for (let n = 0; n < 1000; n++) {
          const part = new Uint8Array([n, n >> 8]);
          socket.emit("e", n, [n, part, new Blob([part]), { part, n }][n % 4]);
        }
        await until(() => echoed.length >= 1000);
        return echoed;
      });

      const expected = Array.from({ length: 1000 }, (_, n) => n);
      expect(received).toEqual(expected);
      expect(echoed).toEqual(expected);
    });
  });

  test("forceBase64 sends binary as text on the websocket", async ({ serve, visit }) => {
    const received: unknown[] = [];
    const frames: string[] = [];
    const server = await serve((io) => {
      io.engine.on("connection", ({ transport }) => {
        transport.socket.on("message", (data: Buffer, isBinary: boolean) => frames.push(isBinary ? "binary" : data.toString()));
      });
      io.on("connection", (socket) => socket.on("binary", (value) => received.push(bytes(value))));
    });
    const page = await visit(server);

    await page.run(async ({ connect }) => (await connect({ transports: ["websocket"], forceBase64: true })).emit("binary", new Uint8Array([1, 2, 3])));

    await expect.poll(() => received).toEqual([[1, 2, 3]]);
    expect(frames).toContain("bAQID");
    expect(frames).not.toContain("binary");
  });
});

/** `value` with every binary part as an array of its bytes. */
function bytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(bytes);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bytes(inner)]));
  return value;
}

/** An expectation written with "bytes 1,2" in the form that `bytes` gives. */
function shown(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("bytes ")) return value.slice(6).split(",").map(Number);
  if (Array.isArray(value)) return value.map(shown);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
  return value;
}
