import { FerrioError, type ErrorCode } from "../host/index.js";
import type { DisconnectReason } from "./types.js";

/** Disconnect reasons by number. */
export const REASONS: readonly DisconnectReason[] = [
  "io server disconnect",
  "io client disconnect",
  "ping timeout",
  "transport close",
  "transport error",
  "parse error",
  "forced close",
];

/** By the core's error code: ours, without its "E_", and the message. */
const ERRORS = (
  "|TIMEOUT=timeout|NETWORK=transport error|NO_TRANSPORTS=No transports available|NOT_SOCKETIO=no Socket.IO server at this URL and path|" +
  "PROTOCOL=invalid handshake|PROTOCOL=parse error|DENIED=|NAMESPACE_TIMEOUT=no answer for this namespace|AUTH=auth failed|" +
  "V2_SERVER=It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible (more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)|" +
  "PAYLOAD_TOO_LARGE=message too large|NETWORK=network connection lost"
).split("|");

/** By sub code: what exactly was wrong with what the server sent. */
const FLAWS = (
  "|unknown Engine.IO packet|unknown Socket.IO packet|bad header|too long|bad JSON|bad payload|bad number of attachments|text among attachments|" +
  "stray binary|bad placeholder|second handshake|no sid|bad pingInterval|bad pingTimeout|bad upgrades|bad maxPayload|bad ack id|unexpected packet|bad base64"
).split("|");

const TRANSPORT = 2;
const DENIED = 7;

/** The error for a failure that the core reports: its code, the detail that came with it, and a sub code, or where the JSON begins. */
export function failure(code: number, detail: any, sub: number): FerrioError {
  if (code === TRANSPORT && detail instanceof FerrioError) return detail;
  if (code === DENIED) {
    // The server's own refusal: a text, or an object with a message and data.
    let content: any;
    try {
      content = JSON.parse(detail.slice(sub));
    } catch {}
    const message: unknown = content?.message ?? content;
    return new FerrioError("E_DENIED", (typeof message === "string" && message) || "refused by the server", { data: content?.data });
  }
  const [name, message = ""] = ERRORS[code]!.split("=");
  const flaw = name === "PROTOCOL" && FLAWS[sub];
  // Of a frame only its header: what follows may be confidential.
  const found = detail?.charCodeAt ? { frame: /^[^[{"]{0,64}/.exec(detail)![0] } : { cause: detail };
  return new FerrioError(`E_${name}` as ErrorCode, flaw ? `${message}: ${flaw}` : message, found);
}

/** What an ack handler with room for an error gets when no answer will come. */
export function unanswered(timedOut: boolean): FerrioError {
  return timedOut ? new FerrioError("E_TIMEOUT", "operation has timed out") : new FerrioError("E_DISCONNECTED", "socket has been disconnected");
}
