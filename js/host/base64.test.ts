import { afterEach, describe, expect, it, vi } from "vitest";

import { decodeBase64, encodeBase64 } from "./base64.js";

const SAMPLES: [number[], string][] = [
  [[], ""],
  [[0], "AA=="],
  [[1, 2], "AQI="],
  [[251, 255, 254], "+//+"],
];

afterEach(() => vi.unstubAllGlobals());

describe.each(["with", "without"])("base64 %s the browser's own functions", (kind) => {
  const prepare = (): void => {
    class Bytes extends Uint8Array {
      declare toBase64: unknown;
    }
    if (kind === "without") return;
    // What the browser has, with what Node has.
    Object.assign(Bytes, { fromBase64: (text: string) => Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0)) });
    Bytes.prototype.toBase64 = function (this: Uint8Array) {
      return btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join(""));
    };
    vi.stubGlobal("Uint8Array", Bytes);
  };

  it.each(SAMPLES)("turns %j into %j and back", (bytes, text) => {
    prepare();
    expect(encodeBase64(Uint8Array.from(bytes))).toBe(text);
    expect([...new Uint8Array(decodeBase64(text))]).toEqual(bytes);
  });

  it("sees only a view's own bytes", () => {
    prepare();
    const { buffer } = Uint8Array.of(9, 1, 2, 9);
    expect(encodeBase64(new DataView(buffer, 1, 2))).toBe("AQI=");
    expect(encodeBase64(buffer)).toBe("CQECCQ==");
  });

  it("carries a megabyte", () => {
    prepare();
    const bytes = Uint8Array.from({ length: 1_000_000 }, (_, i) => i);
    const back = new Uint8Array(decodeBase64(encodeBase64(bytes)));
    expect(back.length).toBe(bytes.length);
    expect(back.every((byte, i) => byte === bytes[i])).toBe(true);
  });
});

it("refuses what is no base64", () => {
  expect(() => decodeBase64("*")).toThrow();
});
