/** Numbers for values that the core handles without seeing them. 0 is never given out: it means "none". */
export class Slots<T = unknown> {
  /** The values by slot. */
  readonly values: (T | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** Keeps `value` and returns its slot. */
  put(value: T): number {
    const slot = this.#free.pop() ?? this.values.length;
    this.values[slot] = value;
    return slot;
  }

  /** Frees `slot` and returns what it kept; `undefined` for an empty slot, which stays as it is. */
  take(slot: number): T | undefined {
    const value = this.values[slot];
    if (value !== undefined) {
      this.values[slot] = undefined;
      this.#free.push(slot);
    }
    return value;
  }

  /** How many slots are in use. */
  get size(): number {
    return this.values.length - 1 - this.#free.length;
  }
}
