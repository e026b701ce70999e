import * as abi from "./abi.js";
import { afterEach, beforeEach, expect, it } from "vitest";

import { FakeWasm, prepare, restore } from "./core.fixture.js";

beforeEach(prepare);
afterEach(restore);

it("empties and copies slots for the core", () => {
  const { core, imports } = new FakeWasm();
  const slot = core._slots.put("text");
  const copy = imports[abi.I_DUPLICATE]!(slot) as number;
  imports[abi.I_RELEASE]!(slot);
  expect([core._slots.values[slot], core._slots.values[copy], core._slots.size]).toEqual([undefined, "text", 1]);
});

it("puts attachments beside their text, in one slot, and gives them one by one", () => {
  const { core, imports } = new FakeWasm();
  const { _slots: slots } = core;
  const [slot, first, second] = [slots.put('["a"]'), new ArrayBuffer(1), "bAQI="];
  imports[abi.I_ATTACH]!(slot, slots.put(first));
  imports[abi.I_ATTACH]!(slot, slots.put(second));
  expect([slots.values[slot], slots.size]).toEqual([['["a"]', first, second], 1]);
  const given = [0, 1].map((index) => imports[abi.I_ATTACHMENT]!(slot, index) as number);
  expect(given.map((at) => slots.values[at])).toEqual([first, second]);
  expect(slots.size).toBe(3);
});

it.each([
  ["", 0],
  ["[1]", 3],
  ["\x7f\x80\u07ff\u0800\uffff", 1 + 2 + 2 + 3 + 3],
  ["😀", 4],
  [["é", new ArrayBuffer(9)], 2],
  [new ArrayBuffer(3), 3],
  [new Uint16Array(3).subarray(1), 4],
  [new Blob(["abcde"]), 5],
])("counts the bytes of %j on the wire", (content, bytes) => {
  const { core, imports } = new FakeWasm();
  expect(imports[abi.I_BYTE_LENGTH]!(core._slots.put(content))).toBe(bytes);
});
