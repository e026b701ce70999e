/** What the figures were measured on. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";

/** @param {string} browserVersion */
export function describeMachine(browserVersion) {
  return {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    chromium: browserVersion,
    node: process.version,
    loadAtStart: loadavg()[0],
    commit: commit(),
  };
}

/** The commit that was measured; undefined outside of a repository. */
function commit() {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
