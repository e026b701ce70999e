// The layers of the tests, in the order in which `npm test` runs them.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { build } from "../build.mjs";
import { fuzzBriefly, fuzzFolder, targets } from "../fuzz.mjs";
import { npmProgram, root, tee } from "../run.mjs";
import { chromedriver } from "../setup.mjs";
import { countsOfCheck, countsOfRust, countsOfVitest, sum } from "./counts.mjs";

const wasm = ["--features", "npm", "--target", "wasm32-unknown-unknown"];
/** Without the module's own panic handler, which a test binary already has. */
const bindings = ["--features", "bindings", "--target", "wasm32-unknown-unknown"];
/** No layer takes nearly as long; one that does hangs. */
const limit = 20 * 60_000;

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} about one line for --help
 * @property {boolean} [browser] needs Chromium
 * @property {boolean} [package] needs the built package
 * @property {() => Promise<{ passed: number, failed: number }>} run
 */

/** @type {Layer[]} */
export const layers = [
  { name: "fmt", about: "rustfmt", run: () => checks(["cargo", "fmt", "--all", "--check"]) },
  {
    name: "clippy",
    about: "clippy, warnings are errors: the core natively, the bindings for wasm",
    run: () =>
      checks(
        ["cargo", "clippy", "--locked", "--all-targets", "--", "-D", "warnings"],
        ["cargo", "clippy", "--locked", "--lib", ...wasm, "--", "-D", "warnings"],
        ["cargo", "clippy", "--locked", "--test", "browser", ...bindings, "--", "-D", "warnings"],
      ),
  },
  {
    name: "rustdoc",
    about: "the crate's documentation, warnings are errors",
    run: () => checks(["cargo", "doc", "--locked", "--no-deps"], ["cargo", "doc", "--locked", "--no-deps", "--lib", ...wasm]),
  },
  { name: "native", about: "Rust tests: the core on a virtual clock, codecs, layering, doc tests", run: async () => countsOfRust(await shown("cargo", ["test", "--locked", "--no-fail-fast"])) },
  { name: "fuzz", about: "fuzz targets: format and lint, the corpus and a fixed number of executions of each", run: fuzz },
  { name: "browser", about: "Rust tests in Chromium through wasm-pack: core and bindings on the shared wire vectors", browser: true, run: testInBrowser },
  { name: "build", about: "the npm package in pkg/", run: () => build().then(() => ({ passed: 1, failed: 0 })) },
  {
    name: "tsc",
    about: "TypeScript, strict: js, tests, demo",
    package: true,
    run: () => checks(...["js", "tests", "demo"].map((project) => [npmProgram("tsc"), "--noEmit", "--project", project])),
  },
  { name: "types", about: "type tests: js/**/*.test-d.ts", run: () => vitest("types", ["--project", "types"]) },
  { name: "eslint", about: "lint of TypeScript and scripts, with the walls between the rooms of js/", package: true, run: () => checks([npmProgram("eslint"), "."]) },
  { name: "unit", about: "unit tests of the TypeScript: js/**/*.test.ts", package: true, run: () => vitest("unit", ["--project", "unit"]) },
  { name: "tooling", about: "tests of the scripts: scripts/**/*.test.mjs, benches/**/*.test.mjs", run: () => vitest("tooling", ["--project", "tooling"]) },
  { name: "e2e", about: "end to end: real servers, Chromium", browser: true, package: true, run: () => vitest("e2e", ["--config", "tests/e2e/vitest.config.ts"]) },
  { name: "faults", about: "servers that misbehave in every way, Chromium", browser: true, package: true, run: () => vitest("faults", ["--config", "tests/faults/vitest.config.ts"]) },
  { name: "packaging", about: "publint, attw, the packed tarball in a fresh Vite app", browser: true, package: true, run: () => vitest("packaging", ["--config", "tests/packaging/vitest.config.mjs"]) },
  { name: "size", about: "the size limit of each entry", package: true, run: () => checks(["node", "scripts/size.mjs"]) },
];

/** Runs commands one after another, each counting as one test. */
async function checks(...commands) {
  const counts = [];
  for (const [command, ...args] of commands) counts.push(countsOfCheck(await shown(command, args)));
  return sum(counts);
}

async function fuzz() {
  const failed = await fuzzBriefly();
  const lint = ["clippy", "--release", "--locked", "--", "-D", "warnings"];
  const fmt = await checks(["cargo", "fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]);
  const clippy = countsOfCheck(await shown("cargo", lint, fuzzFolder()));
  return sum([fmt, clippy, { passed: targets.length - failed.length, failed: failed.length }]);
}

async function testInBrowser() {
  const options = ["--headless", "--chrome", "--chromedriver", chromedriver, "--mode", "no-install"];
  return countsOfRust(await shown("wasm-pack", ["test", ...options, "--", "--locked", "--features", "bindings", "--test", "browser"]));
}

async function vitest(name, args) {
  const report = join(root, "target", "ferrio", "reports", `${name}.json`);
  mkdirSync(join(root, "target", "ferrio", "reports"), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return countsOfVitest(await shown(npmProgram("vitest"), ["run", ...args, ...reporters]), report);
}

function shown(command, args, { env, ...options } = {}) {
  const color = process.stdout.isTTY ? { CARGO_TERM_COLOR: "always" } : {};
  return tee(command, args, { limit, ...options, env: { ...color, RUSTDOCFLAGS: "-D warnings", WASM_BINDGEN_TEST_TIMEOUT: "300", ...env } });
}
