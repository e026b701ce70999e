import { HEAD_UNITS, RECORD_WORDS, SCRATCH_UNITS } from "./abi.js";
import { Slots } from "./slots.js";

/** The core's exports: numbers in, nothing out unless a type says so. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  scratch(): number;
  record(): number;
  head(): number;
  create(seed: number): number;
  configure(manager: number, key: number, value: number): void;
  destroy(manager: number): void;
  socket(manager: number, units: number): number;
  socket_option(manager: number, socket: number, key: number, value: number): void;
  open(manager: number, reconnect: number, now: number): void;
  close(manager: number, now: number): void;
  close_engine(manager: number, now: number): void;
  connect(manager: number, socket: number, now: number): void;
  disconnect(manager: number, socket: number, now: number): void;
  authorize(manager: number, socket: number, attempt: number, slot: number, now: number): void;
  auth_failed(manager: number, socket: number, attempt: number, slot: number, now: number): void;
  emit(manager: number, socket: number, slot: number, attachments: number, flags: number, token: number, timeout: number, now: number): void;
  acknowledge(manager: number, socket: number, id: number, slot: number, attachments: number, now: number): void;
  frame(manager: number, transport: number, units: number, length: number, slot: number, now: number): void;
  handshake(manager: number, transport: number, slot: number, flags: number, pingInterval: number, pingTimeout: number, maxPayload: number, now: number): void;
  joined(manager: number, socket: number, slot: number, offset: number, flags: number, now: number): void;
  frame_binary(manager: number, transport: number, slot: number, now: number): void;
  opened(manager: number, transport: number, now: number): void;
  polled(manager: number, transport: number, now: number): void;
  drained(manager: number, transport: number, now: number): void;
  closed(manager: number, transport: number, slot: number, now: number): void;
  failed(manager: number, transport: number, slot: number, now: number): void;
  malformed(manager: number, code: number, slot: number, now: number): void;
  network(manager: number, change: number, now: number): void;
  timeout(manager: number, now: number): void;
  turn(manager: number, now: number): void;
  next(manager: number): number;
  buffered(manager: number, socket: number, index: number): number;
  active(manager: number, socket: number): number;
  queue_length(manager: number): number;
}

/** One running wasm instance; all managers of a page share it. */
export class Core {
  /** What the core keeps without seeing it. */
  readonly slots = new Slots();
  readonly exports: Exports;
  // The busiest exports as own fields: a wasm module's exports object is a slow dictionary.
  readonly frame: Exports["frame"];
  readonly frameBinary: Exports["frame_binary"];
  readonly emit: Exports["emit"];
  readonly next: Exports["next"];
  /** A trap inside left it in an unknown state: nothing may call it any more. */
  dead = false;
  /** Code units for the core: headers and namespaces. */
  scratch!: Uint16Array;
  /** The current record, as words. */
  record!: Int32Array;
  /** The current record, as floats. */
  floats!: Float64Array;
  /** Code units of the head of a SEND. */
  head!: Uint16Array;

  constructor(module: WebAssembly.Module) {
    const { slots } = this;
    const given: Record<string, (slot: number) => number | void> = {
      release: (slot) => void slots.take(slot),
      duplicate: (slot) => slots.put(slots.values[slot]),
      byte_length: (slot) => byteLength(slots.values[slot]),
    };
    const imports: WebAssembly.Imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      // wasm-bindgen decorates names: `__wbg_release_0123456789abcdef`. Its own imports have nothing to do for us.
      (imports[from] ??= {})[name] = given[name.replace(/^__wbg_|_[0-9a-f]{16}$/g, "")] ?? (() => {});
    }
    const exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    (exports as { __wbindgen_start?(): void }).__wbindgen_start?.();
    this.exports = exports;
    this.frame = exports.frame;
    this.frameBinary = exports.frame_binary;
    this.emit = exports.emit;
    this.next = exports.next;
    this.refresh();
  }

  /** Makes the views anew: memory that grows leaves the old ones empty. */
  refresh(): void {
    const { exports } = this;
    const { buffer } = exports.memory;
    this.scratch = new Uint16Array(buffer, exports.scratch(), SCRATCH_UNITS);
    this.record = new Int32Array(buffer, exports.record(), RECORD_WORDS);
    this.floats = new Float64Array(buffer, exports.record(), RECORD_WORDS / 2);
    this.head = new Uint16Array(buffer, exports.head(), HEAD_UNITS);
  }
}

/** Bytes on the wire: a text's in UTF-8, an attachment's as they are. */
function byteLength(content: unknown): number {
  if (typeof content !== "string") return (content as ArrayBuffer).byteLength ?? (content as Blob).size;
  let bytes = content.length;
  for (let i = 0; i < content.length; i++) {
    const unit = content.charCodeAt(i);
    if (unit > 0x7f) {
      // A surrogate pair is four bytes: two for each of its halves.
      bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
    }
  }
  return bytes;
}
