import { FerrioError, TRANSPORT_NAMES, WEBTRANSPORT } from "../host/index.js";
import type { ManagerOptions, OfflineOptions, SocketOptions } from "./types.js";

/** What an app may pass to `io()`. */
export type Options = Partial<ManagerOptions & SocketOptions>;

/** The core's settings by key, read from an app's options once. @throws FerrioError `E_OPTION` for a number that is none */
export function settingsOf(options: Options): (number | boolean)[] {
  // In the order of `configure` (host/abi.ts).
  return [
    options.reconnection !== false,
    numberOf(options, "reconnectionAttempts", Infinity),
    numberOf(options, "reconnectionDelay", 1000),
    numberOf(options, "reconnectionDelayMax", 5000),
    numberOf(options, "randomizationFactor", 0.5),
    options.timeout === false ? Infinity : numberOf(options, "timeout", 20000),
    packTransports(options.transports),
    options.upgrade !== false,
    !!options.tryAllTransports,
    !!options.rememberUpgrade,
    !!options.forceBase64,
    !!options.closeOnBeforeunload,
    ...offlineOf(options.offline ?? {}),
  ];
}

/** What may wait, for how long, and what happens when there is no room. */
function offlineOf(offline: OfflineOptions): number[] {
  const mode = choiceOf(offline, "mode", "queue", "drop", "reject");
  const overflow = choiceOf(offline, "overflow", "newest", "oldest", "error");
  // To reject is to have no room, and to say so at once: 2 is "error".
  return [mode ? 0 : numberOf(offline, "max", 10_000), numberOf(offline, "maxBytes", 16_777_216), numberOf(offline, "ttl", Infinity), mode > 1 ? mode : overflow];
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
export function numberOf(options: Record<string, any>, name: string, absent: number): number {
  return checked(name, options[name], Number(options[name] ?? absent));
}

/** Which of `words` stands under `name`; the first if nothing does. */
function choiceOf(options: Record<string, any>, name: string, ...words: string[]): number {
  return checked(name, options[name], words.indexOf(options[name] ?? words[0]));
}

function checked(name: string, given: unknown, value: number): number {
  if (value >= 0) return value;
  throw new FerrioError("E_OPTION", `option ${name}: cannot be ${given}`);
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
export function warnOfShared(options: Options, shared: { readonly opts: Options }): void {
  try {
    if (process.env.NODE_ENV !== "production") {
      for (const name of known().slice(PER_SOCKET) as (keyof Options)[]) {
        if (options[name] !== undefined && JSON.stringify(options[name]) !== JSON.stringify(shared.opts[name])) {
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
    "path addTrailingSlash reconnection reconnectionAttempts reconnectionDelay reconnectionDelayMax randomizationFactor timeout parser offline " +
    "host hostname port secure query timestampRequests timestampParam transports tryAllTransports upgrade rememberUpgrade forceBase64 " +
    "requestTimeout withCredentials extraHeaders transportOptions protocols closeOnBeforeunload useNativeTimers " +
    "agent pfx key passphrase cert ca ciphers rejectUnauthorized perMessageDeflate autoUnref"
  ).split(" ");
}
