import { POLLING, WEBSOCKET, WEBTRANSPORT } from "./abi.js";
import type { ConnectOptions, Origin } from "./link.js";

/** Names of the transports by number. */
export const TRANSPORT_NAMES = ["", "polling", "websocket", "webtransport"] as const;

/** Where servers answer unless told otherwise. */
export const DEFAULT_PATH = "/socket.io";

/** The options that hold for one transport. */
export function optionsOf(options: ConnectOptions, transport: number): ConnectOptions {
  return { ...options, ...options.transportOptions?.[TRANSPORT_NAMES[transport]!] };
}

/** The URL of a transport or a request. `sid`: the session's id, empty before there is one. */
export function address(origin: Origin, options: ConnectOptions, transport: number, sid: string): string {
  const polling = transport === POLLING;
  const query = new URLSearchParams(options.query);
  query.set("EIO", "4");
  query.set("transport", TRANSPORT_NAMES[transport]!);
  if (sid) query.set("sid", sid);
  // A text that no cache has seen.
  if (options.timestampRequests ?? polling) query.set(options.timestampParam ?? "t", `${Math.random()}`);
  if (options.forceBase64) query.set("b64", "1");
  const path = (options.path ?? DEFAULT_PATH).replace(/\/$/, "") + (options.addTrailingSlash === false ? "" : "/");
  return `${transport === WEBSOCKET ? "ws" : "http"}${origin.secure || transport === WEBTRANSPORT ? "s" : ""}://${origin.host}${path}?${query}`;
}
