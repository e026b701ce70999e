import { describe, expect, ferrioOnly, overEachTransport, test, type Fixtures } from "./harness/test.ts";

/** A page on which nothing is connected yet, and the names of the events that its server heard. */
async function away({ serve, visit }: Fixtures) {
  const heard: unknown[] = [];
  const server = await serve((io) => io.on("connection", (socket) => socket.onAny((name) => heard.push(name))));
  return { page: await visit(server, { mode: { transports: ["websocket"], autoConnect: false } }), heard };
}

describe("what waits for the connection", () => {
  ferrioOnly("is kept up to a number of events; what has no room is told", async (fixtures) => {
    const { page, heard } = await away(fixtures);
    const told = await page.run(async ({ open, once }) => {
      const socket: any = open({ offline: { max: 3 } } as object);
      const drops: unknown[] = [];
      socket.io.on("drop", (error: any) => drops.push([error.code, error.event, error.nsp, error instanceof Error]));
      for (const name of ["a", "b", "c", "d", "e"]) socket.emit(name);
      const asked = await socket.emitWithAck("f").catch((error: any) => error.code);
      socket.connect();
      await once(socket, "connect");
      await socket.drained();
      return { drops, asked, left: socket.bufferedAmount };
    });
    expect(told).toEqual({ drops: ["d", "e", "f"].map((name) => ["E_BUFFER_FULL", name, "/", true]), asked: "E_BUFFER_FULL", left: 0 });
    await expect.poll(() => heard).toEqual(["a", "b", "c"]);
  });

  ferrioOnly("is kept up to a number of bytes, attachments included; the newest take the place of the oldest where the app wants it", async (fixtures) => {
    const { page, heard } = await away(fixtures);
    const drops = await page.run(async ({ open, once }) => {
      const socket: any = open({ offline: { maxBytes: 1000, overflow: "oldest" } } as object);
      const drops: unknown[] = [];
      socket.io.on("drop", (error: any) => drops.push([error.code, error.event, error.size]));
      socket.emit("a", new Uint8Array(600));
      socket.emit("b", "é".repeat(250));
      socket.emit("c", "x".repeat(2000));
      socket.emit("d");
      socket.connect();
      await once(socket, "connect");
      return drops;
    });
    expect(drops).toEqual([
      ["E_BUFFER_FULL", "a", 635],
      ["E_BUFFER_FULL", "c", 2008],
    ]);
    await expect.poll(() => heard).toEqual(["b", "d"]);
  });

  ferrioOnly("makes emit throw where the app wants it, and where nothing is to wait", async (fixtures) => {
    const { page, heard } = await away(fixtures);
    const told = await page.run(async ({ open, once }) => {
      const thrown = (run: () => unknown) => {
        try {
          run();
          return undefined;
        } catch (error: any) {
          return [error.code, error.event, error.nsp];
        }
      };
      const full: any = open({ offline: { max: 1, overflow: "error" } } as object);
      const rejecting: any = open({ offline: { mode: "reject" } } as object);
      const told = [
        thrown(() => full.emit("a")),
        thrown(() => full.emit("b", () => {})),
        thrown(() => rejecting.emit("c")),
        await full.emitWithAck("d").catch((error: any) => error.code),
        full.sendBuffer.length,
        rejecting.sendBuffer.length,
      ];
      full.connect();
      rejecting.connect();
      await Promise.all([once(full, "connect"), once(rejecting, "connect")]);
      return [...told, thrown(() => rejecting.emit("e"))];
    });
    expect(told).toEqual([undefined, ["E_BUFFER_FULL", "b", "/"], ["E_BUFFER_FULL", "c", "/"], "E_BUFFER_FULL", 1, 0, undefined]);
    await expect.poll(() => [...heard].sort()).toEqual(["a", "e"]);
  });

  ferrioOnly("is dropped and told where nothing is to wait, or when it has waited too long", async (fixtures) => {
    const { page, heard } = await away(fixtures);
    const drops = await page.run(async ({ open, once, until }) => {
      const drops: unknown[] = [];
      const dropping: any = open({ offline: { mode: "drop" } } as object);
      const hasty: any = open({ offline: { ttl: 50 } } as object);
      for (const socket of [dropping, hasty]) socket.io.on("drop", (error: any) => drops.push([error.code, error.event]));
      dropping.emit("a");
      hasty.emit("b");
      const asked = hasty.emitWithAck("c").catch((error: any) => error.code);
      await until(() => drops.length === 3);
      hasty.connect();
      await once(hasty, "connect");
      hasty.emit("d");
      return [...drops, await asked];
    });
    expect(drops).toEqual([["E_BUFFER_FULL", "a"], ["E_TIMEOUT", "b"], ["E_TIMEOUT", "c"], "E_TIMEOUT"]);
    await expect.poll(() => heard).toEqual(["d"]);
  });

  ferrioOnly("is forgotten when sendBuffer is assigned", async (fixtures) => {
    const { page, heard } = await away(fixtures);
    const left = await page.run(async ({ open, once }) => {
      const socket: any = open();
      socket.emit("a");
      socket.emit("b");
      const before = [socket.sendBuffer.length, socket.bufferedAmount];
      socket.sendBuffer = [];
      const after = [socket.sendBuffer.length, socket.bufferedAmount];
      socket.emit("c");
      socket.connect();
      await once(socket, "connect");
      return [...before, ...after];
    });
    expect(left).toEqual([2, 10, 0, 0]);
    await expect.poll(() => heard).toEqual(["c"]);
  });

  ferrioOnly("cannot be bounded by what is no bound", async (fixtures) => {
    const { page } = await away(fixtures);
    const thrown = await page.run(({ open }) =>
      [{ max: -1 }, { maxBytes: NaN }, { ttl: "soon" }, { mode: "keep" }, { overflow: "all" }].map((offline) => {
        try {
          open({ offline } as object);
          return undefined;
        } catch (error: any) {
          return `${error.code}: ${error.message}`;
        }
      }),
    );
    expect(thrown).toEqual(["max", "maxBytes", "ttl", "mode", "overflow"].map((name) => expect.stringMatching(new RegExp(`^E_OPTION: option ${name}\\b`))));
  });
});

describe("a message above the server's maxPayload", () => {
  overEachTransport((mode) => {
    ferrioOnly("is refused before it is sent, and the connection lives on", async ({ serve, visit }) => {
      const heard: unknown[] = [];
      const server = await serve((io) => io.on("connection", (socket) => socket.onAny((name) => heard.push(name))), { maxHttpBufferSize: 1000 });
      const page = await visit(server, { mode: mode.options });

      const told = await page.run(async ({ connect }) => {
        const socket: any = await connect();
        const drops: unknown[] = [];
        socket.on("disconnect", () => drops.push("disconnected"));
        socket.io.on("drop", ({ code, event, size, limit }: any) => drops.push([code, event, size > 1000, limit]));
        socket.emit("text", "x".repeat(1000));
        socket.emit("binary", new Uint8Array(1001));
        const asked = await socket.emitWithAck("asked", "é".repeat(500)).catch((error: any) => error.code);
        socket.emit("fits", "x".repeat(900));
        socket.emit("binary that fits", new Uint8Array(700));
        await socket.drained();
        return [...drops, asked, socket.connected];
      });

      const refused = (event: string) => ["E_PAYLOAD_TOO_LARGE", event, true, 1000];
      expect(told).toEqual([refused("text"), refused("binary"), refused("asked"), "E_PAYLOAD_TOO_LARGE", true]);
      await expect.poll(() => heard).toEqual(["fits", "binary that fits"]);
    });

    test("costs the connection where the client does not look at it", async ({ serve, visit }) => {
      const server = await serve(undefined, { maxHttpBufferSize: 1000 });
      const page = await visit(server, { mode: mode.options, path: "/?entry=/peer/socket.io.esm.min.js", faults: true });
      const reason = await page.run(async ({ connect, once }) => {
        const socket = await connect();
        socket.emit("text", "x".repeat(1000));
        return (await once(socket, "disconnect"))[0];
      });
      expect(reason).toMatch(/^transport (close|error)$/);
      // Firefox takes the empty answer to the peer's XMLHttpRequest for XML.
      expect((await page.takeUncaught()).filter((error) => !error.startsWith("XML Parsing Error"))).toEqual([]);
    });

    ferrioOnly("and an answer to the server that is too large are told, and nothing else is lost", async ({ serve, visit }) => {
      const answers: unknown[] = [];
      const server = await serve(
        (io) =>
          io.on("connection", (socket) => {
            socket.emit("question", (answer: unknown) => answers.push(answer));
            socket.on("done", (ack) => ack());
          }),
        { maxHttpBufferSize: 1000 },
      );
      const page = await visit(server, { mode: mode.options });
      const drops = await page.run(async ({ open, once }) => {
        const socket: any = open();
        const drops: unknown[] = [];
        socket.io.on("drop", ({ code, event, nsp }: any) => drops.push([code, event, nsp]));
        socket.on("question", (answer: (text: string) => void) => answer("x".repeat(2000)));
        await once(socket, "question");
        await socket.emitWithAck("done");
        return drops;
      });
      expect(drops).toEqual([["E_PAYLOAD_TOO_LARGE", undefined, "/"]]);
      expect(answers).toEqual([]);
    });
  });
});

describe("bytes on their way", () => {
  overEachTransport((mode) => {
    ferrioOnly("are counted until they have left, and drained() waits for that", async ({ serve, visit }) => {
      let bytes = 0;
      const server = await serve((io) => io.on("connection", (socket) => socket.on("data", ({ length }: Buffer) => (bytes += length))), { maxHttpBufferSize: 1e8 });
      const page = await visit(server, { mode: mode.options });
      const [before, after] = await page.run(async ({ open }) => {
        const socket: any = open();
        for (let i = 0; i < 20; i++) socket.emit("data", new Uint8Array(500_000));
        const before = socket.bufferedAmount;
        await socket.drained();
        return [before, socket.bufferedAmount];
      });
      expect(before).toBeGreaterThan(10_000_000);
      expect(after).toBe(0);
      await expect.poll(() => bytes).toBe(10_000_000);
    });
  });
});
