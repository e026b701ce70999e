// A build step is skipped when the content of everything it reads is what it was the last time.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { root } from "../run.mjs";

/**
 * Runs `step` unless its inputs are unchanged since it last succeeded and `output` is there.
 * @param {{ name: string, inputs: string[], extra?: string, output: string, step: () => Promise<void> }} work
 * `inputs`: files and folders relative to the root (missing ones count as empty); `extra`: anything else the output depends on.
 * @returns {Promise<boolean>} whether it ran
 */
export async function whenChanged({ name, inputs, extra = "", output, step }) {
  const stamp = join(root, "target", "ferrio", `${name}.stamp`);
  const hash = hashOf(inputs, extra);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return false;
  rmSync(stamp, { force: true });
  await step();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}

function hashOf(inputs, extra) {
  const hash = createHash("sha256").update(extra);
  for (const input of inputs) {
    for (const file of filesOf(join(root, input))) {
      hash.update(`\0${file}\0`).update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !["node_modules", "target"].includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesOf(join(path, name)));
}
