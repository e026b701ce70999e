/** What a run says: lines for the terminal, tables for docs/performance.md, a file of results. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SIZE_LIMIT } from "./workloads.mjs";

const RESULTS = fileURLToPath(new URL("results/", import.meta.url));
const DOCUMENT = fileURLToPath(new URL("../docs/performance.md", import.meta.url));

/** The head of the terminal's table. */
export function headline() {
  return line(HEAD);
}

/** @param {import("./run.mjs").Row} row */
export function rowLine(row) {
  return line(cells(row)) + (row.error === undefined ? "" : `\n  failed: ${row.error}`);
}

/** @param {import("./run.mjs").Report} report */
export function sizeLine({ sizes }) {
  return line(sizeCells(sizes));
}

/**
 * Writes everything that was measured to benches/results.
 * @param {import("./run.mjs").Report} report
 * @returns {string} the file's path
 */
export function writeResults(report) {
  mkdirSync(RESULTS, { recursive: true });
  const path = `${RESULTS}${report.started.replaceAll(":", "-").slice(0, 19)}.json`;
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

/**
 * Puts the tables between the markers of docs/performance.md.
 * @param {import("./run.mjs").Report} report
 */
export function updateDocument(report) {
  const document = readFileSync(DOCUMENT, "utf8");
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/performance.md has lost its markers ${BEGIN} and ${END}`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n${markdown(report)}\n${END}${after}`);
}

function markdown({ started, rounds, machine, rows, sizes }) {
  const { cpu, cores, memoryGiB, kernel, chromium, node, loadAtStart, commit } = machine;
  const own = rows.filter((row) => row.name.startsWith("own/"));
  const net = rows.filter((row) => row.name.startsWith("net/"));
  return [
    `Measured on ${started.slice(0, 10)}${commit === undefined ? "" : ` at ${commit}`} with \`npm run bench -- --markdown\`, ${rounds} rounds: ${cpu}, ${cores} cores, ` +
      `${memoryGiB} GiB, Linux ${kernel}, Chromium ${chromium}, Node ${node}, load ${loadAtStart.toFixed(1)} at the start.`,
    "### The client's own cost\n",
    table(HEAD, own.map(cells)),
    "### Over real sockets\n",
    table(HEAD, net.map(cells)),
    "### Allocation, bytes per event\n",
    table(["workload", "peer", "ours", "raw"], own.map(({ title, allocated }) => [title, bytes(allocated.peer), bytes(allocated.ferrio), bytes(allocated.raw)])),
    "### Size\n",
    table(
      ["client", "minified", "gzip -9"],
      Object.entries(sizes).filter(([name]) => name !== "peer2").map(([name, { raw, gzip }]) => [name, kilobytes(raw), kilobytes(gzip)]),
    ),
  ].join("\n");
}

function table(head, rows) {
  const row = (texts) => `| ${texts.join(" | ")} |`;
  return [row(head), row(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(row), ""].join("\n");
}

function cells({ title, peerMicros, noise, ratios, target, goal, met, error }) {
  const ratio = (value) => (value === undefined ? "–" : value.toFixed(value < 0.1 ? 3 : 2));
  return [
    title,
    peerMicros === undefined ? "–" : peerMicros.toFixed(peerMicros < 10 ? 2 : peerMicros < 100 ? 1 : 0),
    noise === undefined ? "–" : `${ratio(ratios.peer2)} ±${(noise * 100).toFixed(0)} %`,
    ratio(ratios.ferrio),
    ratio(ratios.raw),
    target === undefined ? "–" : `≤ ${ratio(target)}`,
    goal === undefined ? "–" : `≤ ${ratio(goal)}`,
    error !== undefined ? "failed" : verdict(met),
  ];
}

function sizeCells({ peer, ferrio }) {
  const met = ferrio === undefined ? undefined : ferrio.gzip <= SIZE_LIMIT;
  const ratio = ferrio === undefined ? "–" : (ferrio.gzip / peer.gzip).toFixed(2);
  return ["size, gzip -9", kilobytes(peer.gzip), "–", ferrio === undefined ? ratio : `${ratio} (${kilobytes(ferrio.gzip)})`, "–", `≤ ${kilobytes(SIZE_LIMIT)}`, "–", verdict(met)];
}

function verdict(met) {
  return met === undefined ? "–" : met ? "ok" : "missed";
}

function kilobytes(count) {
  return `${(count / 1000).toFixed(1)} KB`;
}

function bytes(count) {
  return count === undefined || Number.isNaN(count) ? "–" : count.toFixed(0);
}

function line(texts) {
  return texts.map((text, at) => (at === 0 ? text.padEnd(WIDTHS[at]) : text.padStart(WIDTHS[at]))).join("  ");
}

const HEAD = ["workload", "peer µs", "peer2/peer", "ours/peer", "raw/peer", "target", "goal", "verdict"];
const WIDTHS = [31, 8, 12, 14, 8, 9, 8, 8];
const BEGIN = "<!-- figures: begin -->";
const END = "<!-- figures: end -->";
