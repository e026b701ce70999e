import { defineConfig, mergeConfig } from "vitest/config";

import e2e from "../e2e/vitest.config.ts";

/** What can go wrong: the servers, the page and the browser of the end-to-end tests. Tests of one group run side by side. */
export default mergeConfig(
  { ...e2e, test: { ...e2e.test, include: [], globalSetup: [] } },
  defineConfig({
    root: import.meta.dirname,
    test: { include: ["**/*.test.ts"], globalSetup: ["../e2e/harness/global-setup.ts"], maxConcurrency: 8, testTimeout: 150_000, chaiConfig: { truncateThreshold: 0 } },
  }),
);
