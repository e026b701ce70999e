import * as abi from "./abi.js";
import { Slots } from "./slots.js";

/** The core's exports: numbers in, nothing out unless a type says so. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  [abi.X_BUFFERS](): number;
  [abi.X_CREATE](seed: number): number;
  [abi.X_DESTROY](manager: number): void;
  [abi.X_CONFIGURE](manager: number, ...settings: readonly number[]): void;
  [abi.X_SOCKET](manager: number, namespaceLength: number, retries: number, ackTimeout: number): void;
  [abi.X_ACTIVE](manager: number, socket: number): number;
  [abi.X_BUFFERED](manager: number, socket: number): void;
  [abi.X_UNFRAME](first: number, given: number): number;
  [abi.X_ENFRAME](bytes: number): number;
  [abi.X_QUEUE_LENGTH](manager: number): number;
  [abi.X_BUFFERED_AMOUNT](manager: number, socket: number): number;
  [abi.X_INPUT](manager: number, now: number, what: number, a: number, slot: number, b: number, c: number): void;
  [abi.X_FRAME](manager: number, now: number, transport: number, slot: number, units: number, length: number): void;
  [abi.X_HANDSHAKE](manager: number, now: number, transport: number, slot: number, flags: number, pingInterval: number, pingTimeout: number, maxPayload: number): void;
  [abi.X_EMIT](manager: number, now: number, socket: number, slot: number, attachments: number, flags: number, token: number, timeout: number): number;
  [abi.X_ACKNOWLEDGE](manager: number, now: number, socket: number, slot: number, attachments: number, id: number): void;
}

/** A manager's host, while one of its exports runs. */
export interface Caller {
  /** Takes a record: with what was in its slot, and the head of a SEND as a text. */
  _note(kind: number, a: number, content: any, b: any, c?: number, d?: number): unknown;
  /** The sockets by namespace, where a frame may arrive. */
  readonly _sockets?: Map<string, number>;
}

/** One running wasm instance; all managers of a page share it. */
export class Core {
  /** What the core keeps without seeing it: texts, attachments, errors, and arrays of a text and its attachments. */
  readonly _slots = new Slots<any>();
  declare readonly _exports: Exports;
  // The busiest exports as own fields: a wasm module's exports object is a slow dictionary.
  declare readonly _frame: Exports[typeof abi.X_FRAME];
  declare readonly _emit: Exports[typeof abi.X_EMIT];
  declare readonly input: Exports[typeof abi.X_INPUT];
  /** A trap inside left it in an unknown state: nothing may call it any more. */
  dead = false;
  /** Whose manager's export runs. */
  declare _caller: Caller;
  /** Code units for the core: headers; behind them, from the core, the head of a SEND. */
  declare scratch: Uint16Array;

  constructor(module: WebAssembly.Module) {
    const { _slots } = this;
    const host: Record<string, (...args: number[]) => unknown> = {
      [abi.I_RELEASE]: (slot) => _slots.take(slot),
      [abi.I_DUPLICATE]: (slot) => _slots.put(_slots.values[slot]),
      [abi.I_BYTE_LENGTH]: (slot, enough, part) => byteLength(partOf(_slots.values[slot], part), enough),
      [abi.I_ATTACH]: (slot, attachment) => {
        const { values } = _slots;
        if (!Array.isArray(values[slot])) values[slot] = [values[slot]];
        values[slot].push(_slots.take(attachment));
      },
      [abi.I_ATTACHMENT]: (slot, index) => _slots.put(partOf(_slots.values[slot], index + 1)),
      [abi.I_RECORD]: (kind, a, slot, b, c, d) => this._caller._note(kind, a, _slots.take(slot), kind === abi.SEND ? this.#headText(b) : b, c, d),
      [abi.I_EVENT]: (socket, slot, offset, ack) => this._caller._note(abi.EVENT, socket, _slots.take(slot), offset, ack),
      [abi.I_TIMER]: (deadline) => this._caller._note(abi.TIMER, 0, undefined, deadline),
      [abi.I_FIND]: (slot, start, end) => this._caller._sockets!.get(_slots.values[slot].slice(start, end)) ?? -1,
    };
    const exports = new WebAssembly.Instance(module, { host }).exports as unknown as Exports;
    this._exports = exports;
    this._frame = exports[abi.X_FRAME];
    this._emit = exports[abi.X_EMIT];
    this.input = exports[abi.X_INPUT];
    this.refresh();
  }

  /** Makes the view anew: memory that grows leaves the old one empty. */
  refresh(): void {
    const { _exports } = this;
    this.scratch = new Uint16Array(_exports.memory.buffer, _exports[abi.X_BUFFERS](), abi.SCRATCH_UNITS + abi.HEAD_UNITS);
  }

  /** The code units of the head that the core has just written, as a text. */
  #headText(units: number): string {
    if (this.scratch.length === 0) this.refresh();
    let head = "";
    for (let i = 0; i < units; i++) head += String.fromCharCode(this.scratch[abi.SCRATCH_UNITS + i]!);
    return head;
  }
}

/** The text of a content, with or without attachments; or, counted from 1, an attachment. */
export function partOf(content: any, part = 0): any {
  return Array.isArray(content) ? content[part] : content;
}

/** Bytes on the wire: a text's in UTF-8, an attachment's as they are. A text that takes no more than `enough` is not counted. */
export function byteLength(content: any, enough = 0): number {
  if (typeof content !== "string") return (content as ArrayBuffer).byteLength ?? (content as Blob).size;
  let bytes = content.length;
  // No code unit takes more than three bytes.
  if (bytes * 3 <= enough) return enough;
  for (let i = 0; i < content.length; i++) {
    const unit = content.charCodeAt(i);
    // A surrogate pair is four bytes: two for each of its halves. (JSON has no lone one.)
    if (unit > 0x7f) bytes += unit > 0x7ff && unit >> 11 !== 0x1b ? 2 : 1;
  }
  return bytes;
}
