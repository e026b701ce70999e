import { expect, test } from "vitest";

import { Failure } from "../run.mjs";
import { checkImports } from "./wasm.mjs";

test("the imports that js/host gives are accepted, however wasm-bindgen decorates them", () => {
  checkImports([]);
  checkImports(["__wbg_release_0123456789abcdef", "__wbindgen_throw", "__wbindgen_init_externref_table", "byte_length"]);
});

test("a browser object or a panic hook among the imports fails the build by name", () => {
  for (const name of ["__wbg_log_0123456789abcdef", "__wbg_new_0123456789abcdef", "__wbindgen_string_new", "release_all"]) {
    expect(() => checkImports(["__wbindgen_throw", name])).toThrow(Failure);
    expect(() => checkImports([name])).toThrow(name);
  }
});
