import type { Parser } from "./parser.js";

/** One transport, as the loop drives it. After `close()` it reports nothing any more. */
export interface Link {
  /** Sends `head` followed by `content` in a form of the ABI (`TEXT`, `BINARY`, `BASE64`, or 0 = none); polling collects until `flush()`. */
  send(head: string, content: unknown, form: number): void;
  /** Polling: POSTs what was collected. */
  flush?(): void;
  /** Polling: asks for the next answer. */
  poll?(): void;
  /** WebSocket: bytes that the browser has not sent yet. */
  readonly bufferedAmount?: number;
  /** The session's id, once there is one. */
  sid?: string;
  /** Closes the transport and aborts what is in flight. */
  close(): void;
}

/** Where transports report; `id` is the transport's. */
export interface Reports {
  /** A frame: a text, or an attachment. */
  frame(id: number, data: unknown): void;
  /** Anything else, as an input of the ABI: the websocket is open or closed; a GET is over, and so are its frames; a POST is over; something failed. */
  report(what: number, id: number, error?: Error): void;
}

/** What is read from the app's options whenever a transport opens or a request starts; see ManagerOptions. */
export interface ConnectOptions {
  path?: string;
  addTrailingSlash?: boolean;
  query?: Record<string, any> | string;
  timestampRequests?: boolean;
  timestampParam?: string;
  forceBase64?: boolean;
  withCredentials?: boolean;
  extraHeaders?: Record<string, string>;
  requestTimeout?: number;
  protocols?: string | string[];
  /** Read once: the server has to use the same one. */
  parser?: Parser;
  /** Options by the name of a transport, which take precedence for it. */
  transportOptions?: Record<string, any>;
}

/** The server: everything of its address that no option changes. */
export interface Origin {
  readonly secure: boolean;
  /** Host name and, unless it is the default, port. */
  readonly host: string;
}
