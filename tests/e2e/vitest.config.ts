import { defineConfig } from "vitest/config";

/**
 * End-to-end tests: real servers in Node, a real page in Chromium.
 * One worker and one browser for all files; the files run one after another.
 */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ["*.test.ts"],
    environment: "node",
    globalSetup: ["harness/global-setup.ts"],
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000, interval: 10 } },
    teardownTimeout: 20_000,
  },
});
