import { wasmBytes } from "#wasm";
import { tellPackets } from "./core/packets.js";
import { carry } from "./host/index.js";

carry(wasmBytes);
tellPackets();

export * from "./exports.js";
export { default } from "./exports.js";
