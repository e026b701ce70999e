/** What the connection does, for people to see: its status, transport, round trips and a short log. */

import { socket } from "./socket.ts";
import { createStore } from "./store.ts";

export type Status =
  | { phase: "connecting"; attempt: number }
  | { phase: "connected"; id: string; recovered: boolean }
  /** The next attempt starts at `retryAt` (ms since 1970). */
  | { phase: "reconnecting"; attempt: number; retryAt: number }
  | { phase: "disconnected"; error?: string };

export interface LogEntry {
  id: number;
  at: number;
  tone: "plain" | "good" | "warn" | "bad";
  text: string;
}

export interface Connection {
  status: Status;
  /** The transport in use; undefined while there is none. */
  transport: string | undefined;
  /** Whether this connection began on another transport. */
  upgraded: boolean;
  /** The latest round trips in ms, oldest first. */
  roundTrips: readonly number[];
  /** Newest first. */
  log: readonly LogEntry[];
}

const ECHO_INTERVAL = 2_000;
const ROUND_TRIPS = 40;
const LOG_ENTRIES = 40;

export const connection = createStore<Connection>({
  status: { phase: "disconnected" },
  transport: undefined,
  upgraded: false,
  roundTrips: [],
  log: [],
});

/** The attempt to come, counted from 0 as the Manager's delays are. */
let attempt = 0;
let echoTimer: ReturnType<typeof setInterval> | undefined;
let logged = 0;

export function connect(): void {
  attempt = 0;
  connection.set({ status: { phase: "connecting", attempt } });
  socket.connect();
}

export function disconnect(): void {
  const wasConnected = socket.connected;
  socket.disconnect();
  if (wasConnected) return;
  // A connection that was not there does not report its end.
  note("plain", "Stopped connecting");
  end({ phase: "disconnected" });
}

/** Closes the Engine.IO session under the socket, as a lost network would; the Manager reconnects. */
export function drop(): void {
  note("warn", "Connection dropped");
  socket.io.engine.close();
}

/** Does not wait for the countdown. */
export function retryNow(): void {
  socket.disconnect();
  connect();
}

socket.io.on("open", () => {
  const { engine } = socket.io;
  note("plain", `Opened on ${engine.transport.name}`);
  connection.set({ transport: engine.transport.name, upgraded: false });
  engine.on("upgrade", () => {
    note("good", `Upgraded to ${engine.transport.name}`);
    connection.set({ transport: engine.transport.name, upgraded: true });
  });
});

socket.io.on("reconnect_attempt", (number) => {
  attempt = number;
  connection.set({ status: { phase: "connecting", attempt } });
});

socket.on("connect", () => {
  attempt = 0;
  const { recovered } = socket;
  note("good", recovered ? "Connected, recovered" : "Connected");
  connection.set({ status: { phase: "connected", id: socket.id ?? "", recovered } });
  measure();
  clearInterval(echoTimer);
  echoTimer = setInterval(measure, ECHO_INTERVAL);
});

socket.on("connect_error", (error) => {
  note("bad", `Not connected: ${error.message}`);
  end(socket.active ? nextAttempt() : { phase: "disconnected", error: error.message });
});

socket.on("disconnect", (reason) => {
  note(socket.active ? "warn" : "plain", `Disconnected: ${reason}`);
  end(socket.active ? nextAttempt() : { phase: "disconnected" });
});

function nextAttempt(): Status {
  const manager = socket.io;
  const delay = Math.min(manager.reconnectionDelay() * 2 ** attempt, manager.reconnectionDelayMax());
  return { phase: "reconnecting", attempt, retryAt: Date.now() + delay };
}

function end(status: Status): void {
  clearInterval(echoTimer);
  connection.set({ status, transport: undefined, upgraded: false });
}

/** Volatile: a measurement that cannot leave now is worth nothing later. */
function measure(): void {
  const sent = performance.now();
  socket.volatile.timeout(ECHO_INTERVAL).emit("echo", (error) => {
    if (error) return;
    const roundTrip = performance.now() - sent;
    connection.set({ roundTrips: [...connection.get().roundTrips, roundTrip].slice(-ROUND_TRIPS) });
  });
}

function note(tone: LogEntry["tone"], text: string): void {
  const entry = { id: ++logged, at: Date.now(), tone, text };
  connection.set({ log: [entry, ...connection.get().log].slice(0, LOG_ENTRIES) });
}

import.meta.hot?.dispose(() => clearInterval(echoTimer));
