import { Decoder as Reader } from "@msgpack/msgpack";

import { codec } from "./extensions.js";
import { survey } from "./survey.js";

/** A packet that was received; its type as on the wire. */
export interface Packet {
  type: number;
  nsp: string;
  data?: any;
  id?: number;
}

/** Decodes packets of `socket.io-msgpack-parser`. Binary values become `ArrayBuffer`s. */
export class Decoder {
  readonly #reader = new Reader({ extensionCodec: codec });
  #listeners: ((packet: Packet) => void)[] = [];

  /** Adds a listener for packets. */
  on(event: "decoded", listener: (packet: Packet) => void): this {
    if (event === "decoded") this.#listeners = [...this.#listeners, listener];
    return this;
  }

  /** Removes a listener. */
  off(_event: "decoded", listener: (packet: Packet) => void): this {
    this.#listeners = this.#listeners.filter((own) => own !== listener);
    return this;
  }

  /** Decodes a message, which is one packet. @throws Error if it is none */
  add(chunk: ArrayBuffer | ArrayBufferView): void {
    // In the place of bytes a text has none.
    const view = chunk as ArrayBufferView<ArrayBuffer>;
    if (typeof chunk === "string") throw new TypeError("a text is no MessagePack");
    const bytes = new Uint8Array(view.buffer ?? view, view.byteOffset, view.byteLength);
    const hasBinary = survey(bytes);
    const packet = this.#reader.decode(bytes) as Packet;
    check(packet);
    if (hasBinary) packet.data = own(packet.data);
    for (const listener of this.#listeners) listener(packet);
  }

  /** A packet is never in parts: there is nothing to forget. */
  destroy(): void {}
}

/** What the official Decoder asks of a packet. Servers in other languages write null for what is not there. */
function check(packet: Packet | undefined | null): void {
  const { type, nsp, data, id } = packet ?? ({} as Packet);
  if (!Number.isInteger(type) || type < CONNECT || type > CONNECT_ERROR) throw new Error("invalid packet type");
  if (typeof nsp !== "string") throw new Error("invalid namespace");
  if (!isValid(type, data ?? undefined)) throw new Error("invalid payload");
  if (!Number.isInteger(id ?? 0)) throw new Error("invalid packet id");
}

function isValid(type: number, data: unknown): boolean {
  switch (type) {
    case CONNECT:
      return data === undefined || isObject(data);
    case DISCONNECT:
      return data === undefined;
    case CONNECT_ERROR:
      return typeof data === "string" || isObject(data);
    default:
      return Array.isArray(data);
  }
}

function isObject(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** `value` with its binary parts, which are views of the whole message, as buffers of their own. In place. */
function own(value: any): unknown {
  if (value instanceof Uint8Array) return value.slice().buffer;
  if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) if (typeof value[key] === "object") value[key] = own(value[key]);
  }
  return value;
}

const CONNECT = 0;
const DISCONNECT = 1;
const CONNECT_ERROR = 4;
