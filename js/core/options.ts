import { FerrioError, TRANSPORT_NAMES, WEBTRANSPORT } from "../host/index.js";
import type { ManagerOptions, SocketOptions } from "./types.js";

/** What an app may pass to `io()`. */
export type Options = Partial<ManagerOptions & SocketOptions>;

/** The core's settings by key, read from an app's options once. @throws FerrioError `E_OPTION` for a number that is none */
export function settingsOf(options: Options): number[] {
  // In the order of the keys (`configure` in host/abi.ts), which begin with 1.
  return [
    ,
    +(options.reconnection !== false),
    numberOf(options, "reconnectionAttempts", Infinity),
    numberOf(options, "reconnectionDelay", 1000),
    numberOf(options, "reconnectionDelayMax", 5000),
    numberOf(options, "randomizationFactor", 0.5),
    options.timeout === false ? Infinity : numberOf(options, "timeout", 20000),
    packTransports(options.transports),
    +(options.upgrade !== false),
    +!!options.tryAllTransports,
    +!!options.rememberUpgrade,
    +!!options.forceBase64,
    +!!options.closeOnBeforeunload,
    ,
    ,
    numberOf(options, "maxPacket", 10 * 2 ** 20),
  ] as number[];
}

/** A list of transports as the core reads it: base 4, the first in the lowest digit. Without those that the browser does not have. */
export function packTransports(names: readonly unknown[] = TRANSPORT_NAMES): number {
  return [...new Set(names)].reduceRight((packed: number, name: any) => {
    // The peer also takes implementations; ours are the browser's own, so only their name matters.
    const transport = TRANSPORT_NAMES.indexOf(name?.prototype?.name ?? name);
    return transport > 0 && (transport < WEBTRANSPORT || "WebTransport" in globalThis) ? packed * 4 + transport : packed;
  }, 0);
}

/** The number under `name`: 0 or more. */
export function numberOf(options: Options, name: keyof Options, absent: number): number {
  const value = Number(options[name] ?? absent);
  if (value >= 0) return value;
  throw new FerrioError("E_OPTION", `option ${name}: not a number >= 0`);
}

/** In development, warns of options that nobody reads. */
export function warnOfUnknown(options: object): void {
  // A bundler puts a constant in place of the expression; without one there may be no `process`.
  try {
    if (process.env.NODE_ENV !== "production") {
      for (const name in options) if (!known().includes(name)) console.warn(`ferrio: unknown option "${name}"`);
    }
  } catch {}
}

/** In development, warns of options that a shared connection cannot have. */
export function warnOfShared(options: Options, shared: Options): void {
  try {
    if (process.env.NODE_ENV !== "production") {
      for (const name of known().slice(PER_SOCKET) as (keyof Options)[]) {
        if (name in options && JSON.stringify(options[name]) !== JSON.stringify(shared[name])) {
          console.warn(`ferrio: option "${name}" has no effect: this socket shares a connection made without it (see forceNew)`);
        }
      }
    }
  } catch {}
}

declare const process: { env: { NODE_ENV?: string } };

/** How many of the known options are not the connection's. */
const PER_SOCKET = 6;

/** A function, so that nothing of it is left where nobody is warned. */
function known(): string[] {
  return (
    "auth retries ackTimeout forceNew multiplex autoConnect " +
    "path addTrailingSlash reconnection reconnectionAttempts reconnectionDelay reconnectionDelayMax randomizationFactor timeout parser maxPacket " +
    "host hostname port secure query timestampRequests timestampParam transports tryAllTransports upgrade rememberUpgrade forceBase64 " +
    "requestTimeout withCredentials extraHeaders transportOptions protocols closeOnBeforeunload useNativeTimers " +
    "agent pfx key passphrase cert ca ciphers rejectUnauthorized perMessageDeflate autoUnref"
  ).split(" ");
}
