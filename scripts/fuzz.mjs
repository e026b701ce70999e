// Fuzzing: builds the targets of fuzz/ with coverage, which needs cargo and a C++ compiler and no nightly toolchain, and runs
// them. What it finds stays in target/fuzz/.
//
//   node scripts/fuzz.mjs [target…]             the bounded run of `npm test`: the corpus, then a fixed number of executions
//   node scripts/fuzz.mjs --runs N [target…]    a long run: N executions of each target, from a corpus that grows
//   node scripts/fuzz.mjs --minimise [target…]  the smallest part of that corpus that covers as much, into fuzz/corpus/

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { Failure, root, run, start, whenStarted } from "./run.mjs";
import { ensureCppCompiler } from "./setup.mjs";

const fuzz = join(root, "fuzz");
const work = join(root, "target", "fuzz");

/**
 * Every target, with the executions of a bounded run and the most bytes of an input. They are counted, not timed: a slow machine
 * tries as much as a fast one.
 */
export const targets = [
  { name: "engine_packet", runs: 50_000, bytes: 96 },
  { name: "payload", runs: 20_000, bytes: 128 },
  { name: "framing", runs: 30_000, bytes: 128 },
  { name: "handshake", runs: 50_000, bytes: 192 },
  { name: "socket_header", runs: 30_000, bytes: 128 },
  { name: "assembly", runs: 15_000, bytes: 128 },
  { name: "manager", runs: 5_000, bytes: 512 },
];

/** The bounded run of every target. Returns the names of those that found something. */
export async function fuzzBriefly(chosen = targets) {
  await build();
  const failed = [];
  for (const target of chosen) {
    const fresh = join(work, "brief", target.name);
    rmSync(fresh, { recursive: true, force: true });
    if (!(await fuzzOnce(target, fresh, target.runs, "-seed=1"))) failed.push(target.name);
  }
  return failed;
}

/** `runs` executions of each target. */
async function fuzzLong(chosen, runs) {
  await build();
  for (const target of chosen) {
    const done = await fuzzOnce(target, grown(target), runs);
    if (!done) throw new Failure(`${target.name} found something. Fix it, and move the input to fuzz/regressions/${target.name}/.`);
  }
}

/** Keeps what is needed of the grown corpus. */
async function minimise(chosen) {
  await build();
  for (const target of chosen) {
    const next = join(work, "minimised");
    rmSync(next, { recursive: true, force: true });
    mkdirSync(next, { recursive: true });
    await quietly(program(target), ["-set_cover_merge=1", `-max_len=${target.bytes}`, next, ...inputs(target), ...[grown(target)].filter(existsSync)]);
    rmSync(join(fuzz, "corpus", target.name), { recursive: true, force: true });
    cpSync(next, join(fuzz, "corpus", target.name), { recursive: true });
  }
}

/** Runs a target on its corpus and `runs` inputs made from it; false, and its last words, when it found something. */
async function fuzzOnce(target, folder, runs, ...flags) {
  mkdirSync(folder, { recursive: true });
  const artifacts = join(work, "found", target.name);
  mkdirSync(artifacts, { recursive: true });
  const limits = [`-runs=${runs}`, `-max_len=${target.bytes}`, "-timeout=60", `-artifact_prefix=${artifacts}/`];
  const begun = performance.now();
  const { code, output } = await quietly(program(target), [...limits, ...flags, folder, ...inputs(target)]);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  // Without coverage libFuzzer works all the same, blindly: the flags of fuzz/.cargo/config.toml were not used.
  if (!/Loaded 1 modules +\([1-9]\d+ inline 8-bit counters\)/.test(output)) throw new Failure(`${target.name} was built without coverage.`);
  const done = /^Done (\d+) runs/m.exec(output);
  if (code !== 0 || done === null) {
    console.error(`${output.slice(-20_000)}\n${target.name}: found something after ${seconds} s; the input is in ${artifacts}.`);
    return false;
  }
  const covered = /DONE +cov: (\d+)/.exec(output)?.[1];
  console.log(`${target.name.padEnd(14)} ${done[1].padStart(9)} executions, ${covered} places covered, ${seconds} s`);
  return true;
}

/** Compiles the targets; libFuzzer, which comes with the crate `libfuzzer-sys`, is C++. */
async function build() {
  await ensureCppCompiler();
  await run("cargo", ["build", "--release", "--locked"], fuzzFolder());
}

/** Cargo reads fuzz/.cargo/config.toml where it is started; flags of the environment would take the place of those there. */
export function fuzzFolder() {
  return { cwd: fuzz, env: { RUSTFLAGS: undefined, CARGO_ENCODED_RUSTFLAGS: undefined, CARGO_BUILD_TARGET: undefined } };
}

function program({ name }) {
  const triple = readdirSync(work).find((folder) => existsSync(join(work, folder, "release", name)));
  if (triple === undefined) throw new Failure(`the target ${name} was not built.`);
  return join(work, triple, "release", name);
}

/** Where inputs come from: the corpus, one input for everything that was found, and the wire examples of the tests. */
function inputs({ name }) {
  const folders = ["corpus", "regressions"].map((folder) => join(fuzz, folder, name)).filter(existsSync);
  const examples = wireExamples(name);
  if (examples.length === 0) return folders;
  const seeds = join(work, "seeds", name);
  rmSync(seeds, { recursive: true, force: true });
  mkdirSync(seeds, { recursive: true });
  examples.forEach((text, nth) => writeFileSync(join(seeds, `${nth}`), text));
  return [...folders, seeds];
}

/** The texts of tests/vectors/ that are an input as they are. */
function wireExamples(name) {
  const table = (file) => JSON.parse(readFileSync(join(root, "tests", "vectors", file), "utf8"));
  switch (name) {
    case "engine_packet":
      return table("engineio-packets.json").received.map(({ frame }) => frame);
    case "payload":
      return table("payloads.json").split.map(({ body }) => body);
    case "handshake":
      return [...table("handshakes.json").map(({ text }) => text), ...Object.values(table("json.json")).flat()];
    case "socket_header":
      return table("socketio-packets.json").received.map(({ frame }) => frame);
    default:
      return [];
  }
}

function grown({ name }) {
  return join(work, "corpus", name);
}

/** Runs a program and keeps its output, of which there is much. */
async function quietly(command, args) {
  const child = start(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  return { code, output };
}

function chosenTargets(names) {
  const unknown = names.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) throw new Failure(`there is no target \`${unknown}\`; there are ${targets.map(({ name }) => name).join(", ")}.`);
  return names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name));
}

await whenStarted(import.meta.url, async (args) => {
  if (args[0] === "--minimise") return minimise(chosenTargets(args.slice(1)));
  if (args[0] !== "--runs") {
    const failed = await fuzzBriefly(chosenTargets(args));
    if (failed.length > 0) throw new Failure(`found something: ${failed.join(", ")}`);
    return;
  }
  const runs = Number(args[1]);
  if (!(runs > 0)) throw new Failure("--runs takes a number of executions.");
  await fuzzLong(chosenTargets(args.slice(2)), runs);
});
