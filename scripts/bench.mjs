/**
 * `npm run bench`: measures Ferrio side by side with socket.io-client. See docs/performance.md.
 *
 *   --only a,b     workloads by name or by a part of it, such as own/ or polling
 *   --rounds N     rounds of fresh pages (default 5)
 *   --quick        2 short rounds: a first impression, whose verdicts count for little
 *   --markdown     puts the tables into docs/performance.md
 *   --list         names the workloads
 *
 * With the environment variable FERRIO_BENCH_AS=<module> that module is measured in Ferrio's place, to test the benchmark itself:
 * FERRIO_BENCH_AS=socket.io-client has to give ratios of 1.
 */
import { parseArgs } from "node:util";
import { headline, rowLine, sizeLine, updateDocument, writeResults } from "../benches/report.mjs";
import { run } from "../benches/run.mjs";
import { selectWorkloads } from "../benches/workloads.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string" },
    quick: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1, not ${values.rounds}`);
const standIn = process.env.FERRIO_BENCH_AS || undefined;
if (values.markdown && (values.only !== "" || values.quick || standIn !== undefined)) {
  throw new Error("--markdown wants a whole run: without --only, --quick and FERRIO_BENCH_AS");
}
const workloads = selectWorkloads(values.only.split(",").filter(Boolean));

if (values.list) {
  for (const { name, title } of workloads) console.log(name.padEnd(26), title);
} else {
  if (standIn !== undefined) console.log(`ours is ${standIn}, not Ferrio`);
  console.log(headline());
  const report = await run({ workloads, rounds, slices: values.quick ? 2 : 6, standIn }, (row) => console.log(rowLine(row)));
  console.log(sizeLine(report));
  console.log(`\n${report.seconds} s; everything measured is in ${writeResults(report)}`);
  if (values.markdown) updateDocument(report);
  if (report.rows.some((row) => row.error !== undefined)) process.exitCode = 1;
}
