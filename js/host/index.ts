export * from "./abi.js";
export { TRANSPORT_NAMES } from "./address.js";
export { FerrioError, type ErrorCode } from "./error.js";
export { Host, type App, type Attachment, type Text } from "./host.js";
export type { ConnectOptions, Origin } from "./link.js";
export { carry, init, type WasmSource } from "./loader.js";
export type { Chunk, Parser, ParserPacket } from "./parser.js";
export { Slots } from "./slots.js";
