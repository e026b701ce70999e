import * as official from "socket.io-msgpack-parser";
import { describe, expect, it } from "vitest";

import parser, { Decoder, Encoder } from "../msgpack.js";
import { survey } from "./survey.js";

/*
 * Beside the official parser. In Node it has its own forms of binary: `Buffer`s come out of its Decoder.
 */
declare const Buffer: { from(data: ArrayLike<number> | ArrayBuffer | string): Uint8Array & { toString(encoding: string): string } };
const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;
const event = (...data: unknown[]): { type: number; nsp: string; data: unknown[] } => ({ type: 2, nsp: "/", data });
const hex = (binary: ArrayBuffer | ArrayBufferView): string => Buffer.from(new Uint8Array(ArrayBuffer.isView(binary) ? binary.buffer.slice(binary.byteOffset, binary.byteOffset + binary.byteLength) : binary)).toString("hex");

function encode(packet: unknown): Uint8Array<ArrayBuffer> {
  return new Encoder().encode(packet as never)[0];
}

function officially(packet: unknown): Uint8Array {
  return (new official.Encoder().encode(packet) as unknown as Uint8Array[])[0]!;
}

function decode(chunk: ArrayBuffer | ArrayBufferView, by: { on(event: "decoded", listener: (packet: any) => void): unknown; add(chunk: any): void } = new Decoder()): any {
  let packet: unknown;
  by.on("decoded", (decoded: unknown) => void (packet = decoded));
  by.add(chunk);
  return packet;
}

const VALUES: Record<string, unknown> = {
  "an empty text": "",
  "a text of 31 bytes": "x".repeat(31),
  "a text of 32 bytes": "x".repeat(32),
  "a text of 300 bytes": "é".repeat(150),
  "a text of 70,000 bytes": "x".repeat(70_000),
  "text outside of the basic plane": "😀 and 漢字",
  "a NUL": "a\0b",
  "0": 0,
  "small numbers": [1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1],
  "negative numbers": [-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31)],
  "numbers of more than 32 bits": [2 ** 32, 2 ** 53 - 1, -(2 ** 31) - 1, -(2 ** 53) + 1],
  fractions: [0.5, -1.25, Math.PI, Number.MIN_VALUE],
  "numbers that JSON cannot carry": [NaN, Infinity, -Infinity],
  booleans: [true, false],
  null: null,
  "undefined in an array": [1, undefined, 2],
  "undefined in an object": { a: undefined, b: 1 },
  "an empty array": [],
  "an array of 16": Array.from({ length: 16 }, (_, i) => i),
  "an array of 70,000": new Array(70_000).fill(0),
  "an empty object": {},
  "an object of 16": Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, i])),
  nesting: { a: [{ b: [{ c: [[]] }] }] },
  "a date": new Date(1_700_000_000_123),
  "dates before 1970 and far ahead": [new Date(-1), new Date(-62_135_596_800_000), new Date(8.64e15)],
  "dates among others": { at: new Date(5), list: [new Date(6)] },
  "an object without a prototype": Object.assign(Object.create(null) as object, { a: 1 }),
};

describe("the wire", () => {
  it.each(Object.entries(VALUES))("has the official parser's bytes for %s", (_, value) => {
    const packet = event("e", value);
    expect(hex(encode(packet))).toBe(hex(officially(packet)));
  });

  it.each(Object.entries(VALUES))("brings %s to the official parser and back", (_, value) => {
    const packet = event("e", value);
    expect(decode(Buffer.from(encode(packet)), new official.Decoder())).toEqual(packet);
    expect(decode(officially(packet))).toEqual(packet);
  });

  it("has binary of every kind and size as binary", () => {
    for (const size of [0, 1, 255, 256, 65_535, 65_536, 200_000]) {
      const buffer = Uint8Array.from({ length: size }, (_, i) => i % 251).buffer;
      expect(hex(encode(event("e", buffer)))).toBe(hex(officially(event("e", Buffer.from(buffer)))));
      expect(decode(officially(event("e", Buffer.from(buffer)))).data[1]).toEqual(buffer);
    }
    const source = bytes(9, 1, 2, 3, 4, 9);
    const views = [new Uint8Array(source, 1, 4), new DataView(source, 1, 4), new Uint16Array(bytes(1, 2, 3, 4)), source.slice(1, 5)];
    for (const view of views) expect(decode(encode(event("e", { deep: [view] }))).data[1]).toEqual({ deep: [bytes(1, 2, 3, 4)] });
  });

  it("gives received binary memory of its own", () => {
    const message = officially(event("e", Buffer.from([1, 2]), Buffer.from([3])));
    const { data } = decode(message);
    expect(data.slice(1)).toEqual([bytes(1, 2), bytes(3)]);
    expect(data[1]).toBeInstanceOf(ArrayBuffer);
    message.fill(0);
    expect(data[1]).toEqual(bytes(1, 2));
  });

  it("honours toJSON, and leaves functions in objects out", () => {
    class Picture {
      readonly secret = 1;
      toJSON(): unknown {
        return { pixels: bytes(7), at: new Date(1) };
      }
    }
    expect(decode(encode(event("e", new Picture(), { f: () => {}, a: 1 }))).data).toEqual(["e", { pixels: bytes(7), at: new Date(1) }, { a: 1 }]);
    expect(hex(encode(event({ f: () => {}, a: 1 })))).toBe(hex(officially(event({ f: () => {}, a: 1 }))));
  });

  it("changes nothing of what the app passes", () => {
    const inner = Object.freeze({ gone: undefined, buffer: bytes(1), f: () => {} });
    const data = Object.freeze(["e", inner, Object.freeze([undefined])]);
    expect(decode(encode({ type: 2, nsp: "/", data })).data).toEqual(["e", { gone: undefined, buffer: bytes(1) }, [undefined]]);
    expect(Object.keys(inner)).toEqual(["gone", "buffer", "f"]);
  });

  it("keeps whole numbers beyond 2^53, which the official parser mangles", () => {
    expect(decode(encode(event("e", 1e20, -1e20, Number.MAX_VALUE))).data).toEqual(["e", 1e20, -1e20, Number.MAX_VALUE]);
  });

  it("has null for a date that is none, as JSON has", () => {
    expect(decode(encode(event("e", new Date(NaN)))).data).toEqual(["e", null]);
  });

  it("refuses what it cannot carry", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const value of [10n, Symbol("s"), () => {}, [() => {}], circle]) expect(() => encode(event("e", value))).toThrow();
    expect(() => encode(event("e", { file: new Blob(["x"]) }))).toThrow("send its arrayBuffer()");
  });

  it("has every field of a packet, and none that is not there", () => {
    for (const packet of [{ type: 0, nsp: "/admin" }, { type: 0, nsp: "/", data: { token: "t" } }, { type: 1, nsp: "/" }, { type: 3, nsp: "/", data: [], id: 0 }, { type: 2, nsp: "/", data: ["e"], id: 2 ** 40 }]) {
      expect(decode(encode({ ...packet, options: { compress: true } }))).toEqual(packet);
      expect(decode(Buffer.from(encode(packet)), new official.Decoder())).toEqual(packet);
    }
  });

  it("gives each message memory of its own, small and large", () => {
    const encoder = new Encoder();
    const sent = [1, 100_000, 2, 200_000, 3].map((size) => encoder.encode(event("e", "x".repeat(size)))[0]);
    expect(sent.map((message) => decode(message).data[1].length)).toEqual([1, 100_000, 2, 200_000, 3]);
  });
});

describe("a received packet", () => {
  /** MessagePack of anything: the Encoder looks at no field. */
  const message = (packet: unknown): Uint8Array => officially(packet);

  it.each([
    ["a type that does not exist", { type: 5, nsp: "/", data: ["e"] }, "invalid packet type"],
    ["a type that is no number", { type: "2", nsp: "/", data: ["e"] }, "invalid packet type"],
    ["a namespace that is no text", { type: 2, nsp: 1, data: ["e"] }, "invalid namespace"],
    ["an event without an array", { type: 2, nsp: "/", data: { 0: "e" } }, "invalid payload"],
    ["an ack without an array", { type: 3, nsp: "/", id: 1 }, "invalid payload"],
    ["CONNECT with a text", { type: 0, nsp: "/", data: "x" }, "invalid payload"],
    ["DISCONNECT with data", { type: 1, nsp: "/", data: {} }, "invalid payload"],
    ["CONNECT_ERROR with a number", { type: 4, nsp: "/", data: 1 }, "invalid payload"],
    ["an id that is no whole number", { type: 2, nsp: "/", data: ["e"], id: 0.5 }, "invalid packet id"],
    ["nothing", null, "invalid packet type"],
    ["a number", 7, "invalid packet type"],
  ])("with %s is refused, as by the official parser", (_, packet, reason) => {
    expect(() => decode(message(packet))).toThrow(reason);
    if (packet !== null) expect(() => decode(message(packet), new official.Decoder())).toThrow(reason);
  });

  it("may have null for what is not there, as other languages write it", () => {
    expect(decode(message({ type: 1, nsp: "/", data: null, id: null }))).toEqual({ type: 1, nsp: "/", data: null, id: null });
    expect(decode(message({ type: 0, nsp: "/", data: null }))).toMatchObject({ type: 0 });
  });

  it("may have MessagePack's own dates and other extensions", () => {
    const at = (...extension: number[]): unknown => decode(new Uint8Array([0x83, ...key("type"), 2, ...key("nsp"), ...key("/"), ...key("data"), 0x92, ...key("e"), ...extension])).data[1];
    expect(at(0xd6, 0xff, 0, 0, 0, 10)).toEqual(new Date(10_000));
    expect(at(0xc7, 3, 5, 1, 2, 3)).toEqual([5, bytes(1, 2, 3)]);
  });

  it("that is cut, goes on, or is a text is refused", () => {
    const whole = message(event("e", [1, 2, { a: "b" }], 0.5));
    for (let length = 0; length < whole.length; length++) expect(() => decode(whole.slice(0, length))).toThrow();
    expect(() => decode(new Uint8Array([...whole, 0]))).toThrow();
    expect(() => new Decoder().add("text" as never)).toThrow(TypeError);
  });

  it("touches no prototype", () => {
    expect(() => decode(new Uint8Array([0x83, ...key("type"), 2, ...key("nsp"), ...key("/"), ...key("data"), 0x91, 0x81, ...key("__proto__"), 0x81, ...key("polluted"), 1]))).toThrow();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("goes to the listeners of the time, until they are removed", () => {
    const decoder = new Decoder();
    const heard: string[] = [];
    const one = (): void => void heard.push("one");
    decoder.on("decoded", one).on("decoded", () => void heard.push("two"));
    decoder.add(message(event("e")));
    decoder.off("decoded", one);
    decoder.destroy();
    decoder.add(message(event("e")));
    expect(heard).toEqual(["one", "two", "two"]);
  });
});

describe("survey", () => {
  // The end of a value that is taken for shorter would be read as values, here as the heads of arrays that have no elements.
  it.each([32, 300, 70_000])("knows where a text, a binary and an extension of %i bytes end", (length) => {
    const heads = [0xd9, 0xc4, 0xc7].map((first) => first + (length > 255 ? 1 : 0) + (length > 65_535 ? 1 : 0));
    const width = length > 65_535 ? 4 : length > 255 ? 2 : 1;
    for (const head of heads) {
      const size = [length >>> 24, length >>> 16, length >>> 8, length].slice(-width).map((byte) => byte & 0xff);
      const type = head >= 0xc7 && head < 0xca ? [1] : [];
      const message = Uint8Array.from([head, ...size, ...type, ...new Array<number>(length).fill(0xdd)]);
      expect(survey(message)).toBe(head < 0xc7);
    }
  });

  it("passes whatever the Encoder writes, and tells whether binary is inside", () => {
    for (const value of Object.values(VALUES)) expect(survey(encode(event("e", value)))).toBe(false);
    for (const size of [0, 300, 70_000]) expect(survey(encode(event("e", [{ a: new ArrayBuffer(size) }, "x"])))).toBe(true);
  });

  it.each([
    ["an array", [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ["a map", [0xdf, 0x7f, 0xff, 0xff, 0xff]],
    ["arrays in arrays, each alone within the message", [0xdc, 0, 9, 0xdc, 0, 9, 0xdc, 0, 9, 0, 0, 0, 0]],
    ["a text", [0x92, 0xdb, 0xff, 0xff, 0xff, 0xff, 1]],
    ["binary", [0x92, 0xc6, 0x7f, 0xff, 0xff, 0xff, 1]],
  ])("refuses %s that announces more than there is", (_, message) => {
    expect(() => survey(new Uint8Array(message))).toThrow(RangeError);
    expect(() => new Decoder().add(new Uint8Array(message))).toThrow();
  });
});

it("is a parser by its default export, too", () => {
  expect(parser).toEqual({ Encoder, Decoder });
});

/** A short text. */
function key(text: string): number[] {
  return [0xa0 + text.length, ...Buffer.from(text)];
}
