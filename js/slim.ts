export * from "./exports.js";
export { default } from "./exports.js";
export { init, type WasmSource } from "./host/index.js";
