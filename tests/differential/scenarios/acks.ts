import type { Scenarios } from "../harness/scenario.ts";

/** Acknowledgements, both ways, answered, late and never. */
export const acks: Scenarios = {
  "an ack has the answer's arguments": {
    over: ["websocket", "polling"],
    run: async ({ connect, logger, told }) => {
      const socket = await connect();
      socket.emit("echo", logger("none"));
      socket.emit("echo", 1, logger("one"));
      socket.emit("echo", 1, "two", { three: 3 }, logger("three"));
      await told("three");
    },
  },
  "an ack's this is the socket": async ({ connect, log, told }) => {
    const socket = await connect();
    socket.emit("echo", 1, function (this: unknown) {
      log("this", this === socket);
    });
    socket.timeout(5000).emit("echo", 1, function (this: unknown) {
      log("that", this === socket);
    });
    await told("that");
  },
  "acks before the connection": async ({ open, logger, told }) => {
    const socket = open();
    socket.emit("echo", "first", logger("first"));
    socket.on("connect", () => socket.emit("echo", "second", logger("second")));
    await told("second");
  },
  "emitWithAck resolves to the first argument": async ({ connect, log }) => {
    const socket = await connect();
    log(await socket.emitWithAck("echo", 1, 2));
    log(await socket.emitWithAck("echo"));
    log(await socket.timeout(5000).emitWithAck("echo", "in time"));
    log(await socket.emitWithAck("echo", new Error("no error").message));
  },
  "timeout() answered in time": async ({ connect, logger, told }) => {
    const socket = await connect();
    socket.timeout(5000).emit("echo", 1, 2, logger("answer"));
    await told("answer");
  },
  "timeout() that runs out": async ({ connect, log, logger, told }) => {
    const socket = await connect();
    socket.timeout(20).emit("silence", logger("callback"));
    await told("callback");
    await socket
      .timeout(20)
      .emitWithAck("silence")
      .catch((error: Error) => log("promise", error, error instanceof Error));
  },
  "timeout() that runs out before the connection": async ({ open, logger, told, log, sleep }) => {
    const socket = open({ autoConnect: false });
    socket.timeout(20).emit("given up", logger("callback"));
    socket.emit("kept", 1);
    log(socket.sendBuffer.length);
    await told("callback");
    log(socket.sendBuffer.length);
    socket.connect();
    await told("/ connect ");
    await sleep(20);
  },
  "timeout(0)": async ({ connect, logger, told, sleep }) => {
    const socket = await connect();
    socket.timeout(0).emit("silence", logger("callback"));
    await told("callback");
    await sleep(30);
  },
  "an answer after the timeout is ignored": async ({ connect, logger, told, ask, sleep }) => {
    const socket = await connect();
    socket.timeout(20).emit("silence", logger("callback"));
    await told("callback");
    await ask("say", "430[1]");
    await sleep(40);
  },
  "ackTimeout holds for every ack": async ({ connect, logger, told, log }) => {
    const patient = await connect({ ackTimeout: 10_000 });
    patient.emit("echo", 1, logger("in time"));
    await told("in time");
    const socket = await connect({ ackTimeout: 20 });
    socket.emit("silence", logger("late"));
    await told("late");
    await socket.emitWithAck("silence").catch((error: Error) => log("promise", error));
    socket.timeout(10_000).emit("echo", 2, logger("own"));
    await told("own");
  },
  "acks that wait when the app disconnects": async ({ connect, logger, log, sleep }) => {
    const socket = await connect();
    socket.emit("silence", logger("plain"));
    socket.timeout(10_000).emit("silence", logger("timeout"));
    socket.emitWithAck("silence").catch((error: Error) => log("promise", error));
    socket.timeout(10_000).emitWithAck("silence").catch((error: Error) => log("promise with timeout", error));
    socket.disconnect();
    log("disconnected");
    await sleep(60);
  },
  "acks that wait when the connection is lost": async ({ connect, logger, log, ask, told, heard }) => {
    const socket = await connect({ ackTimeout: 10_000, reconnectionDelay: 10 });
    socket.emit("silence", logger("ackTimeout"));
    socket.emitWithAck("silence").catch((error: Error) => log("promise", error));
    await heard("silence", 2);
    await ask("closeSessions");
    await told("/ connect ", 2);
  },
  "acks that wait when the server disconnects": async ({ connect, logger, log, told }) => {
    const socket = await connect();
    socket.emit("silence", logger("plain"));
    socket.timeout(10_000).emit("silence", logger("timeout"));
    socket.emitWithAck("silence").catch((error: Error) => log("promise", error));
    socket.emit("leave");
    await told("promise");
  },
  "an ack of a buffered event survives disconnects": async ({ open, connect, logger, told }) => {
    const socket = await connect();
    socket.disconnect();
    socket.emit("echo", "later", logger("answer"));
    socket.timeout(5000).emit("echo", "in time", logger("timeout"));
    socket.disconnect();
    socket.connect();
    await told("timeout");
    open({ autoConnect: false });
  },
  "ids go on over connections": async ({ connect, told }) => {
    const socket = await connect();
    await socket.emitWithAck("echo", 1);
    await socket.emitWithAck("echo", 2);
    socket.disconnect().connect();
    await told("/ connect ", 2);
    await socket.emitWithAck("echo", 3);
  },
  "an ack id nobody waits for": async ({ connect, ask, log }) => {
    const socket = await connect();
    await ask("say", "43999[1]");
    log(await socket.emitWithAck("echo", 1));
    await ask("say", "430[2]");
    log(await socket.emitWithAck("echo", 2));
  },
  "the server asks": {
    over: ["websocket", "polling"],
    run: async ({ connect, heard }) => {
      const socket = await connect();
      socket.on("question", (value: number, answer: (...args: unknown[]) => void) => answer(value, "yes", { a: 1 }));
      socket.on("nothing", (answer: () => void) => answer());
      socket.emit("ask", "question", 7);
      socket.emit("ask", "nothing");
      await heard("answer", 2);
    },
  },
  "the page answers twice": async ({ connect, heard, sleep }) => {
    const socket = await connect();
    socket.on("question", (answer: (...args: unknown[]) => void) => {
      answer(1);
      answer(2);
    });
    socket.emit("ask", "question");
    await heard("answer");
    await sleep(30);
  },
  "the page answers later": async ({ connect, heard, sleep }) => {
    const socket = await connect();
    socket.on("question", (answer: (...args: unknown[]) => void) => setTimeout(answer, 20, "late"));
    socket.emit("ask", "question");
    await heard("answer");
    await sleep(10);
  },
  "the page answers a question of the connection before": async ({ connect, once, told, sleep }) => {
    const socket = await connect();
    const asked = once(socket, "question");
    socket.emit("ask", "question");
    const [answer] = await asked;
    socket.disconnect();
    socket.connect();
    await told("/ connect ", 2);
    answer("too late");
    await sleep(30);
  },
  "the page answers after disconnect()": async ({ connect, once, told, sleep, attempt }) => {
    const socket = await connect();
    const asked = once(socket, "question");
    socket.emit("ask", "question");
    const [answer] = await asked;
    socket.disconnect();
    attempt("answer", () => answer("too late"));
    await sleep(30);
    await told("/ disconnect");
  },
  "an ack whose handler emits and disconnects": async ({ connect, told, heard }) => {
    const socket = await connect();
    socket.emit("silence", () => socket.emit("never"));
    socket.emit("echo", 1, () => {
      socket.emit("from ack");
      socket.disconnect();
    });
    await told("/ disconnect");
    await heard("from ack");
  },
  "acks in namespaces have ids of their own": async ({ connect, watch, once, log }) => {
    const first = await connect();
    const second = watch(first.io.socket("/a"));
    await once(second, "connect");
    log(await first.emitWithAck("echo", 1), await second.emitWithAck("echo", 2), await first.emitWithAck("echo", 3), await second.emitWithAck("echo", 4));
  },
  "a function that is not last is no ack": async ({ connect, log, heard }) => {
    const socket = await connect();
    socket.emit("odd", () => {}, 1);
    socket.emit("even", { f: () => {} });
    log(await socket.emitWithAck("echo", undefined));
    await heard("even");
  },
};
