// The crate with its `npm` feature, as one small .wasm file. cargo compiles, wasm-bindgen binds, wasm-opt of the npm
// package `binaryen` makes it small. (Not through wasm-pack: it also builds the rlib, and then rustc leaves out
// link-time optimisation, which saves 0.2 KB after gzip.) The JavaScript that wasm-bindgen generates is not shipped:
// js/host instantiates the module itself, so the list of what the module imports is checked here.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { Failure, ask, npmProgram, root, run } from "../run.mjs";
import { whenChanged } from "./stamp.mjs";
import { exported, imported, tidied } from "./tidy.mjs";

/** The finished module. */
export const wasmFile = join(root, "target", "ferrio", "ferrio.wasm");

/**
 * Measured: LLVM has already done what makes it fast (`-O3` is 12 bytes larger after gzip, and as fast).
 */
const optimisation = ["-Oz", "--converge"];

/** Builds the module if its inputs have changed. */
export async function buildWasm() {
  await whenChanged({
    name: "wasm",
    inputs: ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo", "build.rs", "src", "scripts/run.mjs", "scripts/build/tidy.mjs", "scripts/build/wasm.mjs", "package-lock.json"],
    extra: ask("rustc", ["--version"]),
    output: wasmFile,
    step: compileAndOptimise,
  });
}

async function compileAndOptimise() {
  const out = join(root, "target", "ferrio", "wasm");
  rmSync(wasmFile, { force: true });
  const target = "wasm32-unknown-unknown";
  await run("cargo", ["rustc", "--release", "--lib", "--crate-type", "cdylib", "--features", "npm", "--target", target, "--locked"]);
  const linked = join(root, "target", target, "release", "ferrio.wasm");
  await run("wasm-bindgen", [linked, "--target", "web", "--out-dir", out, "--no-typescript", "--keep-debug"]);
  const compiled = join(out, "ferrio_bg.wasm");
  mkdirSync(dirname(wasmFile), { recursive: true });
  const features = ["--mvp-features", ...featureFlags()];
  const text = join(out, "ferrio.wat");
  const tidy = join(out, "tidy.wasm");
  await run(npmProgram("wasm-dis"), [compiled, ...features, "-o", text]);
  writeFileSync(text, tidied(readFileSync(text, "utf8")));
  await run(npmProgram("wasm-as"), [text, "-g", ...features, "-o", tidy]);
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  const functions = join(out, "functions.txt");
  await run(npmProgram("wasm-opt"), [tidy, ...features, ...optimisation, `--symbolmap=${functions}`, ...strip, "-o", wasmFile]);
  checkFunctions(readFileSync(functions, "utf8").split("\n"));
  check(compiled);
}

/**
 * Exactly the WebAssembly features that rustc assumes by default: all of them are in every browser we support, and
 * with any other one wasm-opt would write encodings that some of them reject.
 */
function featureFlags() {
  const cfg = ask("rustc", ["--print", "cfg", "--target", "wasm32-unknown-unknown"]);
  if (cfg === undefined) throw new Failure("rustc does not know its wasm target. Run `npm run setup`.");
  return [...cfg.matchAll(/^target_feature="([^"]+)"$/gm)].map(([, feature]) => {
    const flag = wasmOptNames[feature];
    if (flag === undefined) throw new Failure(`rustc enables the wasm feature \`${feature}\`, which the build does not know. Add wasm-opt's name for it to scripts/build/wasm.mjs.`);
    return `--enable-${flag}`;
  });
}

const wasmOptNames = {
  "bulk-memory": "bulk-memory",
  "extended-const": "extended-const",
  multivalue: "multivalue",
  "mutable-globals": "mutable-globals",
  "nontrapping-fptoint": "nontrapping-float-to-int",
  "reference-types": "reference-types",
  "sign-ext": "sign-ext",
};

function check(compiled) {
  const bytes = readFileSync(wasmFile);
  if (!WebAssembly.validate(bytes)) throw new Failure("wasm-opt wrote a module that does not validate.");
  const before = statSync(compiled).size;
  if (bytes.length >= before) throw new Failure(`wasm-opt did not make the module smaller (${before} bytes before, ${bytes.length} after).`);
  const module = new WebAssembly.Module(bytes);
  for (const section of ["name", "producers", "target_features"]) {
    if (WebAssembly.Module.customSections(module, section).length > 0) throw new Failure(`the module still has its \`${section}\` section.`);
  }
  checkImports(WebAssembly.Module.imports(module).map(({ name }) => name));
  const kilobytes = (size) => (size / 1024).toFixed(1);
  console.log(`wasm: ${kilobytes(before)} KB compiled, ${kilobytes(bytes.length)} optimised, ${kilobytes(gzipSync(bytes, { level: 9 }).length)} gzip, ${kilobytes(brotliCompressSync(bytes).length)} brotli`);
}

/** Fails when a function of core::fmt is left in the module: tidy.mjs has blanked its data, as nothing else is to use it. */
export function checkFunctions(names) {
  const formatting = names.filter((name) => /\bfmt\b/.test(name));
  if (formatting.length === 0) return;
  throw new Failure(`the module can format text (${formatting.join(", ")}): something in \`src/\` uses core::fmt, or scripts/build/tidy.mjs does not know the panics of this compiler.`);
}

/** What the module may import, as tidy.mjs has named it: one letter each. */
const short = imported.map((_, index) => String.fromCharCode(97 + exported.length + index));

/** Fails when the module asks for anything else than js/host gives it. */
export function checkImports(names) {
  const unexpected = names.filter((name) => !short.includes(name));
  if (unexpected.length === 0) return;
  throw new Failure(
    `the module imports what js/host does not give it: ${unexpected.join(", ")}. Does \`src/\` use a browser object, or format a panic message?` +
      " Correct the code, or the list in scripts/build/wasm.mjs together with js/host/instance.ts.",
  );
}
