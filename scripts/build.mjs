// `npm run build`: leaves the complete npm package, ready for `npm pack`, in pkg/. What has not changed is not built again.
//
//   node scripts/build.mjs

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { buildPackage } from "./build/package.mjs";
import { buildWasm } from "./build/wasm.mjs";
import { root, whenStarted } from "./run.mjs";
import { setup } from "./setup.mjs";

/** Sets up what building needs and builds the package. */
export async function build() {
  await setup();
  const unlock = await lock();
  try {
    await buildWasm();
    await buildPackage();
  } finally {
    unlock();
  }
}

/** Two builds in one tree (a test run beside `npm run build`) take turns. A lock whose process is gone is ignored. */
async function lock() {
  const folder = join(root, "target", "ferrio");
  const file = join(folder, "build.lock");
  mkdirSync(folder, { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!isHeld(file)) rmSync(file, { force: true });
      else await pause(100);
    }
  }
}

function isHeld(file) {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    if (owner === 0) return Date.now() - statSync(file).mtimeMs < 5000; // being written
    process.kill(owner, 0);
    return true;
  } catch {
    return false;
  }
}

await whenStarted(import.meta.url, async () => {
  await build();
  console.log("build: pkg/ is ready");
});
