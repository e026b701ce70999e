import { Emitter } from "./emitter.js";
import type { EngineEvents } from "./types.js";

/** One Engine.IO connection, as apps look at it: `manager.engine`. A new one for every connection. */
export class Engine extends Emitter<{}, {}, EngineEvents> {
  /** The session's id (not the socket's); `undefined` until the server has answered. */
  id: string | undefined;
  readyState: "opening" | "open" | "closing" | "closed" = "opening";
  /** What carries the connection now. */
  transport: { readonly name: string };
  /** The packets that wait for the transport: only their number. */
  readonly writeBuffer: { readonly length: number };
  readonly #close: () => void;

  /** @internal */
  constructor(transport: string, close: () => void, queueLength: () => number) {
    super();
    this.transport = { name: transport };
    this.#close = close;
    this.writeBuffer = {
      get length() {
        return queueLength();
      },
    };
  }

  /** Drops the connection; automatic reconnection follows. */
  close(): this {
    if (this.readyState === "opening" || this.readyState === "open") {
      this.readyState = "closing";
      this.#close();
    }
    return this;
  }
}
