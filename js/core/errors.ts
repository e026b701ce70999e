import { FerrioError, type ErrorCode } from "../host/index.js";
import type { DisconnectReason } from "./types.js";

export { FerrioError };

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

// The reasons of which more is asked than their names.
export const TRANSPORT_CLOSE = 3;
export const TRANSPORT_ERROR = 4;
export const FORCED_CLOSE = 6;

/** By the core's error code: ours, without its "E_", and the message. The first one and the last three are not among its failures. */
const ERRORS = (
  "NETWORK=transport closed by the server|TIMEOUT=timeout|NETWORK=transport error|NO_TRANSPORTS=No transports available|NOT_SOCKETIO=no Socket.IO server at this URL and path|" +
  "PROTOCOL=invalid handshake|PROTOCOL=parse error|DENIED=refused by the server|NAMESPACE_TIMEOUT=no answer for this namespace|AUTH=auth failed|" +
  "V2_SERVER=It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible (more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)|" +
  "PAYLOAD_TOO_LARGE=message too large|NETWORK=network connection lost|" +
  "TIMEOUT=operation has timed out|DISCONNECTED=socket has been disconnected|BUFFER_FULL=no room for more events"
).split("|");

/** By sub code: what exactly was wrong with what the server sent. */
const FLAWS = (
  "|unknown Engine.IO packet|unknown Socket.IO packet|bad header|too long|bad JSON|bad payload|bad attachments|text among attachments|" +
  "stray binary|bad placeholder|second handshake|no sid|bad pingInterval|bad pingTimeout|bad upgrades|bad maxPayload|bad ack id|unexpected packet|bad base64"
).split("|");

const TRANSPORT = 2;
/** An event is not emitted. */
export const BUFFER_FULL = 15;
/** A transport closed, and the core names no failure: the server said so. */
export const CLOSED_BY_SERVER = 0;
/** Plus what the core says of an ack that will not come: the error that its handler gets, if it has room for one. */
export const UNANSWERED = 13;
/** What the core says of such an ack: its socket was disconnected. Below: it took too long; above: nobody is told. */
export const DISCONNECTED = 1;

/** The error for a failure that the core reports: its code, the detail that came with it, and a sub code, or where the JSON begins. */
export function failure(code: number, detail?: any, sub?: number): FerrioError {
  if (code === TRANSPORT && detail) return detail as FerrioError;
  const [name, text] = ERRORS[code]!.split("=");
  const flaw = name === "PROTOCOL" && FLAWS[sub!];
  let message = flaw ? `${text}: ${flaw}` : text!;
  // Of a frame only its header: what follows may be confidential.
  let found: object = detail?.charCodeAt ? { frame: /^[^[{"]{0,64}/.exec(detail)![0] } : { cause: detail };
  if (name === "NETWORK") found = { type: "TransportError", description: message };
  if (name === "DENIED") {
    // The server's own refusal: a text, or an object with a message and data.
    let content: any;
    try {
      content = JSON.parse(detail.slice(sub));
    } catch {}
    const said: unknown = content?.message ?? content;
    if (said && typeof said === "string") message = said;
    found = { data: content?.data };
  }
  return new FerrioError(`E_${name}` as ErrorCode, message, found);
}

/** The error of an upgrade that failed, around what its transport reported. Their messages begin with the transport's name. */
export function probeError(detail: FerrioError | undefined): FerrioError {
  const cause = failure(TRANSPORT, detail);
  return new FerrioError(cause.code, `probe error: ${cause}`, { cause, transport: /^web\w+/.exec(cause.message)?.[0] });
}
