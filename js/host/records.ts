/** How many fields a record has: kind, a, content, b, c, d. */
const FIELDS = 6;

/**
 * What the core told the host of one manager and the host has not carried out yet. The array is used again and again: most of
 * the time one record is in it.
 */
export class Records {
  readonly #fields: any[] = [];
  #next = 0;
  #end = 0;

  /** Adds a record. */
  push(kind: number, a: number, content: unknown, b: unknown, c: number, d: number): void {
    const fields = this.#fields;
    let at = this.#end;
    fields[at++] = kind;
    fields[at++] = a;
    fields[at++] = content;
    fields[at++] = b;
    fields[at++] = c;
    fields[at++] = d;
    this.#end = at;
  }

  /** Takes the next record and hands its fields to `handle`; false if there is none. */
  take(handle: (kind: number, a: number, content: any, b: any, c: number, d: number) => void): boolean {
    const fields = this.#fields;
    const at = this.#next;
    if (at === this.#end) {
      this.#next = this.#end = 0;
      return false;
    }
    this.#next = at + FIELDS;
    const content: unknown = fields[at + 2];
    fields[at + 2] = undefined;
    handle(fields[at] as number, fields[at + 1] as number, content, fields[at + 3], fields[at + 4] as number, fields[at + 5] as number);
    return true;
  }

  /** Forgets all. */
  clear(): void {
    this.#fields.length = this.#next = this.#end = 0;
  }
}
