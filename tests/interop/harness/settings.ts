/** What a test server is told, as JSON in its one argument. Each answers on stdout with `listening <port>`. */
export interface Settings {
  /** Port to listen on; 0 = a free one. */
  port: number;
  /** Origins of pages that may connect. */
  origins: string[];
  /** Milliseconds between two pings; default: the server's own. */
  pingInterval?: number;
  /** Milliseconds that the server waits for the answer to a ping; default: the server's own. */
  pingTimeout?: number;
  /** Speak the format of `socket.io-msgpack-parser`. */
  msgpack?: boolean;
  /** npm: name of the package, for several versions side by side. */
  package?: string;
  /** npm: connection state recovery. */
  recovery?: boolean;
  /** npm: unix socket of the Redis server that the nodes of a cluster share. */
  redis?: string;
  /** npm: name of this node of a cluster. */
  node?: string;
}
