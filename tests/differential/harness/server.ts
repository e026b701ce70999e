import type { Server, Socket } from "socket.io";

import type { Journal } from "./journal.ts";

/**
 * The one server of all scenarios. Namespaces: `/`, `/a`, `/b`, `/dynamic-1` …; `/refused` refuses with data, `/token` without the
 * right token, `/greeting` greets at once. It notes all it receives, and answers these events:
 *
 * | event | answer |
 * |---|---|
 * | `echo`, …, ack | the arguments, by ack |
 * | `back`, … | an event `back` with the arguments |
 * | `burst`, n | n events `n` |
 * | `ask`, event, … | emits the event with an ack, and notes the answer |
 * | `silence` | none, whoever waits for an ack |
 * | `leave`, close | disconnects the socket; with its connection, if `close` |
 * | `values` | an event `values` with one of each kind of value |
 */
export function answer(io: Server, journal: Journal): void {
  const welcome = (greeting?: string) => (socket: Socket) => {
    const { auth, query } = socket.handshake;
    const own = Object.fromEntries(Object.entries(query).filter(([key]) => !["EIO", "transport", "t", "stamp", "sid", "b64"].includes(key)));
    const note = journal.welcome(socket.nsp.name);
    note("connection", "auth", text(auth), "query", text(own), socket.recovered ? "recovered" : "");
    if (greeting) socket.emit(greeting, 1);
    socket.onAny((event, ...args) => note("event", text([event, ...args])));
    socket.on("disconnect", (reason, details) => note("disconnect", hasClosed(details) ? "transport close" : reason));
    socket.on("echo", (...args) => (args.pop() as (...answer: unknown[]) => void)(...args));
    socket.on("back", (...args) => socket.emit("back", ...args));
    socket.on("burst", (count: number) => {
      for (let n = 0; n < count; n++) socket.emit("n", n);
    });
    socket.on("ask", (event: string, ...args) => socket.emit(event, ...args, (...answer: unknown[]) => note("answer", text(answer))));
    socket.on("leave", (close: boolean) => socket.disconnect(close));
    socket.on("values", () => socket.emit("values", "söme text 🙂 \u2028", 1.5, true, null, [[]], { a: { b: Buffer.from([1, 2]) } }, Buffer.from([3]), new Date(0)));
  };
  for (const namespace of ["/", "/a", "/b", /^\/dynamic-\d+$/]) io.of(namespace).on("connection", welcome());
  io.of("/greeting").on("connection", welcome("hello"));
  io.of("/refused").use((_, next) => next(Object.assign(new Error("not you"), { data: { why: "because" } })));
  io.of("/token")
    .use((socket, next) => next(socket.handshake.auth["token"] === "good" ? undefined : new Error("bad token")))
    .on("connection", welcome());
}

/**
 * A websocket that the client has closed: whether the server, too, hears that, or tries to write first, is a matter of time. On polling the
 * errors have other names.
 */
function hasClosed(details: unknown): boolean {
  return details instanceof Error && details.message === "write error";
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "function") return "ƒ";
    const bytes = inner as { type?: string; data?: number[] } | null;
    return bytes?.type === "Buffer" ? `<${Buffer.from(bytes.data!).subarray(0, 16).toString("hex")}>` : inner;
  });
}
