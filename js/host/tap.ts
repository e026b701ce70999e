import type { App } from "./host.js";
import type { Core } from "./instance.js";
import type { Watcher } from "./page.js";

/** Who hears what passes through the transports, of every manager. */
export interface Taps {
  /** The wasm runs; `watching` gives the managers that are alive. */
  _started(core: Core, watching: () => Watcher[]): void;
  /** A frame arrived: a text, or an attachment. */
  _received(app: App, frame: unknown): void;
  /** A packet was handed to its transport: the head, and the content in a form of the ABI. */
  _sent(app: App, head: string, content: unknown, form: number): void;
  /** A POST is over. */
  _drained(app: App): void;
  /** A Socket.IO packet arrived, complete. `id`: of the ack that the server wants, below 0: none. */
  _packet(app: App, type: number, nsp: string, data?: unknown, id?: number): void;
}

/** Nobody, until `tellPackets` (js/core/packets.ts) is called. */
export const taps: Partial<Taps> = {};
