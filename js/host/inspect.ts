import type { Core } from "./instance.js";
import { pageListeners, watching } from "./page.js";

/**
 * For tests: when the page has put an object into `globalThis[Symbol.for("ferrio.debug")]`, it gets counts of all that
 * must not leak.
 */
export function inspect(core: Core): void {
  const hook = (globalThis as { [key: symbol]: object | undefined })[Symbol.for("ferrio.debug")];
  if (!hook) return;
  Object.setPrototypeOf(hook, {
    get slots() {
      return core.slots.size;
    },
    get timers() {
      return watching().filter(({ armed }) => armed).length;
    },
    get listeners() {
      return pageListeners();
    },
    get managers() {
      return watching().length;
    },
    get wasmBytes() {
      return core.exports.memory.buffer.byteLength;
    },
  });
}
