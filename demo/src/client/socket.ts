import { io, type Socket } from "ferrio";

import type { ClientToServerEvents, ServerToClientEvents } from "../../shared/events.ts";
import { identity } from "./identity.ts";

/**
 * The page's one connection. It lives outside React, so that no render, StrictMode or unmount opens a second one.
 * Delays are in ms, and longer than the defaults, so that a person can watch a reconnection.
 */
export const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
  autoConnect: false,
  // Asked at every connect, so a name changed while away is the one that counts.
  auth: (send) => send({ user: identity.get() }),
  reconnectionDelay: 3_000,
  reconnectionDelayMax: 15_000,
  // No jitter: the page shows a countdown. An app with many users should keep the default.
  randomizationFactor: 0,
  // What is emitted is kept until the server answers, and sent again after a lost connection.
  retries: 10,
  ackTimeout: 10_000,
});

import.meta.hot?.dispose(() => socket.disconnect());
