import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, inject, test } from "vitest";

import { npmProgram } from "../../scripts/run.mjs";

const { app, tarball, files } = inject("packed");
const installed = join(app, "node_modules", "ferrio");
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

test("the tarball holds code, declarations, wasm, licence and README, and nothing else", () => {
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist/ferrio.wasm", "dist/index.d.ts", "dist/index.js", "dist/msgpack.d.ts", "dist/msgpack.js", "dist/packets.d.ts", "dist/packets.js", "dist/react.d.ts", "dist/react.js", "dist/react-slim.js", "dist/react-suspense.js", "dist/slim.d.ts", "dist/slim.js", "package.json"]));
  expect(files.filter((file) => !/^(LICENSE|README\.md|package\.json|dist\/.+\.(js|d\.ts|wasm))$/.test(file))).toEqual([]);
  expect(files.filter((file) => /(?<!use-la)test|fixture/.test(file))).toEqual([]);
});

test("the manifest has the crate's version, and MessagePack as its one dependency; side effects have the default entry, which brings the wasm, what imports that, and packets", () => {
  const crate = readFileSync(join(import.meta.dirname, "../../Cargo.toml"), "utf8");
  expect(manifest.version).toBe(/^version = "(.+)"$/m.exec(crate)[1]);
  // Were it declared to have none, bundlers bypass the entry for what it only re-exports, and the client waits for its wasm for ever.
  expect(manifest).toMatchObject({ name: "ferrio", type: "module", sideEffects: ["./dist/index.js", "./dist/packets.js", "./dist/react.js"], license: "MIT" });
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, "../../js/package.json"), "utf8"));
  expect(manifest.dependencies).toEqual({ "@msgpack/msgpack": `^${dependencies["@msgpack/msgpack"]}` });
  expect(manifest.scripts ?? {}).toEqual({});
});

test("types come first in every export that has code", () => {
  for (const target of Object.values(manifest.exports)) {
    if (typeof target === "object") expect(Object.keys(target)).toEqual(["types", "default"]);
  }
});

test("publint has nothing to say", async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test("attw finds the types of every entry, for bundlers and Node", async () => {
  await promisify(execFile)(npmProgram("attw"), [tarball, "--profile", "esm-only", "--exclude-entrypoints", "./ferrio.wasm", "--no-emoji"]).catch((error) => {
    throw new Error(error.stdout + error.stderr);
  });
});

for (const resolution of ["bundler", "nodenext", "node16"]) {
  test(`an app in TypeScript compiles strictly under ${resolution}, the package's declarations included`, async () => {
    const module = { bundler: "esnext", nodenext: "nodenext", node16: "node16" }[resolution];
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", module, "--moduleResolution", resolution, "--lib", "es2022,dom,dom.iterable,esnext.disposable"];
    const sources = ["ask", "main", "msgpack", "slim", "assets.d"].map((name) => join(app, "src", `${name}.ts`));
    await promisify(execFile)(npmProgram("tsc"), [...options, ...sources], { cwd: app }).catch((error) => {
      throw new Error(error.stdout);
    });
  });
}

test("only the entry msgpack imports the dependency", () => {
  const code = files.filter((file) => file.endsWith(".js")).map((file) => [file, readFileSync(join(installed, file), "utf8")]);
  expect(code.filter(([, text]) => text.includes("@msgpack/msgpack")).map(([file]) => file)).toEqual(["dist/msgpack.js"]);
});

test("the entries for React are for the client, and nobody else has their code", async () => {
  for (const entry of ["react", "react-slim", "react-suspense"]) expect(readFileSync(join(installed, "dist", `${entry}.js`), "utf8")).toMatch(/^"use client";/);
  const bundle = async (entry) => (await build({ stdin: { contents: `export * from "${entry}";`, resolveDir: app }, bundle: true, format: "esm", write: false, external: ["react"] })).outputFiles[0].text;
  expect(await bundle("ferrio/react")).toContain("useSyncExternalStore");
  for (const entry of ["ferrio", "ferrio/slim", "ferrio/msgpack"]) expect(await bundle(entry)).not.toContain("useSyncExternalStore");
});

test("importing it in Node does nothing", async () => {
  const { stdout, stderr } = await promisify(execFile)("node", ["import.mjs"], { cwd: app });
  expect({ stdout, stderr }).toEqual({ stdout: "function,function,function 0 0\n", stderr: "" });
});
