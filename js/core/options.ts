import {
  CLOSE_ON_BEFOREUNLOAD,
  FerrioError,
  FORCE_BASE64,
  RANDOMIZATION,
  RECONNECTION,
  RECONNECTION_ATTEMPTS,
  RECONNECTION_DELAY,
  RECONNECTION_DELAY_MAX,
  REMEMBER_UPGRADE,
  TIMEOUT,
  TRANSPORT_NAMES,
  TRANSPORTS,
  TRY_ALL,
  UPGRADES,
} from "../host/index.js";
import type { ManagerOptions, SocketOptions } from "./types.js";

/** What an app may pass to `io()`. */
export type Options = Partial<ManagerOptions & SocketOptions>;

/** The core's settings by key, read from an app's options once. @throws FerrioError `E_OPTION` for a number that is none */
export function settingsOf(options: Options): number[] {
  const settings: number[] = [];
  settings[RECONNECTION] = +(options.reconnection !== false);
  settings[RECONNECTION_ATTEMPTS] = numberOf(options, "reconnectionAttempts", Infinity);
  settings[RECONNECTION_DELAY] = numberOf(options, "reconnectionDelay", 1000);
  settings[RECONNECTION_DELAY_MAX] = numberOf(options, "reconnectionDelayMax", 5000);
  settings[RANDOMIZATION] = numberOf(options, "randomizationFactor", 0.5);
  settings[TIMEOUT] = options.timeout === false ? Infinity : numberOf(options, "timeout", 20000);
  settings[TRANSPORTS] = packTransports(options.transports);
  settings[UPGRADES] = +(options.upgrade !== false);
  settings[TRY_ALL] = +!!options.tryAllTransports;
  settings[REMEMBER_UPGRADE] = +!!options.rememberUpgrade;
  settings[FORCE_BASE64] = +!!options.forceBase64;
  settings[CLOSE_ON_BEFOREUNLOAD] = +!!options.closeOnBeforeunload;
  return settings;
}

/** A list of transports as the core reads it: base 4, the first in the lowest digit. */
export function packTransports(names: readonly unknown[] = ["polling", "websocket"]): number {
  let packed = 0;
  let factor = 1;
  for (const name of new Set(names)) {
    // The peer also takes implementations; ours are the browser's own, so only their name matters.
    const transport = TRANSPORT_NAMES.indexOf(typeof name === "function" ? name.prototype.name : name);
    // WebTransport is not supported yet.
    if (transport > 0 && transport < 3) {
      packed += transport * factor;
      factor *= 4;
    }
  }
  return packed;
}

/** The number under `name`: 0 or more. */
export function numberOf(options: Options, name: keyof Options, absent: number): number {
  const value = Number(options[name] ?? absent);
  if (value >= 0) return value;
  throw new FerrioError("E_OPTION", `option ${name}: not a number of at least 0`);
}

/** In development, warns of options that nobody reads. */
export function warnOfUnknown(options: object): void {
  // A bundler puts a constant in place of the expression; without one there may be no `process`.
  try {
    if (process.env.NODE_ENV !== "production") {
      for (const name in options) if (!KNOWN.includes(name)) console.warn(`ferrio: unknown option "${name}"`);
    }
  } catch {}
}

/** In development, warns of options that a shared connection cannot have. */
export function warnOfShared(options: Options, shared: Options): void {
  try {
    if (process.env.NODE_ENV !== "production") {
      for (const name of KNOWN.slice(PER_SOCKET) as (keyof Options)[]) {
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
const KNOWN = /* @__PURE__ */ (
  "auth retries ackTimeout forceNew multiplex autoConnect " +
  "path addTrailingSlash reconnection reconnectionAttempts reconnectionDelay reconnectionDelayMax randomizationFactor timeout parser " +
  "host hostname port secure query timestampRequests timestampParam transports tryAllTransports upgrade rememberUpgrade forceBase64 " +
  "requestTimeout withCredentials extraHeaders transportOptions protocols closeOnBeforeunload useNativeTimers " +
  "agent pfx key passphrase cert ca ciphers rejectUnauthorized perMessageDeflate autoUnref"
).split(" ");
