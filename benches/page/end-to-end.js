/** Whole clients over real sockets. The figure is the thread's CPU time, which the benchmark reads around each slice. */
import { until } from "./turn.js";

/** Receives events that the blast server writes from prebuilt blocks. */
export async function receive(io, { kind, transport }, measure) {
  const socket = await connectToBlast(io, transport);
  let received = 0;
  let last;
  let expected = 0;
  let finish;
  socket.on("message", (value) => {
    last = value;
    if (++received === expected) finish();
  });

  return figures(measure, async (events) => {
    expected = received + events;
    const finished = new Promise((resolve) => (finish = resolve));
    socket.emit("blast", { kind, count: events });
    await finished;
    if (kind === "binary" ? last.byteLength !== 1024 : !(last.id >= 100000)) throw new Error(`the last event was ${JSON.stringify(last)}`);
  });
}

/** Emits events in bursts; the server says when it has counted a burst, and the next one begins. */
export async function emit(io, { kind, burst, transport }, measure) {
  const socket = await connectToBlast(io, transport);
  const bytes = new Uint8Array(1024).map((_, at) => at * 13);
  let id = 0;
  let finish;
  socket.on("counted", () => finish());
  socket.emit("count", { every: burst });

  return figures(measure, async (events) => {
    for (let left = events; left > 0; left -= burst) {
      const counted = new Promise((resolve) => (finish = resolve));
      for (let more = burst; more > 0; more--) {
        id++;
        if (kind === "small") socket.emit("message", { id: 100000 + (id % 100000), text: "hey you" });
        else socket.emit("message", bytes);
      }
      await counted;
    }
  });
}

/** Emits with acknowledgement in waves of `inFlight` to the real server. */
export async function acks(io, { inFlight }, measure) {
  const socket = io(location.origin, { transports: ["websocket"], reconnection: false });
  await connected(socket);

  return figures(measure, (events) => {
    return new Promise((resolve, reject) => {
      let left = events;
      let pending = 0;
      const acknowledge = (reply) => {
        if (reply !== "ok") reject(new Error(`acknowledged with ${reply}`));
        left--;
        if (--pending === 0) wave();
      };
      const wave = () => {
        if (left === 0) return resolve();
        pending = Math.min(inFlight, left);
        for (let more = pending; more > 0; more--) socket.emit("message", { id: 100000 + more, text: "hey you" }, acknowledge);
      };
      wave();
    });
  });
}

/** Connects to the real server and disconnects, one connection after the other; with an upgrade the server says when it is done. */
export async function connect(io, { transports }, measure) {
  const done = transports.length > 1 ? "upgraded" : "connect";
  const once = () => {
    return new Promise((resolve, reject) => {
      const socket = io(location.origin, { transports, forceNew: true, reconnection: false });
      socket.on("connect_error", reject);
      socket.on(done, () => {
        socket.disconnect();
        resolve();
      });
    });
  };

  return figures(measure, async (connections) => {
    for (let left = connections; left > 0; left--) await once();
    // The last connection's closing belongs to the figure as well.
    await settle();
  });
}

async function connectToBlast(io, transport) {
  const socket = io(location.origin, { path: "/blast/", transports: [transport], reconnection: false });
  await connected(socket);
  return socket;
}

async function connected(socket) {
  let state = "waiting";
  socket.on("connect", () => (state = "connected"));
  socket.on("connect_error", (error) => (state = error));
  await until(() => state !== "waiting");
  if (state !== "connected") throw state;
}

async function figures(measure, run) {
  return { wall: await measure(run) };
}

function settle() {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
