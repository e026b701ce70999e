/**
 * Every workload of the benchmark: what runs, how much of it, and what ratio to the peer it has to reach.
 *
 * - `group`: the module of `page/` that runs it.
 * - `run`: that module's function, called with `options`.
 * - `slice`: events (or acks, or connections) that a page processes before it is another client's turn.
 * - `target`: highest accepted ratio ours / peer. `"noise"` accepts what the second copy of the peer shows in the same run.
 * - `goal`: the ratio we want in the long run, below or equal to the target.
 *
 * @typedef {{ name: string, title: string, group: "own-cost" | "end-to-end", run: string, slice: number,
 *             options: Record<string, unknown>, target?: number | "noise", goal?: number }} Workload
 */

/** The client's own cost: a stubbed WebSocket hands over prebuilt messages and swallows what is sent. */
const ownCost = [
  workload("recv-small", "receive 44 B", "receive", 30_000, { kind: "small" }, 0.75, 0.6),
  workload("recv-4k", "receive 4 KB", "receive", 2_500, { kind: "large" }, undefined, 0.98),
  workload("recv-binary-1k", "receive binary 1 KB", "receive", 20_000, { kind: "binary" }, 0.75, 0.6),
  workload("recv-8x64", "receive 8 attachments of 64 B", "receive", 8_000, { kind: "attachments" }, undefined, 0.75),
  workload("recv-small-50ns", "receive 44 B, 50 namespaces", "receive", 20_000, { kind: "small", namespaces: 50 }, 0.75, 0.45),
  workload("recv-small-500ns", "receive 44 B, 500 namespaces", "receive", 5_000, { kind: "small", namespaces: 500 }, 0.75, 0.15),
  workload("emit-small", "emit small, in bursts", "emit", 50_000, { kind: "small", burst: 100 }, 0.8, 0.65),
  workload("emit-small-turn", "emit small, one per turn", "emit", 40_000, { kind: "small", burst: 1 }, 0.8, 0.5),
  workload("emit-4k", "emit 4 KB", "emit", 2_500, { kind: "large", burst: 10 }, undefined, 0.85),
  workload("ack", "emit with ack, round trip", "ack", 12_000, {}, 0.75, 0.75),
].map((entry) => ({ ...entry, name: `own/${entry.name}`, group: "own-cost" }));

/** Real sockets: CPU of the page's main thread, the browser's own share included. */
const endToEnd = [
  workload("recv-small", "receive 44 B, websocket", "receive", 6_000, { kind: "small", transport: "websocket" }, "noise", 0.96),
  workload("emit-small", "emit small, websocket", "emit", 8_000, { kind: "small", burst: 200, transport: "websocket" }, "noise", 1),
  workload("ack-sequential", "ack, one at a time", "acks", 800, { inFlight: 1 }, 1, 0.92),
  workload("ack-pipelined", "ack, 1000 in flight", "acks", 4_000, { inFlight: 1000 }, 1, 0.92),
  workload("polling-recv-small", "polling: receive 44 B", "receive", 20_000, { kind: "small", transport: "polling" }, 0.85, 0.85),
  workload("polling-recv-binary", "polling: receive binary 1 KB", "receive", 3_000, { kind: "binary", transport: "polling" }, 0.85, 0.65),
  workload("polling-emit-small", "polling: emit small", "emit", 20_000, { kind: "small", burst: 2000, transport: "polling" }, undefined, 0.75),
  workload("polling-emit-binary", "polling: emit binary 1 KB", "emit", 300, { kind: "binary", burst: 100, transport: "polling" }, 0.15, 0.1),
  workload("connect-websocket", "connect: websocket", "connect", 25, { transports: ["websocket"] }, undefined, 0.95),
  workload("connect-polling", "connect: polling", "connect", 12, { transports: ["polling"] }, undefined, 0.8),
  workload("connect-default", "connect: default, with upgrade", "connect", 4, { transports: ["polling", "websocket"] }, 1, 0.7),
].map((entry) => ({ ...entry, name: `net/${entry.name}`, group: "end-to-end" }));

/** @type {Workload[]} */
export const workloads = [...ownCost, ...endToEnd];

/** Highest accepted size in bytes of everything an app downloads for `import { io }`: minified, gzip -9. */
export const SIZE_LIMIT = 22_000;

/**
 * The workloads that the `--only` option names: exact names, or a part of one.
 * @param {string[]} names empty: all of them
 */
export function selectWorkloads(names) {
  if (names.length === 0) return workloads;
  for (const name of names) {
    if (!workloads.some((entry) => entry.name.includes(name))) {
      throw new Error(`no workload is called "${name}"; there are ${workloads.map((entry) => entry.name).join(", ")}`);
    }
  }
  return workloads.filter((entry) => {
    return names.some((name) => entry.name === name || (!workloads.some((other) => other.name === name) && entry.name.includes(name)));
  });
}

function workload(name, title, run, slice, options, target, goal) {
  return { name, title, run, slice, options, target, goal };
}
