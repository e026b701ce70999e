import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { countsOfCheck, countsOfRust, countsOfVitest, sum } from "./counts.mjs";

const folder = mkdtempSync(join(tmpdir(), "ferrio-counts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rust = (passed, failed) => `test result: ${failed === 0 ? "ok" : "FAILED"}. ${passed} passed; ${failed} failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n`;

test("the summaries of several Rust test binaries add up", () => {
  expect(countsOfRust({ code: 101, output: `running 3 tests\n${rust(3, 0)}\nDoc-tests\n${rust(4, 2)}` })).toEqual({ passed: 7, failed: 2 });
});

test("a Rust test that does not compile is a failure", () => {
  expect(countsOfRust({ code: 101, output: "error[E0308]: mismatched types" })).toEqual({ passed: 0, failed: 1 });
  expect(countsOfRust({ code: 101, output: rust(3, 0) })).toEqual({ passed: 3, failed: 1 });
});

test("a run in which no test ran is a failure", () => {
  expect(countsOfRust({ code: 0, output: rust(0, 0) })).toEqual({ passed: 0, failed: 1 });
});

test("vitest's report is read, and a file that could not be loaded counts", () => {
  const file = join(folder, "report.json");
  const testResults = [
    { status: "passed", assertionResults: [{ status: "passed" }, { status: "passed" }] },
    { status: "failed", assertionResults: [{ status: "failed" }] },
    { status: "failed", assertionResults: [] },
  ];
  writeFileSync(file, JSON.stringify({ numPassedTests: 2, numFailedTests: 1, testResults }));
  expect(countsOfVitest({ code: 1 }, file)).toEqual({ passed: 2, failed: 2 });
});

test("no report from vitest is a failure", () => {
  expect(countsOfVitest({ code: 0 }, join(folder, "missing.json"))).toEqual({ passed: 0, failed: 1 });
});

test("a check counts as one test", () => {
  expect(sum([countsOfCheck({ code: 0 }), countsOfCheck({ code: 2 })])).toEqual({ passed: 1, failed: 1 });
});
