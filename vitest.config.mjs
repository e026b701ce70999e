import { readFileSync } from "node:fs";

import { defineConfig } from "vitest/config";

import { moduleSource } from "./scripts/build/text-encoding.mjs";
import { wasmFile } from "./scripts/build/wasm.mjs";

/** The module `#wasm` as the build makes it, so that unit tests run the real core. */
const inlinedWasm = {
  name: "inlined-wasm",
  enforce: /** @type {const} */ ("pre"),
  resolveId: (/** @type {string} */ id) => (id === "#wasm" ? "\0wasm" : undefined),
  load: (/** @type {string} */ id) => (id === "\0wasm" ? moduleSource(readFileSync(wasmFile)) : undefined),
};

/** The tests that need no browser. tests/e2e and tests/packaging have configurations of their own. */
export default defineConfig({
  test: {
    projects: [
      { plugins: [inlinedWasm], test: { name: "unit", include: ["js/**/*.test.ts"] } },
      { test: { name: "types", include: [], typecheck: { enabled: true, only: true, include: ["js/**/*.test-d.ts"], tsconfig: "./js/tsconfig.json" } } },
      { test: { name: "tooling", include: ["scripts/**/*.test.mjs", "benches/**/*.test.mjs"], testTimeout: 30_000 } },
    ],
  },
});
