import { wasmBytes } from "#wasm";
import { carry } from "./host/index.js";

carry(wasmBytes);

export * from "./exports.js";
export { default } from "./exports.js";
