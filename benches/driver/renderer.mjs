/** The browser's renderer processes, and the CPU time of their main threads as the kernel counts it (Linux only). */
import { readFileSync } from "node:fs";

/** Microseconds that the main thread of process `pid` has run so far; exact while it sleeps. */
export function mainThreadMicros(pid) {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ", 1)[0]) / 1000;
}

/**
 * Process ids of the renderers.
 * @param {import("playwright-core").CDPSession} session a session of the browser itself, not of a page
 * @returns {Promise<number[]>}
 */
export async function rendererPids(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}
