// `npm run demo`: sets up, builds the package and the demo's page, and serves it until Ctrl-C. PORT chooses the port.
//
//   node scripts/demo.mjs

import { join } from "node:path";

import { whenChanged } from "./build/stamp.mjs";
import { build } from "./build.mjs";
import { Failure, npmProgram, root, run, start, whenStarted } from "./run.mjs";

const demo = join(root, "demo");

async function buildPage() {
  await whenChanged({
    name: "demo",
    inputs: ["demo/index.html", "demo/public", "demo/src", "demo/shared", "demo/vite.config.ts", "demo/package.json", "pkg", "package-lock.json"],
    output: join(demo, "dist", "index.html"),
    step: () => run(npmProgram("vite"), ["build", "--logLevel", "warn"], { cwd: demo }),
  });
}

/** Runs the server until it ends; SIGINT and SIGTERM are passed on once, and are then a normal end. */
async function serve() {
  // In a group of its own the server hears Ctrl-C from us only, not a second time from the terminal.
  const server = start("node", ["demo/server.mjs"], { stdio: ["ignore", "inherit", "inherit"], detached: true });
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (!stopping) server.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
      stopping = true;
    });
  }
  process.once("exit", () => server.kill("SIGKILL"));
  const code = await new Promise((resolve, reject) => server.once("error", reject).once("close", resolve));
  if (code !== 0 && !stopping) throw new Failure(`the demo's server ended with exit code ${code}.`);
}

await whenStarted(import.meta.url, async () => {
  await build();
  await buildPage();
  await serve();
});
