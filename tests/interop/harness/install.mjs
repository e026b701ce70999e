// What the servers need beyond npm's packages. Every step first looks whether it is already done.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { whenChanged } from "../../../scripts/build/stamp.mjs";
import { Failure, ask, cacheFolder, isOnPath, root, run } from "../../../scripts/run.mjs";
import { announce, installDebianPackages } from "../../../scripts/setup.mjs";

const folder = "tests/interop";

/** A Python with the packages of requirements.txt; returns its path. */
export async function ensurePython() {
  const requirements = join(root, folder, "python", "requirements.txt");
  if (ask("python3", ["-c", "import ensurepip"]) === undefined) {
    await installDebianPackages(["python3", "python3-venv"], "python-socketio needs Python 3 with its module venv");
  }
  const version = ask("python3", ["-c", "import sys; print(sys.version)"]);
  const hash = createHash("sha256").update(version + readFileSync(requirements, "utf8")).digest("hex");
  const venv = cacheFolder(`python-${hash.slice(0, 12)}`);
  const python = join(venv, "bin", "python");
  if (ask(python, ["-c", ""]) !== undefined) return python;
  announce("a Python environment with python-socketio and uvicorn");
  // Made beside it and moved when complete, so that what is there is whole, also when two runs do this at once.
  const draft = `${venv}.${process.pid}`;
  rmSync(venv, { recursive: true, force: true });
  try {
    await run("python3", ["-m", "venv", draft]);
    await run(join(draft, "bin", "python"), ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
    if (!existsSync(venv)) renameSync(draft, venv);
  } catch (error) {
    throw new Failure(`The Python environment could not be made (${error.message}). Check the network and Python 3.10 or newer.`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return python;
}

/** The server of tests/interop/socketioxide; returns its path. Its dependencies are compiled once for all clones on a machine. */
export async function ensureSocketioxide() {
  const name = "ferrio-interop-socketioxide";
  const program = join(root, "target", "ferrio", "interop", name);
  await whenChanged({
    name: "interop-socketioxide",
    inputs: [join(folder, "socketioxide")],
    extra: ask("rustc", ["--version"]),
    output: program,
    step: async () => {
      announce("socketioxide with axum (compiled once, a minute or two)");
      const target = cacheFolder("interop-socketioxide");
      const manifest = join(folder, "socketioxide", "Cargo.toml");
      await run("cargo", ["build", "--locked", "--manifest-path", manifest, "--target-dir", target]);
      mkdirSync(dirname(program), { recursive: true });
      // A file of its own: a server that still runs from the old one keeps it.
      rmSync(program, { force: true });
      copyFileSync(join(target, "debug", name), program);
    },
  });
  return program;
}

/** nginx and redis-server; returns their paths. */
export async function ensureCluster() {
  const find = (name) => [`/usr/sbin/${name}`, `/usr/bin/${name}`, name].find((path) => (path === name ? isOnPath(name) : existsSync(path)));
  if (!find("nginx") || !find("redis-server")) {
    await installDebianPackages(["nginx", "redis-server"], "the cluster needs nginx and Redis");
  }
  return { nginx: find("nginx") ?? "nginx", redis: find("redis-server") ?? "redis-server" };
}
