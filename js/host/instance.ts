import { EVENT, HEAD_UNITS, SCRATCH_UNITS, SEND, TIMER } from "./abi.js";
import { Records } from "./records.js";
import { Slots } from "./slots.js";

/** The core's exports: numbers in, nothing out unless a type says so. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  buffers(): number;
  create(seed: number): number;
  destroy(manager: number): void;
  configure(manager: number, key: number, value: number): void;
  socket(manager: number, units: number, retries: number, ackTimeout: number): number;
  active(manager: number, socket: number): number;
  buffered(manager: number, socket: number): void;
  unframe(manager: number, first: number, given: number): number;
  enframe(bytes: number): number;
  queue_length(manager: number): number;
  input(manager: number, now: number, what: number, a: number, slot: number, b: number, c: number): void;
  frame(manager: number, now: number, transport: number, slot: number, units: number, length: number): void;
  handshake(manager: number, now: number, transport: number, slot: number, flags: number, pingInterval: number, pingTimeout: number, maxPayload: number): void;
  emit(manager: number, now: number, socket: number, slot: number, attachments: number, flags: number, token: number, timeout: number): void;
  acknowledge(manager: number, now: number, socket: number, slot: number, attachments: number, id: number): void;
}

/** One running wasm instance; all managers of a page share it. */
export class Core {
  /** What the core keeps without seeing it: texts, attachments, errors, and arrays of a text and its attachments. */
  readonly slots = new Slots<any>();
  readonly exports: Exports;
  // The busiest exports as own fields: a wasm module's exports object is a slow dictionary.
  readonly frame: Exports["frame"];
  readonly emit: Exports["emit"];
  readonly input: Exports["input"];
  /** A trap inside left it in an unknown state: nothing may call it any more. */
  dead = false;
  /** Where records go: of the manager whose export runs. */
  records = new Records();
  /** Code units for the core: headers and namespaces; behind them, from the core, the head of a SEND. */
  scratch!: Uint16Array;

  constructor(module: WebAssembly.Module) {
    const { slots } = this;
    const host: Record<string, (...args: number[]) => unknown> = {
      release: (slot) => slots.take(slot),
      duplicate: (slot) => slots.put(slots.values[slot]),
      byte_length: (slot) => byteLength(slots.values[slot]),
      attach: (slot, attachment) => {
        const { values } = slots;
        if (!Array.isArray(values[slot])) values[slot] = [values[slot]];
        values[slot].push(slots.take(attachment));
      },
      attachment: (slot, index) => slots.put(slots.values[slot][index + 1]),
      record: (kind, a, slot, b, c, d) =>
        this.records.push(kind, a, slots.take(slot), kind === SEND ? this.#headText(b) : b, c, d),
      event: (socket, slot, offset, ack) => this.records.push(EVENT, socket, slots.take(slot), offset, ack, 0),
      timer: (deadline) => this.records.push(TIMER, 0, undefined, deadline, 0, 0),
    };
    const exports = new WebAssembly.Instance(module, { host }).exports as unknown as Exports;
    this.exports = exports;
    this.frame = exports.frame;
    this.emit = exports.emit;
    this.input = exports.input;
    this.refresh();
  }

  /** Makes the view anew: memory that grows leaves the old one empty. */
  refresh(): void {
    const { exports } = this;
    this.scratch = new Uint16Array(exports.memory.buffer, exports.buffers(), SCRATCH_UNITS + HEAD_UNITS);
  }

  /** The code units of the head that the core has just written, as a text. */
  #headText(units: number): string {
    if (this.scratch.length === 0) this.refresh();
    let head = "";
    for (let i = 0; i < units; i++) head += String.fromCharCode(this.scratch[SCRATCH_UNITS + i]!);
    return head;
  }
}

/** Bytes on the wire: a text's in UTF-8, an attachment's as they are. */
function byteLength(content: any): number {
  if (Array.isArray(content)) content = content[0];
  if (typeof content !== "string") return (content as ArrayBuffer).byteLength ?? (content as Blob).size;
  let bytes = content.length;
  for (let i = 0; i < content.length; i++) {
    const unit = content.charCodeAt(i);
    // A surrogate pair is four bytes: two for each of its halves. (JSON has no lone one.)
    if (unit > 0x7f) bytes += unit > 0x7ff && unit >> 11 !== 0x1b ? 2 : 1;
  }
  return bytes;
}
