import { gzipSync } from "node:zlib";

import { transform } from "esbuild";
import { build } from "vite";
import { expect, test } from "vitest";

import { encode, moduleSource } from "./text-encoding.mjs";

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const allPairs = Uint8Array.from({ length: 2 * 65536 }, (_, n) => (n % 2 === 0 ? n >> 9 : n >> 1));
const skewed = Uint8Array.from({ length: 5000 }, (_, n) => (n % 3 === 0 ? 255 - (n % 7) : (n * n) % 256));

for (const [name, bytes] of Object.entries({ "no byte": new Uint8Array(), "one byte": new Uint8Array([0]), allBytes, allPairs, skewed })) {
  test(`${name}: what is encoded is decoded`, async () => {
    expect(await decodedBy(moduleSource(bytes))).toEqual(bytes);
  });
}

test("the text needs no escape in JavaScript or HTML, whatever the quotes", () => {
  expect(encode(allPairs).text).toMatch(/^[ !#%&()*+,\-./0-9:;=>?@A-Z[\]^_a-z{|}~]*$/);
});

test("each call decodes afresh, so a caller may change what it got", async () => {
  const { wasmBytes } = await imported(moduleSource(allBytes));
  wasmBytes().fill(7);
  expect(wasmBytes()).toEqual(allBytes);
});

test("esbuild's minifier keeps it, for old and new targets", async () => {
  for (const target of ["es2015", "es2022", "esnext"]) {
    const { code } = await transform(moduleSource(allPairs), { minify: true, target, format: "esm" });
    expect(await decodedBy(code)).toEqual(allPairs);
    expect(code.length).toBeLessThan(encode(allPairs).text.length + 700);
  }
});

test("Vite's build with its minifier keeps it", async () => {
  const output = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [{ name: "source", resolveId: (id) => (id === "virtual:bytes" ? "\0bytes" : undefined), load: (id) => (id === "\0bytes" ? moduleSource(allPairs) : undefined) }],
    build: { write: false, minify: "oxc", rollupOptions: { input: "virtual:bytes", preserveEntrySignatures: "strict" } },
  });
  const { code } = [output].flat()[0].output[0];
  expect(await decodedBy(code)).toEqual(allPairs);
  expect(code.length).toBeLessThan(encode(allPairs).text.length + 700);
});

test("it packs better than base64", () => {
  const base64 = gzipSync(Buffer.from(skewed).toString("base64"), { level: 9 }).length;
  expect(gzipSync(encode(skewed).text, { level: 9 }).length).toBeLessThan(base64);
});

async function decodedBy(code) {
  return (await imported(code)).wasmBytes();
}

function imported(code) {
  return import(/* @vite-ignore */ `data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`);
}
