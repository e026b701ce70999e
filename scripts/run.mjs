// Starting other programs: one place that knows where our tools are, and what to say when one fails.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository's root, without a trailing slash. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A failure whose message alone says what happened and what to do: printed without a stack. */
export class Failure extends Error {
  name = "Failure";
}

/** Runs a program with our environment, its output shown as it comes. Rejects with a `Failure` unless it exits with 0. */
export async function run(command, args = [], options = {}) {
  const { code, signal } = await exit(start(command, args, { stdio: ["ignore", "inherit", "inherit"], ...options }), command);
  if (code !== 0) throw new Failure(`\`${shown(command, args)}\` ${signal ? `was ended by ${signal}` : `failed with exit code ${code}`}`);
}

/**
 * Runs a program, shows its output as it comes and also returns it (stdout and stderr together) with the exit code.
 * After `limit` ms the program and all that it started are ended, which counts as a failure.
 */
export async function tee(command, args = [], { limit = Infinity, ...options } = {}) {
  const child = start(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true, ...options });
  let output = "";
  for (const [stream, out] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      out.write(text);
    });
  }
  const interrupted = (signal) => {
    endGroup(child, signal);
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupted);
  const timers = [];
  if (limit !== Infinity) {
    timers.push(setTimeout(() => {
      console.error(`\n\`${shown(command, args)}\` was not done after ${limit / 60_000} minutes and is ended.`);
      endGroup(child, "SIGTERM");
      timers.push(setTimeout(() => endGroup(child, "SIGKILL"), 5000));
    }, limit));
  }
  try {
    const { code } = await exit(child, command);
    return { code: code ?? 1, output };
  } finally {
    timers.forEach(clearTimeout);
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupted);
  }
}

/** A short question to a program: its stdout, trimmed, or `undefined` when it is missing or fails. */
export function ask(command, args = []) {
  const answer = spawnSync(command, args, { cwd: root, env: environment(), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** Starts a program in the repository's root with our environment and hands it over. */
export function start(command, args = [], { env, ...options } = {}) {
  return spawn(command, args, { cwd: root, ...options, env: { ...environment(), ...env } });
}

/** The path of a program of an installed npm package, e.g. `esbuild`. */
export function npmProgram(name) {
  return join(root, "node_modules", ".bin", name);
}

/** The folder into which a cargo tool of exactly this version is installed, shared by all clones on a machine. */
export function cargoToolRoot(tool, version) {
  return cacheFolder(`${tool}-${version}`);
}

/** A folder outside of the repository, shared by all clones on a machine. */
export function cacheFolder(name) {
  return join(process.env.FERRIO_CACHE ?? join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "ferrio"), name);
}

/** The pinned command line tools; wasm-bindgen's must have exactly the library's version. */
export function cargoTools() {
  return [
    { tool: "wasm-pack", version: "0.15.1", program: "wasm-pack" },
    { tool: "wasm-bindgen-cli", version: lockedVersion("wasm-bindgen"), program: "wasm-bindgen" },
  ];
}

/** Whether a program of this name is found by our children. */
export function isOnPath(program) {
  return environment().PATH.split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
}

/** Runs `main` when the module at `url` is the program that was started; a `Failure` is told in one line. */
export async function whenStarted(url, main) {
  if (process.argv[1] === undefined || url !== pathToFileURL(process.argv[1]).href) return;
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Failure ? `\nerror: ${error.message}` : error);
    process.exitCode = 1;
  }
}

/** The environment of every child: our tools first, then cargo's folder, then the caller's PATH. */
function environment() {
  const tools = existsSync(join(root, "Cargo.lock")) ? cargoTools().map(({ tool, version }) => join(cargoToolRoot(tool, version), "bin")) : [];
  const cargo = join(process.env.CARGO_HOME || join(homedir(), ".cargo"), "bin");
  return { ...process.env, PATH: [...tools, cargo, process.env.PATH ?? ""].join(delimiter) };
}

function lockedVersion(crate) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const version = new RegExp(`^name = "${crate}"\\r?\\nversion = "([^"]+)"`, "m").exec(lock)?.[1];
  if (version === undefined) throw new Failure(`Cargo.lock does not list the crate \`${crate}\`. Restore Cargo.lock from git.`);
  return version;
}

/** Signals a program that leads a process group of its own, and everything in that group. */
function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

function exit(child, command) {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      reject(new Failure(error.code === "ENOENT" ? `\`${command}\` was not found. Run \`npm run setup\` first.` : `\`${command}\`: ${error.message}`));
    });
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

function shown(command, args) {
  return [command.replace(`${root}/`, ""), ...args].join(" ");
}
