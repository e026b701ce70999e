/** A whole run: every selected workload in rounds, each round with every client. */
import { bundleClients } from "./clients.mjs";
import { Stage } from "./driver/stage.mjs";
import { describeMachine } from "./machine.mjs";
import { summarize } from "./summary.mjs";

/**
 * @typedef {{ workloads: import("./workloads.mjs").Workload[], rounds: number, slices: number, standIn?: string }} Plan
 * @typedef {{ started: string, rounds: number, slices: number, standIn?: string, machine: object, sizes: Record<string, { raw: number, gzip: number }>,
 *             rows: Row[], seconds: number }} Report
 * @typedef {import("./summary.mjs").Summary & { measurements: Record<string, import("./driver/page.mjs").Measurement>[], error?: string }} Row
 */

/**
 * @param {Plan} plan
 * @param {(row: Row) => void} onRow called with each workload's row as soon as it is known
 * @returns {Promise<Report>}
 */
export async function run({ workloads, rounds, slices, standIn }, onRow) {
  const begin = performance.now();
  const started = new Date().toISOString();
  const clients = await bundleClients(standIn);
  const sizes = Object.fromEntries(clients.filter(({ bytes }) => bytes).map(({ name, bytes }) => [name, bytes]));
  const stage = await Stage.open(clients);
  try {
    const machine = describeMachine(stage.browserVersion);
    const rows = [];
    for (const workload of workloads) {
      const row = await runWorkload(stage, clients.map(({ name }) => name), workload, rounds, slices);
      rows.push(row);
      onRow(row);
    }
    return { started, rounds, slices, standIn, machine, sizes, rows, seconds: Math.round((performance.now() - begin) / 1000) };
  } finally {
    await stage.close();
  }
}

async function runWorkload(stage, clients, workload, rounds, slices) {
  const measurements = [];
  let error;
  try {
    for (let round = 0; round < rounds; round++) measurements.push(await stage.round(rotated(clients, round), workload, slices));
  } catch (failure) {
    error = failure.message;
  }
  return { ...summarize(workload, measurements), measurements, error };
}

/** Nobody has an advantage by being first or by following a certain other. */
function rotated(clients, by) {
  const at = by % clients.length;
  return [...clients.slice(at), ...clients.slice(0, at)];
}
