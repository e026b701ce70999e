import type { Scenarios } from "../harness/scenario.ts";

/** The option `retries`: at least once, one at a time. */
export const retries: Scenarios = {
  "one in flight, in order, with increasing ids": {
    over: ["websocket", "polling"],
    run: async ({ connect, logger, told }) => {
      const socket = await connect({ retries: 1, ackTimeout: 5000 });
      socket.emit("echo", 1, logger("first"));
      socket.emit("echo", 2, logger("second"));
      socket.emit("echo", 3, logger("third"));
      await told("third");
    },
  },
  "retries before the connection": async ({ open, logger, told, sleep, log }) => {
    const socket = open({ retries: 3, ackTimeout: 5000, autoConnect: false });
    socket.emit("echo", 1, logger("answer"));
    log(socket.sendBuffer.length);
    await sleep(60);
    socket.connect();
    await told("answer");
  },
  "given up after retries + 1 tries, then the next": async ({ connect, logger, told }) => {
    const socket = await connect({ retries: 2, ackTimeout: 5000 });
    socket.timeout(30).emit("silence", 1, logger("given up"));
    socket.emit("echo", 2, logger("next"));
    await told("next");
  },
  "retried without a callback": async ({ connect, logger, told }) => {
    const socket = await connect({ retries: 1, ackTimeout: 5000 });
    socket.timeout(30).emit("silence", 1);
    socket.emit("echo", 2, logger("next"));
    await told("next");
  },
  "emitWithAck with retries": async ({ connect, log }) => {
    const socket = await connect({ retries: 1, ackTimeout: 5000 });
    log(await socket.emitWithAck("echo", 1));
    await socket.timeout(30).emitWithAck("silence").catch((error: Error) => log("promise", error));
  },
  "sent again after a reconnection": async ({ connect, logger, told, heard, ask }) => {
    const socket = await connect({ retries: 5, ackTimeout: 10_000, reconnectionDelay: 10 });
    socket.emit("silence", 1, logger("never"));
    socket.emit("echo", 2, logger("next"));
    await heard("silence");
    await ask("closeSessions");
    await heard("silence", 2);
    await told("/ connect ", 2);
  },
  "what retries queue goes out before connect is told": async ({ open, logger, told, log }) => {
    const socket = open({ retries: 1, ackTimeout: 5000 });
    socket.on("connect", () => log("connected"));
    socket.emit("echo", 1, logger("answer"));
    await told("answer");
  },
  "volatile is not retried": async ({ connect, idle, sleep, heard, logger, told }) => {
    const socket = await connect({ retries: 2, ackTimeout: 20 });
    await idle(socket);
    socket.volatile.emit("silence", 1, logger("volatile"));
    await heard("silence");
    await told("volatile");
    await sleep(60);
  },
  "timeout() with retries": async ({ connect, logger, told }) => {
    const socket = await connect({ retries: 1, ackTimeout: 10_000 });
    socket.timeout(20).emit("silence", 1, logger("given up"));
    await told("given up");
  },
  "compress(false) with retries, sent later": async ({ open, told, logger }) => {
    const socket = open({ retries: 1, ackTimeout: 5000 });
    socket.io.engine.on("packetCreate", ({ data, options }: any) => logger("packet")(data, options.compress));
    socket.compress(false).emit("echo", 1, logger("first"));
    socket.emit("echo", 2, logger("second"));
    await told("second");
  },
  "timeout() with retries while disconnected does not hold for the next emit": async ({ open, logger, sleep, told }) => {
    const socket = open({ retries: 0, autoConnect: false });
    socket.timeout(20).emit("echo", 1, logger("first"));
    socket.emit("echo", 2, logger("second"));
    await sleep(60);
    socket.connect();
    await told("second");
  },
  "retries without ackTimeout": async ({ connect, logger, told, sleep }) => {
    const socket = await connect({ retries: 2 });
    socket.emit("echo", 1, logger("answer"));
    await told("answer");
    await sleep(50);
  },
  "retries and a disconnect by the app": async ({ connect, logger, told, heard }) => {
    const socket = await connect({ retries: 2, ackTimeout: 10_000 });
    socket.emit("silence", 1, logger("answer"));
    await heard("silence");
    socket.disconnect();
    socket.connect();
    await heard("silence", 2);
    await told("/ connect ", 2);
  },
  "retries that are used up by disconnects": async ({ connect, logger, told, heard }) => {
    const socket = await connect({ retries: 1, ackTimeout: 10_000 });
    socket.emit("silence", 1, logger("given up"));
    await heard("silence");
    socket.disconnect();
    socket.connect();
    await heard("silence", 2);
    socket.disconnect();
    await told("given up");
    socket.connect();
    await told("/ connect ", 3);
  },
};
