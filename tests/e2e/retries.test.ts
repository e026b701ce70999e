import { describe, expect, ferrioOnly, overEachTransport, test } from "./harness/test.ts";

describe("the retries option", () => {
  overEachTransport((mode) => {
    test("sends an unanswered event again until it is answered, one event at a time, in order", async ({ serve, visit }) => {
      const received: string[] = [];
      const server = await serve((io) => {
        const tries = new Map<string, number>();
        io.on("connection", (socket) =>
          socket.on("e", (name: string, ignored: number, ack) => {
            received.push(name);
            const seen = (tries.get(name) ?? 0) + 1;
            tries.set(name, seen);
            if (seen > ignored) ack(`answer ${name}`);
          }),
        );
      });
      const page = await visit(server, { mode: mode.options });

      const seen = await page.run(async ({ connect }) => {
        const socket = await connect({ retries: 50, ackTimeout: 300 });
        const emit = (name: string, ignored: number) =>
          new Promise((resolve) => socket.emit("e", name, ignored, (error: Error | null, answer: string) => resolve([error, answer])));
        return Promise.all([emit("a", 0), emit("b", 2), emit("c", 1), emit("d", 0)]);
      });

      expect(seen).toEqual(["a", "b", "c", "d"].map((name) => [null, `answer ${name}`]));
      // An answer that a busy machine delays costs another try, never the order.
      expect(received.filter((name, i) => name !== received[i - 1])).toEqual(["a", "b", "c", "d"]);
      const tries = (name: string) => received.filter((other) => other === name).length;
      expect(tries("b")).toBeGreaterThanOrEqual(3);
      expect(tries("c")).toBeGreaterThanOrEqual(2);
    });
  });

  test("after retries + 1 tries the callback gets the timeout error, and the next event is sent", async ({ serve, visit }) => {
    const received: string[] = [];
    const server = await serve((io) =>
      io.on("connection", (socket) =>
        socket.on("e", (name: string, ack) => {
          received.push(name);
          if (name === "answered") ack(1);
        }),
      ),
    );
    const page = await visit(server);

    const seen = await page.run(async ({ connect }) => {
      const socket = await connect({ retries: 2, ackTimeout: 150 });
      const emit = (name: string) => new Promise((resolve) => socket.emit("e", name, (error: Error | null, answer?: number) => resolve([error?.message ?? null, answer ?? null])));
      return Promise.all([emit("ignored"), emit("answered")]);
    });

    expect(seen).toEqual([
      ["operation has timed out", null],
      [null, 1],
    ]);
    expect(received).toEqual(["ignored", "ignored", "ignored", "answered"]);
  });

  test("an event that was not answered before the connection was lost is sent again on the next one", async ({ serve, visit }) => {
    const received: string[] = [];
    let answering = false;
    const server = await serve((io) =>
      io.on("connection", (socket) =>
        socket.on("e", (name: string, ack) => {
          received.push(name);
          if (answering) ack("done");
        }),
      ),
    );
    const page = await visit(server, { faults: true });

    await page.run(async ({ connect, state }) => {
      const socket = await connect({ retries: 10, ackTimeout: 20_000 });
      state["answers"] = Promise.all(
        ["a", "b"].map((name) => new Promise((resolve) => socket.emit("e", name, (error: Error | null, answer: string) => resolve([error, answer])))),
      );
    });
    await expect.poll(() => received).toEqual(["a"]);
    answering = true;
    await server.restart();
    const answers = await page.run(({ state }) => state["answers"]);

    expect(answers).toEqual([
      [null, "done"],
      [null, "done"],
    ]);
    expect(received).toEqual(["a", "a", "b"]);
  });

  test("events emitted before connecting are queued and sent in order", async ({ serve, visit }) => {
    const received: number[] = [];
    const server = await serve((io) =>
      io.on("connection", (socket) =>
        socket.on("n", (n, ack) => {
          received.push(n);
          ack();
        }),
      ),
    );
    const page = await visit(server);

    await page.run(async ({ open }) => {
      const socket = open({ retries: 3, ackTimeout: 10_000 });
      await Promise.all(Array.from({ length: 20 }, (_, n) => new Promise((resolve) => socket.emit("n", n, resolve))));
    });

    expect(received).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test("emitWithAck resolves with the answer that came in the end", async ({ serve, visit }) => {
    let tries = 0;
    const server = await serve((io) => io.on("connection", (socket) => socket.on("e", (ack) => ++tries >= 3 && ack("third time"))));
    const page = await visit(server);

    const answer = await page.run(async ({ connect }) => (await connect({ retries: 100, ackTimeout: 150 })).emitWithAck("e"));

    expect(answer).toBe("third time");
    expect(tries).toBeGreaterThanOrEqual(3);
  });

  ferrioOnly("without ackTimeout the server's answer is an answer, and the event is sent once", async ({ serve, visit }) => {
    const received: string[] = [];
    const server = await serve((io) =>
      io.on("connection", (socket) =>
        socket.on("e", (name: string, ack) => {
          received.push(name);
          ack("answer");
        }),
      ),
    );
    const page = await visit(server);

    const seen = await page.run(async ({ connect }) => {
      const socket = await connect({ retries: 3 });
      const emit = (name: string) => new Promise((resolve) => socket.emit("e", name, (...args: unknown[]) => resolve(args)));
      return [await emit("a"), await emit("b")];
    });

    expect(seen).toEqual([
      [null, "answer"],
      [null, "answer"],
    ]);
    expect(received).toEqual(["a", "b"]);
  });

  ferrioOnly("options of one emit do not leak into the next", async ({ serve, visit }) => {
    const server = await serve((io) => io.on("connection", (socket) => socket.on("e", (ack) => setTimeout(ack, 300, "late"))));
    const page = await visit(server);

    const seen = await page.run(async ({ open, once }) => {
      const socket = open({ retries: 1, ackTimeout: 10_000, autoConnect: false });
      const answer = (emitter: { emit: (...args: any[]) => unknown }) =>
        new Promise((resolve) => emitter.emit("e", (error: Error | null, value?: string) => resolve(error?.message ?? value)));
      const first = answer(socket.timeout(50));
      const second = answer(socket);
      socket.connect();
      await once(socket, "connect");
      return [await first, await second];
    });

    expect(seen).toEqual(["operation has timed out", "late"]);
  });
});
