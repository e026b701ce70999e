// `npm test`: sets up what is missing, runs every layer (but those that have to be named), and ends with a table and the line `N passed, N failed`.
//
//   node scripts/test.mjs [--list | --help | layer…]

import { performance } from "node:perf_hooks";

import { Failure, whenStarted } from "./run.mjs";
import { setup } from "./setup.mjs";
import { sum } from "./test/counts.mjs";
import { layers } from "./test/layers.mjs";

/** Runs the named layers, or all that need no naming; a failure does not keep the others from running. */
async function test(names) {
  const chosen = names.length === 0 ? layers.filter(({ named }) => !named) : names.map(layerNamed);
  await setup({ browsers: [...new Set(chosen.flatMap(({ browser }) => browser ?? []))] });

  const results = [];
  let built;
  for (const layer of chosen) {
    console.log(`\n━━ ${layer.name}: ${layer.about}`);
    const start = performance.now();
    if (layer.name === "build" || layer.package) built ??= await attempt(layerNamed("build").run);
    const counts = await countsOf(layer, built);
    results.push({ name: layer.name, ...counts, seconds: (performance.now() - start) / 1000 });
  }
  report(results);
}

async function countsOf(layer, built) {
  if (layer.name === "build") return built;
  if (layer.package && built.failed > 0) {
    console.error(`${layer.name} was not run: the package could not be built.`);
    return { passed: 0, failed: 1 };
  }
  return attempt(layer.run);
}

async function attempt(run) {
  try {
    return await run();
  } catch (error) {
    console.error(error instanceof Failure ? `error: ${error.message}` : error);
    return { passed: 0, failed: 1 };
  }
}

function report(results) {
  const total = sum(results);
  const row = (name, passed, failed, seconds, note = "") => `${name.padEnd(14)}${String(passed).padStart(8)}${String(failed).padStart(8)}${seconds.padStart(10)}${note}`;
  console.log(`\n${row("layer", "passed", "failed", "seconds")}`);
  for (const { name, passed, failed, seconds } of results) console.log(row(name, passed, failed, seconds.toFixed(1), failed > 0 ? "  ✗" : ""));
  console.log();
  // The summary is the very last line, whatever is still buffered elsewhere.
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  if (total.failed > 0) process.exitCode = 1;
}

function layerNamed(name) {
  const layer = layers.find((candidate) => candidate.name === name);
  if (layer === undefined) throw new Failure(`there is no layer \`${name}\`. ${usage()}`);
  return layer;
}

function usage() {
  const list = layers.map(({ name, about, named }) => `  ${name.padEnd(14)}${about}${named ? " (only when named)" : ""}`).join("\n");
  return `Usage: node scripts/test.mjs [layer…]\n\nWithout a layer all of them run, in this order, but those "only when named":\n${list}`;
}

await whenStarted(import.meta.url, async (args) => {
  if (args.includes("--help") || args.includes("--list")) console.log(usage());
  else await test(args);
});
