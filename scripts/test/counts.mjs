// How many tests passed and failed, read from what the test programs say.

import { readFileSync } from "node:fs";

/** Sums the summaries of `cargo test` and `wasm-pack test`. A run that fails otherwise, or has no test, is one failure. */
export function countsOfRust({ code, output }) {
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  return withoutSilentFailure(counts, code);
}

/** The counts of a file written by vitest's JSON reporter; a suite that could not be loaded is one failure. */
export function countsOfVitest({ code }, file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = report.testResults.filter((suite) => suite.status === "failed" && suite.assertionResults.every(({ status }) => status !== "failed"));
  return withoutSilentFailure({ passed: report.numPassedTests, failed: report.numFailedTests + broken.length }, code);
}

/** A check without tests of its own counts as one. */
export function countsOfCheck({ code }) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

export function sum(all) {
  return all.reduce((total, { passed, failed }) => ({ passed: total.passed + passed, failed: total.failed + failed }), { passed: 0, failed: 0 });
}

function withoutSilentFailure({ passed, failed }, code) {
  return failed === 0 && (code !== 0 || passed === 0) ? { passed, failed: 1 } : { passed, failed };
}
