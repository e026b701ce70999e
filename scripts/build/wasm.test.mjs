import { expect, test } from "vitest";

import { Failure } from "../run.mjs";
import { checkFunctions, checkImports } from "./wasm.mjs";

test("the imports that js/host gives are accepted", () => {
  checkImports([]);
  checkImports(["q", "s", "v"]);
});

test("a browser object or a panic hook among the imports fails the build by name", () => {
  for (const name of ["__wbg_log_0123456789abcdef", "__wbg_new_0123456789abcdef", "__wbindgen_string_new", "release"]) {
    expect(() => checkImports(["q", name])).toThrow(Failure);
    expect(() => checkImports([name])).toThrow(name);
  }
});

test("a function that formats fails the build by name", () => {
  checkFunctions(["0:ferrio::bindings::slot::release", "1:format_of_a_slot", ""]);
  const name = "9:<core[0]::fmt::Formatter>::pad_integral";
  expect(() => checkFunctions(["0:ferrio::frame", name])).toThrow(name);
});
