import { Emitter } from "./emitter.js";
import { decodeBase64, type Host, INPUT_CLOSE_ENGINE } from "../host/index.js";
import type { EngineEvents } from "./types.js";

/** Packets of Engine.IO by the digit they begin with. */
const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

/** One Engine.IO connection, as apps look at it: `manager.engine`. A new one for every connection. */
export class Engine extends Emitter<{}, {}, EngineEvents> {
  /** The session's id (not the socket's); `undefined` until the server has answered. */
  id: string | undefined;
  readyState: "opening" | "open" | "closing" | "closed" = "opening";
  /** What carries the connection now. */
  transport: { readonly name: string };
  /** The most bytes that the server takes in one message; `undefined`: it does not say. */
  maxPayload: number | undefined;
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

  /** @internal A frame arrived. */
  _received(frame: any): void {
    // Most apps do not listen: nothing is made for them.
    if (!this.hasListeners("packet") && !this.hasListeners("data")) return;
    const packet = packetOf(frame);
    this._dispatch(["packet", packet]);
    if (packet.type === "message") this._dispatch(["data", packet.data]);
  }

  /** @internal A packet was handed to a transport. */
  _sent(head: string, content: any): void {
    if (this.hasListeners("packetCreate")) this._dispatch(["packetCreate", packetOf(head ? head.replace("\x1e", "") + (content ?? "") : content)]);
    if (this.hasListeners("drain") && this.transport.name !== "polling") queueMicrotask(() => this._drained());
  }

  /** @internal What was sent has left. */
  _drained(): void {
    if (!this.writeBuffer.length) this._dispatch(["drain"]);
  }
}

/** A frame as the events of packets tell it. */
function packetOf(frame: any): { type: string; data?: any } {
  if (typeof frame !== "string") return { type: "message", data: frame };
  const type = TYPES[+frame[0]!];
  return type ? { type, data: frame.slice(1) || undefined } : { type: "message", data: decodeBase64(frame.slice(1)) };
}
