import { decodeTimestampExtension, EXT_TIMESTAMP, ExtData, type ExtensionCodecType } from "@msgpack/msgpack";

/** The type of the official parser's own extensions. */
const OWN = 0;

/** `undefined`, as the official parser writes it. */
export const UNDEFINED = /* @__PURE__ */ new ExtData(OWN, new Uint8Array(1));

/** What the official parser writes in its own way: `undefined` in one byte, a date's milliseconds in eight. */
export const codec: ExtensionCodecType<undefined> = {
  tryToEncode: (value) => (value instanceof ExtData ? value : value instanceof Date ? date(+value) : null),
  decode(bytes, type) {
    if (type === OWN && bytes.length === 1) return undefined;
    if (type === OWN && bytes.length === 8) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      return new Date(view.getInt32(0) * 2 ** 32 + view.getUint32(4));
    }
    // MessagePack's own dates, which servers in other languages send.
    if (type === EXT_TIMESTAMP) return decodeTimestampExtension(bytes);
    return [type, bytes.slice().buffer];
  },
};

function date(milliseconds: number): ExtData {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, Math.floor(milliseconds / 2 ** 32));
  view.setUint32(4, milliseconds >>> 0);
  return new ExtData(OWN, new Uint8Array(view.buffer));
}
