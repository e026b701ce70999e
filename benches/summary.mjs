/** From measurements to what is said about a workload. */

/**
 * @typedef {{ name: string, title: string, peerMicros?: number, noise?: number, ratios: Record<string, number>,
 *             allocated: Record<string, number>, target?: number, goal?: number, met?: boolean }} Summary
 *   - `peerMicros`: CPU microseconds per event of the peer, median of the rounds
 *   - `ratios`: client / peer, median of the rounds' ratios
 *   - `noise`: how far the second copy of the peer is from 1 in a middling round
 *   - `target`: the highest accepted ratio, `"noise"` resolved
 *   - `met`: undefined without a target or without a measurement
 */

/**
 * @param {import("./workloads.mjs").Workload} workload
 * @param {Record<string, import("./driver/page.mjs").Measurement>[]} measurements one record of clients for each round
 * @returns {Summary}
 */
export function summarize({ name, title, target, goal }, measurements) {
  if (measurements.length === 0) return { name, title, ratios: {}, allocated: {}, goal };
  const clients = Object.keys(measurements[0]);
  const ratiosOf = (client) => measurements.map((round) => round[client].micros / round.peer.micros);
  const ratios = Object.fromEntries(clients.filter((client) => client !== "peer").map((client) => [client, median(ratiosOf(client))]));
  const noise = median(ratiosOf("peer2").map((ratio) => Math.abs(ratio - 1)));
  const limit = target === "noise" ? 1 + noise : target;
  const allocated = Object.fromEntries(clients.map((client) => [client, median(measurements.map((round) => round[client].allocated ?? NaN))]));
  return {
    name,
    title,
    peerMicros: median(measurements.map((round) => round.peer.micros)),
    noise,
    ratios,
    allocated,
    target: limit,
    goal,
    met: limit === undefined || ratios.ferrio === undefined ? undefined : ratios.ferrio <= limit,
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
