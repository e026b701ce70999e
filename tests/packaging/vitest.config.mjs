import { defineConfig } from "vitest/config";

/** The packed tarball as an app's author meets it. One file after another: they share the machine with a browser. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ["*.test.mjs"],
    globalSetup: ["global-setup.mjs"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
