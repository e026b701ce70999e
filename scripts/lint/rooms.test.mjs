import { RuleTester } from "eslint";
import { afterAll, describe, it } from "vitest";

import { rooms } from "./rooms.mjs";

RuleTester.afterAll = afterAll;
RuleTester.describe = describe;
RuleTester.it = it;

const at = (filename, code) => ({ filename: `${process.cwd()}/js/${filename}`, code, name: `${filename}: ${code}` });
const bad = (filename, code) => ({ ...at(filename, code), errors: [{ messageId: "wall" }] });

new RuleTester({ languageOptions: { sourceType: "module", ecmaVersion: 2022 } }).run("rooms", rooms, {
  valid: [
    at("index.ts", `export * from "./core/io.js";`),
    at("index.ts", `import { wasmBytes } from "#wasm";`),
    at("host/loop.ts", `import "./slots.js";`),
    at("host/wasm/load.ts", `import "../slots.js"; const bytes = import("#wasm");`),
    at("core/socket.ts", `import { Host } from "../host/index.js"; import "./emitter.js";`),
    at("core/values/json.ts", `import "../types.js"; import "../../host/index.js";`),
    at("react/hooks.ts", `import { io } from "../core/io.js"; import { useMemo } from "react";`),
    at("core/local.ts", `export const one = 1;`),
  ],
  invalid: [
    bad("host/loop.ts", `import "../core/socket.js";`),
    bad("host/loop.ts", `export { io } from "../index.js";`),
    bad("host/wasm/load.ts", `import "../../core/socket.js";`),
    bad("host/loop.ts", `import "react";`),
    bad("host/loop.ts", `import "../../target/ferrio/ferrio.wasm";`),
    bad("core/socket.ts", `import "../host/slots.js";`),
    bad("core/socket.ts", `import "#wasm";`),
    bad("core/socket.ts", `import "../react/hooks.js";`),
    bad("core/socket.ts", `export * from "../../pkg/dist/index.js";`),
    bad("core/socket.ts", `await import("../host/slots.js");`),
    bad("core/socket.ts", `import "react-dom/client";`),
    bad("react/hooks.ts", `import "../host/index.js";`),
    bad("react/hooks.ts", `import "ferrio";`),
    bad("index.ts", `import "node:fs";`),
  ],
});
