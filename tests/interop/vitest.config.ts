import { defineConfig } from "vitest/config";

import e2e from "../e2e/vitest.config.ts";

/** The page of the end-to-end tests, and servers of other versions and makers. `INTEROP=npm,python` chooses among them. */
export default defineConfig({
  root: import.meta.dirname,
  test: { ...e2e.test, globalSetup: ["harness/global-setup.mjs"] },
});
