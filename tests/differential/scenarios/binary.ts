import type { Scenarios } from "../harness/scenario.ts";

/** Values of every kind, both ways. */
export const binary: Scenarios = {
  "binary of every type is sent": {
    over: ["websocket", "polling"],
    run: async ({ connect, heard }) => {
      const socket = await connect();
      const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
      socket.emit("ArrayBuffer", buffer);
      socket.emit("Uint8Array", new Uint8Array(buffer, 2, 3));
      socket.emit("Float64Array", new Float64Array(buffer));
      socket.emit("DataView", new DataView(buffer, 1, 2));
      socket.emit("empty", new ArrayBuffer(0));
      await heard('"empty"');
    },
  },
  "blobs and files are sent, and keep their place": {
    over: ["websocket", "polling"],
    run: async ({ connect, heard }) => {
      const socket = await connect();
      socket.emit("blob", new Blob(["abc"]));
      socket.emit("text", "between");
      socket.emit("file", { file: new File(["de"], "f.txt", { type: "text/plain" }), n: 1 });
      socket.emit("last", new Blob([]));
      await heard('"last"');
    },
  },
  "nested and several": {
    over: ["websocket", "polling"],
    run: async ({ connect, log }) => {
      const socket = await connect();
      const a = new Uint8Array([1]);
      log(await socket.emitWithAck("echo", { list: [a, { deep: new Uint8Array([2, 3]) }], text: "x", again: a }, new Uint8Array([4])));
    },
  },
  "binary comes back in events": {
    over: ["websocket", "polling"],
    run: async ({ connect, told }) => {
      const socket = await connect();
      socket.emit("back", new Uint8Array([1, 2]), { a: [new Uint8Array([3])] });
      socket.emit("back", "text after it");
      await told("text after it");
    },
  },
  "binary in acks, both ways": {
    over: ["websocket", "polling"],
    run: async ({ connect, logger, told, heard }) => {
      const socket = await connect();
      socket.emit("echo", new Uint8Array([1]), 2, logger("answer"));
      socket.timeout(5000).emit("echo", new Uint8Array([3]), logger("with timeout"));
      socket.on("question", (answer: (...args: unknown[]) => void) => answer(new Uint8Array([5]), { a: new Uint8Array([6]) }));
      socket.emit("ask", "question");
      await told("with timeout");
      await heard("answer");
    },
  },
  "binary before the connection": async ({ open, heard, told }) => {
    const socket = open();
    socket.emit("one", new Uint8Array([1]));
    socket.emit("two", 2);
    socket.emit("three", new Blob(["c"]));
    await told("/ connect ");
    await heard('"three"');
  },
  "binary on a namespace": async ({ connect, log }) => {
    const socket = await connect({}, "/a");
    log(await socket.emitWithAck("echo", new Uint8Array([1, 2])));
  },
  "forceBase64": {
    over: ["websocket", "polling"],
    run: async ({ connect, log }) => {
      const socket = await connect({ forceBase64: true });
      log(await socket.emitWithAck("echo", new Uint8Array([1, 2, 255])));
    },
  },
  "all values JSON can carry": {
    over: ["websocket", "polling"],
    run: async ({ connect, log, told }) => {
      const socket = await connect();
      log(await socket.emitWithAck("echo", [0, -0, 1e300, NaN, Infinity, "", "ä🙂\u2028\u0000", true, false, null, undefined, [], {}, [[]], { u: undefined, n: null }]));
      socket.emit("values");
      await told("event");
    },
  },
  "undefined, false and null as arguments": async ({ connect, logger, told }) => {
    const socket = await connect();
    socket.emit("echo", undefined, null, false, 0, "", logger("answer"));
    await told("answer");
  },
  "dates and toJSON": async ({ connect, log }) => {
    const socket = await connect();
    class Point {
      x = 1;
      toJSON() {
        return { point: this.x };
      }
    }
    log(await socket.emitWithAck("echo", new Date(0), 1));
    log(await socket.emitWithAck("echo", { date: new Date(0), point: new Point(), list: [new Point()] }));
    log(await socket.emitWithAck("echo", new Map([[1, 2]])));
    log(await socket.emitWithAck("echo", Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } })));
  },
  "toJSON that gives binary": async ({ connect, log }) => {
    const socket = await connect();
    log(await socket.emitWithAck("echo", { toJSON: () => ({ bytes: new Uint8Array([9]) }) }));
    log(await socket.emitWithAck("echo", { bytes: new Uint8Array([8]), when: new Date(0) }));
  },
  "what JSON cannot carry throws": async ({ connect, attempt, log }) => {
    const socket = await connect();
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    for (const [name, value] of [["bigint", 1n], ["symbol", Symbol("s")], ["nested bigint", { a: 1n }]] as const) {
      attempt(name, () => typeof socket.emit("odd", value));
    }
    try {
      socket.emit("circle", circle);
    } catch (error) {
      log("circle", (error as Error).name);
    }
    log(await socket.emitWithAck("echo", 1));
  },
  "arguments that are changed after the emit": async ({ connect, open, heard }) => {
    const socket = await connect();
    const value = { n: 1 };
    const bytes = new Uint8Array([1]);
    socket.emit("connected", value, bytes);
    const waiting = open({ autoConnect: false });
    waiting.emit("waiting", value);
    value.n = 2;
    waiting.connect();
    await heard('"waiting"');
    await heard('"connected"');
  },
  "big texts and big attachments": {
    over: ["websocket", "polling"],
    run: async ({ connect, log }) => {
      const socket = await connect();
      const text = "ä".repeat(100_000);
      log((await socket.emitWithAck("echo", text)) === text);
      log((await socket.emitWithAck("echo", new Uint8Array(200_000))).byteLength);
    },
  },
  "an event from the server to all, binary and not": async ({ connect, watch, once, ask, told }) => {
    const socket = await connect();
    const other = watch(socket.io.socket("/a"));
    await once(other, "connect");
    await ask("emit", "/a", "news", 1, { a: "b" });
    await told("/a event");
    await ask("emit", "/", "news", 2);
    await told("/ event");
  },
};
