import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { dependencies, packageFolder } from "../../scripts/build/package.mjs";
import { root } from "../../scripts/run.mjs";

/** Packs pkg/ and installs the tarball into a fresh app outside the repository. */
export default async function setup(project) {
  const folder = mkdtempSync(join(tmpdir(), "ferrio-packaging-"));
  const app = join(folder, "app");
  const npm = (cwd, ...args) => promisify(execFile)("npm", args, { cwd });

  const pack = async (what) => JSON.parse((await npm(what, "pack", "--json", "--ignore-scripts", "--pack-destination", folder)).stdout)[0];
  const { filename, files } = await pack(packageFolder);
  // Those that the repository has are packed too: so npm has nothing to ask a registry for.
  const needed = await Promise.all(dependencies().map((name) => pack(join(root, "node_modules", name))));
  cpSync(join(import.meta.dirname, "app"), app, { recursive: true });
  await npm(app, "install", "--offline", "--no-audit", "--no-fund", ...[filename, ...needed.map((packed) => packed.filename)].map((file) => join(folder, file)));

  project.provide("packed", { app, tarball: join(folder, filename), files: files.map(({ path }) => path).sort() });
  return () => rmSync(folder, { recursive: true, force: true });
}
