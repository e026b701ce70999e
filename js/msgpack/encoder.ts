import { Encoder as Writer, ExtData } from "@msgpack/msgpack";

import { codec, UNDEFINED } from "./extensions.js";

/** Encodes packets as `socket.io-msgpack-parser` does. */
export class Encoder {
  #writer = writer();

  /**
   * The packet as one binary message.
   * @throws TypeError for a Blob, which cannot be read at once; Error for what MessagePack cannot carry: functions, symbols, BigInt
   */
  encode(packet: { type: number; nsp: string; data?: unknown; id?: number }): [Uint8Array<ArrayBuffer>] {
    const { type, nsp, data, id } = packet;
    const fields = { type, nsp, ...(data !== undefined && { data: plain(data) }), ...(id !== undefined && { id }) };
    const written = this.#writer.encodeSharedRef(fields);
    if (written.length <= KEPT) return [written.slice()];
    // A large buffer is given away rather than copied and kept.
    this.#writer = writer();
    return [written];
  }
}

/** `value` as the library can write it. What needs no change is not copied. */
function plain(value: any): unknown {
  if (value === undefined) return UNDEFINED;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const item = plain(value[i]);
      if (item !== value[i]) (copy ??= [...value])[i] = item;
    }
    return copy ?? value;
  }
  // The cheap question first: most objects are plain.
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    if (ArrayBuffer.isView(value) || value instanceof ExtData) return value;
    if (value instanceof Date) return isNaN(+value) ? null : value;
    const tag: unknown = value[Symbol.toStringTag];
    if (tag === "ArrayBuffer") return new Uint8Array(value as ArrayBuffer);
    if (tag === "Blob" || tag === "File") throw new TypeError(`a ${tag} cannot be sent with ferrio/msgpack: send its arrayBuffer()`);
  }
  if (typeof value.toJSON === "function") return plain(value.toJSON());
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const own: unknown = value[key];
    if (typeof own === "function") {
      delete (copy ??= { ...value })[key];
      continue;
    }
    const item = plain(own);
    if (item !== own) (copy ??= { ...value })[key] = item;
  }
  return copy ?? value;
}

function writer(): Writer {
  // A circle ends in a RangeError, as a limit would.
  return new Writer({ extensionCodec: codec, maxDepth: Infinity });
}

/** Bytes of a buffer that is used again. */
const KEPT = 65_536;
