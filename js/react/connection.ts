import { Manager } from "../core/manager.js";
import type { Options } from "../core/options.js";
import type { Socket } from "../core/socket.js";
import type { Auth } from "../core/types.js";
import { parseUrl, urlOf } from "../core/url.js";
import { statusOf } from "./status.js";

/** The managers that components use, by server and options. Apart from those of `io()`: these never connect by themselves. */
const managers = new Map<string, Shared>();

/** One manager, and those of its namespaces that are in use. */
interface Shared {
  readonly manager: Manager;
  readonly connections: Map<string, Connection>;
}

/**
 * The namespace of a server that components share: the same one for the same URL and options, `auth` aside. Making one opens
 * nothing, so it may be asked for while rendering.
 */
export function connectionOf(url: string | undefined, { auth, ...options }: Options): Connection {
  const { id, namespace, query } = parseUrl(url ?? urlOf(options));
  const key = JSON.stringify([id, query, options]);
  const shared = managers.get(key) ?? { manager: new Manager(url, { ...options, autoConnect: false }), connections: new Map<string, Connection>() };
  // A server renders for many visitors: nothing is shared among them.
  if (typeof window !== "undefined") managers.set(key, shared);
  let connection = shared.connections.get(namespace);
  if (!connection) {
    connection = new Connection(key, shared, shared.manager.socket(namespace, { ...options, auth }));
    shared.connections.set(namespace, connection);
  }
  return connection;
}

/** A socket, connected as long as a component uses it. */
export class Connection {
  readonly socket: Socket;
  readonly #key: string;
  readonly #shared: Shared;
  /** Components that are mounted with it, and those of them that want it connected. */
  #mounted = 0;
  #wanted = 0;

  constructor(key: string, shared: Shared, socket: Socket) {
    this.#key = key;
    this.#shared = shared;
    this.socket = socket;
  }

  /** Uses it until what is returned is called, and `enabled`: connects it. The last one to leave disconnects it. */
  use(enabled: boolean): () => void {
    const { socket } = this;
    managers.set(this.#key, this.#shared);
    this.#shared.connections.set(socket.nsp, this);
    this.#mounted++;
    if (enabled && this.#wanted++ === 0) {
      socket.connect();
      statusOf(socket).refresh();
    }
    // One task later: whoever comes back at once (StrictMode, fast refresh, a change of route) finds it as it was.
    return () => void setTimeout(() => this.#leave(enabled));
  }

  #leave(enabled: boolean): void {
    const { socket } = this;
    if (enabled && --this.#wanted === 0) {
      socket.disconnect();
      statusOf(socket).refresh();
    }
    const { connections } = this.#shared;
    if (--this.#mounted === 0) connections.delete(socket.nsp);
    if (connections.size === 0) managers.delete(this.#key);
  }

  /** Takes the credentials for the next connect. An object that says something else than the one before connects again with it. */
  authenticate(auth: Auth | undefined): void {
    const { socket } = this;
    const before = socket.auth;
    if (auth === undefined || auth === before) return;
    socket.auth = auth;
    const changed = typeof auth !== "function" && JSON.stringify(auth) !== JSON.stringify(before);
    if (changed && socket.active) socket.disconnect().connect();
  }
}
