import { configDefaults, defineConfig } from "vitest/config";

import { isChromium } from "./harness/browser.ts";

/**
 * End-to-end tests: real servers in Node, a real page in the browser that `E2E_BROWSER` names.
 * One worker and one browser for all files; the files run one after another.
 */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ["*.test.ts"],
    // They bring a Chromium of their own, to freeze pages and to keep them in its back/forward cache.
    exclude: isChromium ? configDefaults.exclude : [...configDefaults.exclude, "page-life-{cache,freeze}.test.ts"],
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
