import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { packageFolder } from "../../scripts/build/package.mjs";

/** Packs pkg/ and installs the tarball into a fresh app outside the repository. */
export default async function setup(project) {
  const folder = mkdtempSync(join(tmpdir(), "ferrio-packaging-"));
  const app = join(folder, "app");
  const npm = (cwd, ...args) => promisify(execFile)("npm", args, { cwd });

  const { stdout } = await npm(packageFolder, "pack", "--json", "--pack-destination", folder);
  const [{ filename, files }] = JSON.parse(stdout);
  cpSync(join(import.meta.dirname, "app"), app, { recursive: true });
  // The package has no dependency, so nothing but the tarball is needed.
  await npm(app, "install", "--offline", "--no-audit", "--no-fund", join(folder, filename));

  project.provide("packed", { app, tarball: join(folder, filename), files: files.map(({ path }) => path).sort() });
  return () => rmSync(folder, { recursive: true, force: true });
}
