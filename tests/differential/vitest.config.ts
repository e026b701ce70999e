import { defineConfig } from "vitest/config";

import e2e from "../e2e/vitest.config.ts";

/** The same script on the peer and on Ferrio. Scenarios have servers and pages of their own, so several run at a time. */
export default defineConfig({
  ...e2e,
  root: import.meta.dirname,
  test: {
    ...e2e.test,
    globalSetup: ["../e2e/harness/global-setup.ts"],
    maxConcurrency: 4,
  },
});
