import { DEFAULT_PATH } from "../host/index.js";
import { Manager } from "./manager.js";
import { warnOfShared, type Options } from "./options.js";
import { Socket } from "./socket.js";
import type { DefaultEventsMap, EventsMap } from "./types.js";
import { parseUrl, urlOf } from "./url.js";

/** The shared managers, by server and path. */
const managers: Record<string, Manager> = {};

/** Version of the Socket.IO protocol. */
export const protocol = 5;

/** `io()`, with all else that hangs on it. */
export interface Lookup {
  /**
   * The socket of a namespace, connecting at once unless told otherwise. Namespaces of one server share a connection.
   * @param uri server and namespace: `/namespace`, `host:port`, `//host`, or a full URL. Default: the page's origin
   */
  <ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>(opts?: Options): Socket<ListenEvents, EmitEvents>;
  <ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>(uri?: string, opts?: Options): Socket<ListenEvents, EmitEvents>;
  Manager: typeof Manager;
  Socket: typeof Socket;
  io: Lookup;
  connect: Lookup;
}

function lookup(uri?: string | Options, opts: Options = {}): Socket {
  if (typeof uri === "object") {
    opts = uri;
    uri = undefined;
  }
  const { id, namespace } = parseUrl(uri ?? urlOf(opts));
  const key = id + (opts.path || DEFAULT_PATH);
  const known = managers[key];
  const own = opts.forceNew || opts.multiplex === false;
  if (known && !own && !known.nsps[namespace]) {
    warnOfShared(opts, known);
    return known.socket(namespace, opts);
  }
  const manager = new Manager(uri, opts);
  // The first one that may be shared is, until the page ends.
  if (!own) managers[key] ??= manager;
  return manager.socket(namespace, opts);
}

/** The socket of a namespace; see `Lookup`. */
export const io = Object.assign(lookup, { Manager, Socket }) as Lookup;
io.io = io.connect = io;
