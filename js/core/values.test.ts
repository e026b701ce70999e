import { describe, expect, it } from "vitest";

import { type Binary, decode, stringify } from "./values.js";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Encodes as `emit` does. */
function encode(...args: unknown[]): { text: string; attachments: Binary[] } {
  const attachments: Binary[] = [];
  return { text: stringify(args, attachments), attachments };
}

/** The code with which a content is refused. */
function refused(text: string, attachments?: ArrayBuffer[]): unknown {
  return decode(text, 0, attachments);
}

describe("values sent", () => {
  it("leaves what holds no binary to JSON", () => {
    class Point {
      x = 1;
    }
    const date = new Date(0);
    for (const value of [null, undefined, 1, "s", true, [], {}, { a: [{ b: null }] }, date, new Map([[1, 2]]), new Point(), Object.create(null), [undefined, () => 1]]) {
      expect(encode("e", value)).toEqual({ text: JSON.stringify(["e", value]), attachments: [] });
    }
  });

  it.each([
    ["ArrayBuffer", new ArrayBuffer(2)],
    ["Uint8Array", bytes(1)],
    ["Float64Array", new Float64Array(1)],
    ["DataView", new DataView(new ArrayBuffer(1))],
    ["Blob", new Blob(["x"])],
    ["File", new File(["x"], "x")],
  ])("takes a %s out, at any depth", (_, binary) => {
    expect(encode("e", binary).attachments).toEqual([binary]);
    const deep = encode("e", { a: [1, { b: binary }], c: binary });
    expect(deep.text).toBe('["e",{"a":[1,{"b":{"_placeholder":true,"num":0}}],"c":{"_placeholder":true,"num":1}}]');
    expect(deep.attachments).toEqual([binary, binary]);
  });

  it("asks toJSON once, also beside and inside binaries", () => {
    let asked = 0;
    const value = {
      secret: 1,
      toJSON: () => {
        asked++;
        return { data: bytes(1), toJSON: "a property" };
      },
    };
    expect(encode("e", value)).toEqual({ text: '["e",{"data":{"_placeholder":true,"num":0},"toJSON":"a property"}]', attachments: [bytes(1)] });
    expect(asked).toBe(1);
  });

  it("asks toJSON of a class, and a binary's own not at all", () => {
    class Picture {
      toJSON(): unknown {
        return bytes(7);
      }
    }
    expect(encode("e", new Picture()).attachments).toEqual([bytes(7)]);
    const binary = Object.assign(bytes(1), { toJSON: () => "text" });
    expect(encode("e", binary).attachments).toEqual([binary]);
  });

  it("survives a toJSON that returns its own kind", () => {
    class Endless {
      toJSON(): Endless {
        return new Endless();
      }
    }
    expect(encode("e", new Endless()).text).toBe('["e",{}]');
  });

  it("keeps a date beside a binary a text, and drops functions", () => {
    expect(encode("e", { at: new Date(0), f: () => 1, b: bytes(1) }).text).toBe('["e",{"at":"1970-01-01T00:00:00.000Z","b":{"_placeholder":true,"num":0}}]');
  });

  it("keeps a key named __proto__ beside a binary", () => {
    const value: unknown = JSON.parse('{"__proto__":{"x":1}}');
    expect(encode("e", value, bytes(1)).text).toBe('["e",{"__proto__":{"x":1}},{"_placeholder":true,"num":0}]');
  });

  it("does not change what it is given", () => {
    const value = { a: bytes(1) };
    encode("e", value);
    expect(value).toEqual({ a: bytes(1) });
  });

  it("refuses what no packet can hold", () => {
    expect(() => encode("e", 1n)).toThrow(TypeError);
  });
});

describe("values received", () => {
  it("reads the array from the offset on", () => {
    expect(decode('42["e",1]', 2, undefined)).toEqual(["e", 1]);
    expect(decode('["e"]', 0, undefined)).toEqual(["e"]);
  });

  it("puts attachments into their places", () => {
    const [a, b] = [new ArrayBuffer(1), new ArrayBuffer(2)];
    const value = decode('["e",{"_placeholder":true,"num":1},{"x":[{"_placeholder":true,"num":0}]}]', 0, [a, b]) as any[];
    expect(value[1]).toBe(b);
    expect(value[2].x[0]).toBe(a);
  });

  it("leaves what looks like a placeholder alone when nothing is attached", () => {
    expect(decode('["e",{"_placeholder":true,"num":0}]', 0, undefined)).toEqual(["e", { _placeholder: true, num: 0 }]);
  });

  it.each(["-1", "1", "0.5", '"0"', "null", "1e400"])("refuses a placeholder with num %s", (num) => {
    expect(refused(`["e",{"_placeholder":true,"num":${num}}]`, [new ArrayBuffer(1)])).toBe(10);
  });

  it("refuses a placeholder without num, and an attachment that was no base64", () => {
    expect(refused('["e",{"_placeholder":true}]', [new ArrayBuffer(1)])).toBe(10);
    expect(refused('["e",{"_placeholder":true,"num":0}]', [undefined as unknown as ArrayBuffer])).toBe(19);
  });

  it.each([
    ["[", 5],
    ["", 5],
    ["{}", 6],
    ["null", 6],
    ['"x"', 6],
  ])("refuses %j", (text, code) => {
    expect(refused(text)).toBe(code);
  });

  it("refuses more arguments than a listener can be called with", () => {
    const many = (count: number) => `["e"${",1".repeat(count - 1)}]`;
    expect(decode(many(0x7fff), 0, undefined)).toHaveLength(0x7fff);
    expect(refused(many(0x8000))).toBe(6);
  });

  it("keeps __proto__ a plain key, also beside attachments", () => {
    const [, value] = decode('["e",{"__proto__":{"polluted":true,"b":{"_placeholder":true,"num":0}}}]', 0, [new ArrayBuffer(1)]) as [string, object];
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });

  it("refuses nesting that cannot be searched for placeholders", () => {
    const depth = 200_000;
    expect(refused(`["e",${"[".repeat(depth)}${"]".repeat(depth)}]`, [new ArrayBuffer(1)])).toBe(5);
  });
});
