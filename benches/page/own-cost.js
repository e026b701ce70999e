/** The client's own cost: nothing between the client and the page but a stubbed WebSocket. */
import { binaryEvent, largeEvent, largeValue, smallEvent } from "./messages.js";
import { StubWebSocket } from "./stub-websocket.js";
import { turn, until } from "./turn.js";

export function prepare() {
  globalThis.WebSocket = StubWebSocket;
}

/** Receives events in bursts; a microtask checkpoint follows each burst and a new task each slice. */
export async function receive(io, { kind, namespaces = 0 }, measure) {
  const sockets = await connect(io, namespaces);
  let received = 0;
  let last;
  for (const socket of sockets) {
    socket.on("message", (value) => {
      received++;
      last = value;
    });
  }
  const websocket = StubWebSocket.latest;
  const messages = prebuilt(kind, namespaces).map((data) => websocket.message(data));
  const perEvent = { small: 1, large: 1, binary: 2, attachments: 9 }[kind];
  let at = 0;

  return figures(measure, async (events) => {
    const expected = received + events;
    for (let left = events; left > 0; left -= BURST) {
      for (let frames = Math.min(BURST, left) * perEvent; frames > 0; frames--) {
        websocket.deliver(messages[at]);
        if (++at === messages.length) at = 0;
      }
      await null;
    }
    await until(() => received >= expected);
    const complete = kind === "small" || kind === "large" ? last.id >= 100000 : last instanceof ArrayBuffer;
    if (received !== expected || !complete) throw new Error(`received ${received} of ${expected}, the last one ${last}`);
  });
}

/** Emits events in bursts, each followed by a microtask checkpoint; the stub counts and swallows them. */
export async function emit(io, { kind, burst }, measure) {
  const [socket] = await connect(io, 0);
  const websocket = StubWebSocket.latest;
  let sent = 0;
  let last;
  websocket.onSent = (frame) => {
    sent++;
    last = frame;
  };
  const large = largeValue(0);
  let id = 0;

  return figures(measure, async (events) => {
    const expected = sent + events;
    for (let left = events; left > 0; left -= burst) {
      for (let more = Math.min(burst, left); more > 0; more--) {
        id++;
        if (kind === "small") socket.emit("message", { id: 100000 + id, text: "hey you" });
        else socket.emit("message", { id: 100000 + id, records: large.records });
      }
      await null;
    }
    await until(() => sent >= expected);
    if (sent !== expected || !last.startsWith(`42["message",{"id":${100000 + id}`)) throw new Error(`sent ${sent} of ${expected}: ${last}`);
  });
}

/** Emits with an acknowledgement, one after the other; the stub answers in the next microtask. */
export async function ack(io, _options, measure) {
  const [socket] = await connect(io, 0);
  const websocket = StubWebSocket.latest;
  let answer;
  const deliverAnswer = () => websocket.deliver(websocket.message(answer));
  websocket.onSent = (frame) => {
    answer = `43${frame.slice(2, frame.indexOf("["))}["ok"]`;
    queueMicrotask(deliverAnswer);
  };
  let acknowledged = 0;

  return figures(measure, async (events) => {
    let left = events;
    const next = () => {
      socket.emit("message", { id: 100000 + left, text: "hey you" }, (reply) => {
        if (reply === "ok") acknowledged++;
        if (--left > 0) next();
      });
    };
    const expected = acknowledged + events;
    next();
    await until(() => left === 0);
    if (acknowledged !== expected) throw new Error(`${acknowledged} of ${expected} acknowledged`);
  });
}

/** Opens one connection: the default namespace, or `namespaces` others. */
async function connect(io, namespaces) {
  const names = namespaces === 0 ? ["/"] : Array.from({ length: namespaces }, (_, index) => namespaceName(index));
  const options = { path: "/stub/", transports: ["websocket"], reconnection: false };
  const sockets = names.map((name) => io(location.origin + name, options));
  let connected = 0;
  for (const socket of sockets) {
    socket.on("connect", () => connected++);
    socket.on("connect_error", (error) => reportError(error));
  }
  await until(() => connected === sockets.length);
  return sockets;
}

/** The frames of a round of events, each one a string of its own as it would come from the network. */
function prebuilt(kind, namespaces) {
  const events = Array.from({ length: namespaces === 0 ? POOL : Math.max(1, Math.round(POOL / namespaces)) * namespaces }, (_, index) => {
    if (kind === "small") return [smallEvent(index, namespaces === 0 ? "" : `${namespaceName(index % namespaces)},`)];
    if (kind === "large") return [largeEvent(index)];
    const { text, attachments } = kind === "binary" ? binaryEvent(index, 1, 1024) : binaryEvent(index, 8, 64);
    return [text, ...attachments];
  });
  return events.flat().map((data) => (typeof data === "string" ? flat(data) : data));
}

/** Joined strings are trees until first read; what the network delivers is flat. */
function flat(text) {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

function namespaceName(index) {
  return `/ns${index}`;
}

async function figures(measure, run) {
  return { wall: await measure(run), allocated: await allocation(run) };
}

/** Bytes per event, from windows too short for the garbage collector to run in. */
async function allocation(run) {
  const samples = [];
  for (let window = 0; window < 9; window++) {
    gc();
    await turn();
    const before = performance.memory.usedJSHeapSize;
    await run(ALLOCATION_EVENTS);
    samples.push((performance.memory.usedJSHeapSize - before) / ALLOCATION_EVENTS);
  }
  return samples.sort((a, b) => a - b)[4];
}

const POOL = 1000;
const BURST = 50;
const ALLOCATION_EVENTS = 200;
