import { expect, test } from "vitest";

import * as abi from "../../js/host/abi.ts";
import { exported, imported, tidied } from "./tidy.mjs";

test("the names are those of the ABI", () => {
  const names = (prefix) => Object.entries(abi).filter(([name]) => name.startsWith(prefix)).sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([name]) => name.slice(2).toLowerCase());
  expect(names("X_")).toEqual(exported);
  expect(names("I_")).toEqual(imported);
});

test("imports and exports get short names, and wasm-bindgen's exports go", () => {
  const text = ` (import "./ferrio_bg.js" "__wbg_release_0123456789abcdef" (func $a (param i32)))
 (export "memory" (memory $0))
 (export "__wbindgen_start" (func $a))
 (export "frame" (func $frame))
`;
  expect(tidied(text)).toBe(` (import "host" "q" (func $a (param i32)))
 (export "memory" (memory $0))
 (export "j" (func $frame))
`);
});

test("a function that only panics use traps at once, others stay", () => {
  const text = ` (func $"core[0]::panicking::panic_fmt" (param $0 i32) (param $1 i32)
  (local $2 i32)
  (call $b
   (local.get $0)
  )
 )
 (func $"ferrio::frame" (param $0 i32)
  (nop)
 )
`;
  expect(tidied(text)).toBe(` (func $"core[0]::panicking::panic_fmt" (param $0 i32) (param $1 i32)
  (unreachable)
 )
 (func $"ferrio::frame" (param $0 i32)
  (nop)
 )
`);
});

test("messages of panics are blanked byte by byte", () => {
  expect(tidied(String.raw`"12probe\00capacity overflow\00\00x"`)).toBe(`"12probe${String.raw`\00`.repeat(1 + 17 + 2)}x"`);
  expect(tidied(String.raw`"memory allocation of \c0\r bytes failed."`)).toBe(`"${String.raw`\00`.repeat(36)}."`);
  const path = "/rustc/0123/library/alloc/src/raw_vec/mod.rs";
  expect(tidied(`"${path}b"`)).toBe(`"${String.raw`\00`.repeat(path.length)}b"`);
});
