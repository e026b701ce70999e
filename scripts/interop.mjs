// `npm run test:interop`: the page of the end-to-end tests against Socket.IO servers of other versions and makers. Installs
// what they need: a Python environment, a Rust server, nginx and Redis. `INTEROP=npm,python` chooses among them.
//
//   node scripts/interop.mjs [options and file names for vitest…]

import { build } from "./build.mjs";
import { npmProgram, run, whenStarted } from "./run.mjs";
import { setup } from "./setup.mjs";

await whenStarted(import.meta.url, async (args) => {
  await setup({ browser: true });
  await build();
  await run(npmProgram("vitest"), ["run", "--config", "tests/interop/vitest.config.ts", ...args]);
});
