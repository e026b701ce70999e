// `npm run setup`: installs what the other commands need. Every step first looks whether it is already done, so
// a second run costs next to nothing. Plain Node, no dependency: this runs before `npm ci`.
//
//   node scripts/setup.mjs [--browser | --browsers]

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Failure, ask, cargoToolRoot, cargoTools, isOnPath, npmProgram, root, run, whenStarted } from "./run.mjs";

/** Browsers and their drivers as Debian installs them; tests and benchmarks start exactly these. */
export const chromium = "/usr/bin/chromium";
export const chromedriver = "/usr/bin/chromedriver";
const firefox = "/usr/bin/firefox-esr";
const webkitDriver = "/usr/bin/WebKitWebDriver";

/** @typedef {"chromium" | "firefox" | "webkit"} Browser */

const debianBrowsers = {
  chromium: { packages: ["chromium", "chromium-driver"], programs: [chromium, chromedriver] },
  firefox: { packages: ["firefox-esr"], programs: [firefox] },
  // WebKitGTK's browser needs a display, also where there is none.
  webkit: { packages: ["webkit2gtk-driver", "xvfb"], programs: [webkitDriver, "/usr/bin/Xvfb"] },
};

const wasmTarget = "wasm32-unknown-unknown";

/** Everything that building needs, and the browsers named in `browsers`. */
export async function setup({ browsers = [] } = {}) {
  ensureNode();
  await ensureLinker();
  await ensureRust();
  await ensureNodeModules();
  await ensureCargoTools();
  for (const browser of browsers) await ensureBrowser(browser);
}

/** Node 20.19 or newer (`require` of ES modules, as the installed tools expect it). */
export function ensureNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Failure(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
}

/** cargo needs a C linker for build scripts and tools, even though none of our own code is C. */
export async function ensureLinker() {
  if (isOnPath("cc")) return;
  await installDebianPackages(["gcc", "libc6-dev"], "cargo needs a C linker (`cc`), which is not installed");
}

/** libFuzzer, which the fuzz targets are linked with, is C++. */
export async function ensureCppCompiler() {
  if (isOnPath("c++")) return;
  await installDebianPackages(["g++"], "fuzzing needs a C++ compiler (`c++`), which is not installed");
}

/** The toolchain of rust-toolchain.toml with its wasm target and components. */
export async function ensureRust() {
  if (!isOnPath("cargo") || !isOnPath("rustup")) {
    throw new Failure("`cargo` or `rustup` was not found, neither on the PATH nor in ~/.cargo/bin. Install Rust with rustup (see rustup.rs) and try again.");
  }
  if (hasRustTarget() && ask("cargo", ["clippy", "--version"]) && ask("cargo", ["fmt", "--version"])) return;
  announce(`Rust toolchain with ${wasmTarget}, rustfmt and clippy`);
  // To a toolchain that is there, only what it lacks is added: it stays the version it is. Without one this installs what
  // rust-toolchain.toml asks for; rustup before 1.28 cannot do that by name, but does with the first command.
  if (!ask("rustc", ["--version"])) await run("rustup", ["toolchain", "install"]).catch(() => run("rustup", ["show"]));
  await run("rustup", ["target", "add", wasmTarget]);
  await run("rustup", ["component", "add", "rustfmt", "clippy"]);
  if (!hasRustTarget()) throw new Failure(`rustup installed the target ${wasmTarget}, but rustc does not find it. Is \`rustc\` on the PATH the one of rustup?`);
}

/** wasm-pack and wasm-bindgen's command line, each of a pinned version in a folder of its own outside the repository. */
export async function ensureCargoTools() {
  if (!existsSync(join(root, "Cargo.lock"))) throw new Failure("Cargo.lock is missing: it says which version of wasm-bindgen is needed. Restore it from git.");
  for (const { tool, version, program } of cargoTools()) {
    const folder = cargoToolRoot(tool, version);
    if (existsSync(join(folder, "bin", program))) continue;
    announce(`${tool} ${version} (compiled once for this machine, some minutes)`);
    // Cargo locks the folder, so another clone that does the same now is waited for.
    const install = ["install", tool, "--version", `=${version}`, "--root", folder];
    await run("cargo", [...install, "--locked"]).catch(() => run("cargo", install)).catch((error) => {
      throw new Failure(`${tool} ${version} could not be installed (${error.message}). Check the network and the compiler's output above, then run \`npm run setup\` again.`);
    });
  }
}

/** `node_modules` as package-lock.json wants it. */
export async function ensureNodeModules() {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const hash = createHash("sha256").update(lock).digest("hex");
  const stamp = join(root, "node_modules", ".ferrio-lock-hash");
  if (textOf(stamp) === hash) return;
  if (!isInstalled(JSON.parse(lock))) {
    announce("npm packages");
    await run("npm", ["ci", "--no-audit", "--no-fund"]).catch((error) => {
      throw new Failure(`The npm packages could not be installed (${error.message}). Check the network and try again.`);
    });
  }
  writeFileSync(stamp, hash);
}

/** A browser and what drives it, for the browser tests. */
export async function ensureBrowser(browser) {
  const { packages, programs } = debianBrowsers[browser];
  if (programs.every((program) => existsSync(program))) return;
  await installDebianPackages(packages, `the browser tests need ${programs.join(" and ")}`);
  for (const program of programs) {
    if (!existsSync(program)) throw new Failure(`The packages were installed, but ${program} is not there. Put it at this path (a link will do).`);
  }
}

/** Installs them with apt-get, as root or by sudo; without either it says what to do. */
export async function installDebianPackages(packages, reason) {
  const command = `apt-get install --yes ${packages.join(" ")}`;
  if (!isOnPath("apt-get")) throw new Failure(`${reason}, and there is no apt-get to install it with. Install ${packages.join(" and ")} with your system's package manager.`);
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (sudo.length > 0 && ask("sudo", ["-n", "true"]) === undefined) {
    throw new Failure(`${reason}, and installing packages needs root. Run \`sudo apt-get update && sudo ${command}\` and try again.`);
  }
  announce(`${packages.join(", ")} (${reason})`);
  const [program, ...before] = [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
  try {
    await run(program, [...before, "update"]);
    await run(program, [...before, "install", "--yes", "--no-install-recommends", ...packages]);
  } catch (error) {
    throw new Failure(`${reason}, and ${error.message}. Install ${packages.join(" and ")} by hand and try again.`);
  }
}

function hasRustTarget() {
  const sysroot = ask("rustc", ["--print", "sysroot"]);
  return sysroot !== undefined && existsSync(join(sysroot, "lib", "rustlib", wasmTarget, "lib"));
}

/** Whether npm's own record of node_modules agrees with the lock file, as after an `npm install` by hand. */
function isInstalled(lock) {
  const record = textOf(join(root, "node_modules", ".package-lock.json"));
  if (record === undefined || !existsSync(npmProgram("esbuild"))) return false;
  const installed = JSON.parse(record).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) return true; // the root and the workspaces
    const found = installed[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Says what a step is about to do. */
export function announce(what) {
  console.log(`\n── setup: ${what}`);
}

await whenStarted(import.meta.url, async (args) => {
  const unknown = args.find((arg) => arg !== "--browser" && arg !== "--browsers");
  if (unknown !== undefined) throw new Failure(`unknown option ${unknown}; usage: node scripts/setup.mjs [--browser | --browsers]`);
  await setup({ browsers: args.includes("--browsers") ? Object.keys(debianBrowsers) : args.includes("--browser") ? ["chromium"] : [] });
  console.log("setup: everything is in place");
});
