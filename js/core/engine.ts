import { Emitter } from "./emitter.js";
import { type Host, INPUT_CLOSE_ENGINE } from "../host/index.js";
import type { EngineEvents } from "./types.js";

/** One Engine.IO connection, as apps look at it: `manager.engine`. A new one for every connection. */
export class Engine extends Emitter<{}, {}, EngineEvents> {
  /** The session's id (not the socket's); `undefined` until the server has answered. */
  declare id: string | undefined;
  readyState: "opening" | "open" | "closing" | "closed" = "opening";
  /** What carries the connection now. */
  declare transport: { readonly name: string };
  /** The most bytes that the server takes in one message; `undefined`: it does not say. */
  declare maxPayload: number | undefined;
  readonly #host: Host;

  /** @internal */
  constructor(host: Host, transport: { readonly name: string }) {
    super();
    this.#host = host;
    this.transport = transport;
  }

  /** The packets that wait for the transport: only their number. */
  get writeBuffer(): { readonly length: number } {
    return { length: this.#host.queueLength() };
  }

  /** Drops the connection; automatic reconnection follows. */
  close(): this {
    if (/^open/.test(this.readyState)) {
      this.readyState = "closing";
      this.#host.input(INPUT_CLOSE_ENGINE);
    }
    return this;
  }
}
