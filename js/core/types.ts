import type { ConnectOptions, FerrioError, Parser } from "../host/index.js";

/** Maps the names of events to the type of their listeners. */
export interface EventsMap {
  [event: string]: any;
}

/** The map that holds when an app gives none: every name, any arguments. */
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void;
}

/** The names in an event map. */
export type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);

/** The arguments of one event's listener. */
export type EventParams<Map extends EventsMap, Ev extends EventNames<Map>> = Parameters<Map[Ev]>;

/** The names that `on` accepts: the library's own events and the app's. */
export type ReservedOrUserEventNames<Reserved extends EventsMap, User extends EventsMap> = EventNames<Reserved> | EventNames<User>;

/** The listener for a name; the library's own events take precedence. */
export type ReservedOrUserListener<
  Reserved extends EventsMap,
  User extends EventsMap,
  Ev extends ReservedOrUserEventNames<Reserved, User>,
> = Untyped<Ev extends EventNames<Reserved> ? Reserved[Ev] : Ev extends EventNames<User> ? User[Ev] : never>;

/** TypeScript resolves the listener of a generic map to `never` (microsoft/TypeScript#41778): accept any function there. */
type Untyped<T> = [T] extends [never] ? (...args: any[]) => void | Promise<void> : T;

/** The name of an event in the map. */
export type EventName<Map extends EventsMap> = EventNames<Map>;

/** The arguments of an event, without the ack if it ends in one. */
export type EventArgs<Map extends EventsMap, Ev extends EventNames<Map>> =
  EventParams<Map, Ev> extends [...infer Rest, infer Ack] ? (Ack extends (...args: any[]) => any ? Rest : EventParams<Map, Ev>) : EventParams<Map, Ev>;

/** What an event's ack answers: its first argument; `never` for an event without an ack. */
export type AckOf<Map extends EventsMap, Ev extends EventNames<Map>> =
  Last<EventParams<Map, Ev>> extends (...args: infer Answer) => any ? (Answer extends [infer First, ...any[]] ? First : undefined) : never;

/** Name and arguments of any event in the map, as `onAny` hears them. */
export type AnyEvent<Map extends EventsMap> = { [Ev in EventNames<Map>]: [event: Ev, ...args: EventParams<Map, Ev>] }[EventNames<Map>];

/** The last type of a tuple. */
export type Last<T extends any[]> = T extends [...any[], infer L] ? L : any;

/** A tuple without its last type. */
export type AllButLast<T extends any[]> = T extends [...infer H, any] ? H : any[];

/** The first parameter of a function. */
export type FirstArg<T> = T extends (arg: infer First, ...rest: any[]) => any ? First : any;

type WithError<T extends any[]> = {
  [K in keyof T]: T[K] extends (...args: infer Answer) => infer Result ? (err: Error, ...args: Answer) => Result : T[K];
};

/** The map with an error in front of what every ack answers, as after `timeout()`. */
export type DecorateAcknowledgements<Map> = {
  [K in keyof Map]: Map[K] extends (...args: infer Args) => infer Result ? (...args: WithError<Args>) => Result : Map[K];
};

/** Why a socket was disconnected. */
export type DisconnectReason =
  | "io server disconnect"
  | "io client disconnect"
  | "ping timeout"
  | "transport close"
  | "transport error"
  | "parse error"
  | "forced close";

/** What the library knows beyond the reason. */
export type DisconnectDescription = Error | { description: string; context?: unknown };

/** An error of `connect_error`; `data` is what the server's middleware sent with its refusal. */
export interface ExtendedError extends Error {
  data?: any;
  /** What went wrong, for programs. */
  code?: FerrioError["code"];
  /** What the library will do about it; `at`: when, in milliseconds of `Date.now()`. */
  retry?: { readonly willRetry: boolean; readonly at?: number };
}

/** What goes into CONNECT: an object, or a function that gives one to its callback or returns (a promise of) one. */
export type Auth = Record<string, any> | ((cb: (data?: object) => void) => unknown);

/** Options of one socket. */
export interface SocketOptions {
  /** Credentials for the namespace; read again at every connect. Default: none. */
  auth?: Auth;
  /** How often an event is sent again until it is acknowledged; 0 sends once and forgets. One at a time, in order. Default 0. */
  retries?: number;
  /** Milliseconds after which an event counts as not acknowledged. Default: none (with `retries`, the core's own). */
  ackTimeout?: number;
}

/** Names of the transports. */
export type TransportName = "polling" | "websocket" | "webtransport" | (string & {});

/** What becomes of events that are emitted without a connection, of each socket; with `retries`, also of those that wait for their turn. */
export interface OfflineOptions {
  /** They wait ("queue"), `emit` throws ("reject"), or they are dropped ("drop"). Default "queue". */
  mode?: "queue" | "reject" | "drop";
  /** How many may wait. Default 10000. */
  max?: number;
  /** How many bytes they may have together: texts in UTF-8, attachments. Default 16777216 (16 MiB). */
  maxBytes?: number;
  /** Milliseconds after which one that still waits is dropped. Default Infinity. */
  ttl?: number;
  /** Without room the new one is dropped ("newest"), the oldest are ("oldest"), or `emit` throws ("error"). Default "newest". */
  overflow?: "newest" | "oldest" | "error";
}

/** Options of a connection. */
export interface ManagerOptions extends ConnectOptions {
  /** Make a new Manager even if there is one for this server. Default false. */
  forceNew: boolean;
  /** Share the connection among namespaces. Default true. */
  multiplex: boolean;
  /** Path under which the server answers. Default "/socket.io". */
  path: string;
  /** Add a slash to the path if it ends in none. Default true. */
  addTrailingSlash: boolean;
  /** Connect at once. Default true. */
  autoConnect: boolean;
  /** Connect again after a loss. Default true. */
  reconnection: boolean;
  /** Attempts before giving up; 0 = none. Default Infinity. */
  reconnectionAttempts: number;
  /** Milliseconds before the first attempt, doubled from one to the next; 0 = none. Default 1000. */
  reconnectionDelay: number;
  /** The longest delay, in milliseconds. Default 5000. */
  reconnectionDelayMax: number;
  /** By what part of itself a delay varies, 0 to 1. Default 0.5. */
  randomizationFactor: number;
  /** Milliseconds to open a connection in; `false` = any time. Default 20000. */
  timeout: number | false;
  /**
   * What encodes and decodes packets in the place of the protocol's own JSON: `import * as parser from "ferrio/msgpack"`,
   * `socket.io-msgpack-parser` or one of your own. The server needs the same one. Default: none.
   */
  parser: Parser;
  /** Limits for events without a connection. What is dropped, the Manager's event `drop` tells. */
  offline: OfflineOptions;
  /** Host, with or without port, when no URL is given. Default: the page's. */
  host: string;
  /** Host name, when no URL is given. Default: the page's. */
  hostname: string;
  /** Port, when no URL is given. Default: the page's, or the protocol's. */
  port: string | number;
  /** TLS, when no URL is given. Default: as the page. */
  secure: boolean;
  /** Added to every URL. The URL's own query comes first. Default: none. */
  query: Record<string, any> | string;
  /** Add a stamp against caches to requests (`true`: also to the websocket's URL). Default: polling only. */
  timestampRequests: boolean;
  /** The stamp's name. Default "t". */
  timestampParam: string;
  /** Transports in order of preference; one that the browser does not have is left out. Default ["polling", "websocket", "webtransport"]. */
  transports: TransportName[];
  /** Try the next transport when one fails to open. Default false. */
  tryAllTransports: boolean;
  /** Change from polling to a better transport once connected: to webtransport if the server offers it and it works, else to websocket. Default true. */
  upgrade: boolean;
  /** Begin with websocket if the last upgrade went well. Default false. */
  rememberUpgrade: boolean;
  /** Send attachments as base64 over websocket too. Default false. */
  forceBase64: boolean;
  /** Milliseconds for one HTTP request; 0 = any time. Default 0. */
  requestTimeout: number;
  /** Send cookies to other origins. Default false. */
  withCredentials: boolean;
  /** Headers of HTTP requests (browsers allow none on a websocket). */
  extraHeaders: Record<string, string>;
  /** Options for one transport by its name; they take precedence. Those of webtransport also go to the browser's `WebTransport`. */
  transportOptions: Record<string, any>;
  /** Subprotocols of the websocket. */
  protocols: string | string[];
  /** Close the connection when the page asks whether it may be left. Default false. */
  closeOnBeforeunload: boolean;
  /** Use the page's original timers even where they are mocked. Default false. */
  useNativeTimers: boolean;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  agent: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  pfx: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  key: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  passphrase: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  cert: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  ca: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  ciphers: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  rejectUnauthorized: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  perMessageDeflate: unknown;
  /** Only for Node.js in socket.io-client; accepted, without effect. */
  autoUnref: unknown;
}

/** A socket's own events. */
export interface SocketReservedEvents {
  connect: () => void;
  connect_error: (err: ExtendedError) => void;
  disconnect: (reason: DisconnectReason, description?: DisconnectDescription) => void;
}

/** A manager's events. */
export interface ManagerReservedEvents {
  open: () => void;
  error: (err: FerrioError) => void;
  ping: () => void;
  /** An event or an answer to the server is not sent, now or ever: it is too large for the server, or there was no room for it. */
  drop: (err: FerrioError) => void;
  /** A packet of Socket.IO arrived, complete. */
  packet: (packet: SocketPacket) => void;
  close: (reason: DisconnectReason, description?: DisconnectDescription) => void;
  reconnect_attempt: (attempt: number) => void;
  reconnect: (attempt: number) => void;
  reconnect_error: (err: FerrioError) => void;
  reconnect_failed: () => void;
}

/** The server's answer that opens an Engine.IO session. */
export interface HandshakeData {
  sid: string;
  upgrades: string[];
  /** Milliseconds between the server's pings. */
  pingInterval: number;
  /** Milliseconds that a ping may be late. */
  pingTimeout: number;
  /** Bytes that the server takes in one polling body. */
  maxPayload?: number;
}

/** A packet of Socket.IO that arrived. */
export interface SocketPacket {
  /** 0 CONNECT, 1 DISCONNECT, 2 EVENT, 3 ACK, 4 CONNECT_ERROR. */
  type: number;
  /** Its namespace. */
  nsp: string;
  /** What it says: the arguments of an event, its name first, or of an ack. */
  data?: any;
  /** Of an event that wants an ack. */
  id?: number;
}

/** A packet of Engine.IO. */
export interface EnginePacket {
  type: "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop";
  /** What follows the type: a text, or bytes. */
  data?: any;
}

/** Events of `manager.engine`. */
export interface EngineEvents {
  open: () => void;
  /** A packet arrived. */
  packet: (packet: EnginePacket) => void;
  /** A packet was handed to the transport. Its `data` is the Socket.IO packet's text, or an attachment. */
  packetCreate: (packet: EnginePacket & { options: { compress: boolean } }) => void;
  /** A message arrived: a Socket.IO packet's text, or an attachment. */
  data: (data: any) => void;
  /** What was handed to the transport has left. */
  drain: () => void;
  handshake: (data: HandshakeData) => void;
  ping: () => void;
  upgrading: (transport: { readonly name: string }) => void;
  upgrade: (transport: { readonly name: string }) => void;
  upgradeError: (err: Error) => void;
  close: (reason: DisconnectReason, description?: DisconnectDescription) => void;
}
