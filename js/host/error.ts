/** Stable codes of the errors this library reports; each has its entry in docs/errors.md. */
export type ErrorCode =
  | "E_TIMEOUT"
  | "E_HTTP_STATUS"
  | "E_NETWORK"
  | "E_CSP_CONNECT"
  | "E_NO_TRANSPORTS"
  | "E_NOT_SOCKETIO"
  | "E_V2_SERVER"
  | "E_SESSION_UNKNOWN"
  | "E_DENIED"
  | "E_AUTH"
  | "E_NAMESPACE_TIMEOUT"
  | "E_DISCONNECTED"
  | "E_PROTOCOL"
  | "E_PAYLOAD_TOO_LARGE"
  | "E_BUFFER_FULL"
  | "E_OPTION"
  | "E_NO_SOCKET"
  | "E_CORE_PANIC"
  | "E_WASM_UNAVAILABLE";

/** Every error that this library makes. */
export class FerrioError extends Error {
  /** What went wrong, for programs. */
  declare readonly code: ErrorCode;
  /** What caused it, when the browser or the app said so. */
  declare readonly cause?: unknown;
  /** On `connect_error`: what the library will do about it. `at`: the wall-clock time of the next attempt. */
  declare retry?: { readonly willRetry: boolean; readonly at?: number };
  /** On a refusal by the server's middleware: the data it sent with it. */
  declare data?: any;
  /** "TransportError" when a transport failed. */
  declare readonly type?: string;
  /** When a transport failed: the browser's own event, the HTTP status (0: no answer), or how, in words. */
  declare readonly description?: any;
  /** When a transport was closed: the browser's own event, if there was one. */
  declare readonly context?: unknown;
  /** Of an upgrade that failed: the name of the transport it was to. */
  declare readonly transport?: string;
  /** On `E_PROTOCOL`: the header of the frame that was refused. */
  declare readonly frame?: string;
  /** On what was not sent: the event's name (an answer to the server has none), its namespace, its size in bytes and, where that is meant, the server's limit. */
  declare readonly event?: string;
  declare readonly nsp?: string;
  declare readonly size?: number;
  declare readonly limit?: number;
  /** What to look at first. */
  declare readonly hint?: string;
  /** HTTP status of the answer. */
  declare readonly status?: number;
  /** The URL that was asked for, without its query. */
  declare readonly url?: string;
  /** The first 200 characters of the answer. */
  declare readonly body?: string;

  constructor(code: ErrorCode, message: string, details?: object) {
    super(message);
    this.code = code;
    Object.assign(this, details);
  }
}

/** A transport's failure. */
export function transportError(code: ErrorCode, message: string, description: unknown, details?: object): FerrioError {
  return new FerrioError(code, message, { type: "TransportError", description, ...details });
}
