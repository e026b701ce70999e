import { describe, expect, overEachTransport, test } from "./harness/test.ts";

describe("acks", () => {
  overEachTransport((mode) => {
    test("the server's answer reaches the callback with all its arguments", async ({ serve, visit }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("add", (a, b, ack) => ack(a + b, { of: [a, b] }, null))));
      const page = await visit(server, { mode: mode.options });

      const answer = await page.run(async ({ connect }) => {
        const socket = await connect();
        return new Promise<unknown[]>((resolve) => socket.emit("add", 2, 3, (...args: unknown[]) => resolve(args)));
      });

      expect(answer).toEqual([5, { of: [2, 3] }, null]);
    });

    test("emitWithAck resolves with the first argument of the answer", async ({ serve, visit }) => {
      const server = await serve((io) => io.on("connection", (socket) => socket.on("add", (a, b, ack) => ack(a + b, "more"))));
      const page = await visit(server, { mode: mode.options });

      const answers = await page.run(async ({ connect }) => {
        const socket = await connect();
        return [await socket.emitWithAck("add", 2, 3), await socket.timeout(10_000).emitWithAck("add", 4, 5)];
      });

      expect(answers).toEqual([5, 9]);
    });

    test("the page answers the server", async ({ serve, visit }) => {
      const answers: Promise<unknown>[] = [];
      const server = await serve((io) =>
        io.on("connection", (socket) => {
          answers.push(
            new Promise((resolve) => socket.emit("add", 2, 3, (...args: unknown[]) => resolve(args))),
            socket.emitWithAck("add", 4, 5),
          );
        }),
      );
      const page = await visit(server, { mode: mode.options });

      await page.run(async ({ open, until }) => {
        let asked = 0;
        open().on("add", (a: number, b: number, ack: (...args: unknown[]) => void) => {
          asked++;
          ack(a + b, [a, b]);
          ack("a second answer is ignored");
        });
        await until(() => asked === 2);
      });

      expect(await Promise.all(answers)).toEqual([[5, [2, 3]], 9]);
    });

    test("a thousand answers in any order reach their own callbacks", async ({ serve, visit }) => {
      const server = await serve((io) =>
        io.on("connection", (socket) => {
          const waiting: (() => void)[] = [];
          socket.on("n", (n, ack) => {
            waiting.push(() => ack(n));
            if (waiting.length === 1000) for (const answer of waiting.reverse()) answer();
          });
        }),
      );
      const page = await visit(server, { mode: mode.options });

      const answers = await page.run(async ({ connect }) => {
        const socket = await connect();
        return Promise.all(Array.from({ length: 1000 }, (_, n) => socket.emitWithAck("n", n)));
      });

      expect(answers).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    });

    test("without an answer in time, the callback gets the timeout error once", async ({ serve, visit }) => {
      const server = await serve((io) =>
        io.on("connection", (socket) => {
          socket.on("late", (ack) => setTimeout(ack, 300, "too late"));
          socket.on("quick", (ack) => ack("in time"));
        }),
      );
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect, sleep }) => {
        const socket = await connect();
        const late: unknown[] = [];
        socket.timeout(100).emit("late", (error: Error | null, answer: unknown) => late.push([error instanceof Error, error?.message, answer]));
        const rejected = await socket.timeout(100).emitWithAck("late").then(
          () => "resolved",
          (error) => error.message,
        );
        const quick = await new Promise((resolve) => socket.timeout(10_000).emit("quick", (error: Error | null, answer: unknown) => resolve([error, answer])));
        await sleep(500);
        return { late, rejected, quick };
      });

      expect(seen).toEqual({
        late: [[true, "operation has timed out", undefined]],
        rejected: "operation has timed out",
        quick: [null, "in time"],
      });
    });
  });

  test("acks pending at a disconnect fail where they can take an error, and are dropped where they cannot", async ({ serve, visit }) => {
    let asked = 0;
    const server = await serve((io) => io.on("connection", (socket) => socket.on("ask", () => asked++)));
    const page = await visit(server);

    await page.run(async ({ connect, state }) => {
      const socket = (state["socket"] = await connect());
      const seen: unknown[] = (state["seen"] = []);
      socket.emit("ask", () => seen.push("plain callback"));
      socket.timeout(60_000).emit("ask", (error: Error) => seen.push(`timeout: ${error.message}`));
      socket.emitWithAck("ask").catch((error: Error) => seen.push(`emitWithAck: ${error.message}`));
    });
    await expect.poll(() => asked).toBe(3);
    const seen = await page.run(async ({ state, sleep }) => {
      state["socket"].disconnect();
      await sleep(50);
      return state["seen"];
    });

    expect(seen).toEqual(["timeout: socket has been disconnected", "emitWithAck: socket has been disconnected"]);
  });

  test("the ack of an event that was emitted while disconnected survives until it is sent", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
    const page = await visit(server);

    const answers = await page.run(async ({ connect }) => {
      const socket = await connect();
      socket.disconnect();
      const answers = Promise.all([
        socket.emitWithAck("echo", 1),
        socket.timeout(10_000).emitWithAck("echo", 2),
        new Promise((resolve) => socket.emit("echo", 3, resolve)),
      ]);
      socket.connect();
      return answers;
    });

    expect(answers).toEqual([1, 2, 3]);
  });

  test("an event that times out before it could be sent is never sent", async ({ serve, visit }) => {
    const received: unknown[] = [];
    const server = await serve((io) =>
      io.on("connection", (socket) =>
        socket.on("e", (value, ack) => {
          received.push(value);
          ack();
        }),
      ),
    );
    const page = await visit(server);

    const message = await page.run(async ({ open }) => {
      const socket = open({ autoConnect: false });
      const error: Error = await new Promise((resolve) => socket.timeout(30).emit("e", "expired", resolve));
      const sent = socket.emitWithAck("e", "kept");
      socket.connect();
      await sent;
      return error.message;
    });

    expect(message).toBe("operation has timed out");
    expect(received).toEqual(["kept"]);
  });

  test("ackTimeout applies to every emit with a callback", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))));
    const page = await visit(server);

    const seen = await page.run(async ({ connect }) => {
      const socket = await connect({ ackTimeout: 150 });
      const results = (event: string) => new Promise((resolve) => socket.emit(event, 1, (error: Error | null, value: unknown) => resolve([error?.message, value])));
      return [await results("nobody answers"), await results("echo")];
    });

    expect(seen).toEqual([
      ["operation has timed out", undefined],
      [undefined, 1],
    ]);
  });
});
