import { Manager } from "./manager.js";
import { warnOfShared, type Options } from "./options.js";
import { Socket } from "./socket.js";
import type { DefaultEventsMap, EventsMap } from "./types.js";
import { parseUrl, urlOf } from "./url.js";

/** The shared managers, by server and path. */
const managers = new Map<string, Manager>();

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
  const key = id + (opts.path ?? "/socket.io");
  const known = managers.get(key);
  let manager = known;
  if (!known || opts.forceNew || opts.multiplex === false || known.nsps[namespace]) {
    manager = new Manager(uri, opts);
    // The first one that may be shared is, until the page ends.
    if (!known && !opts.forceNew && opts.multiplex !== false) managers.set(key, manager);
  } else {
    warnOfShared(opts, known.opts);
  }
  return manager!.socket(namespace, opts);
}

/** The socket of a namespace; see `Lookup`. */
export const io = Object.assign(lookup, { Manager, Socket }) as Lookup;
io.io = io.connect = io;
