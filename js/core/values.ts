import { ATTACHMENTS_MAX, BAD_BASE64, BAD_JSON, BAD_PLACEHOLDER, BAD_SHAPE } from "../host/index.js";

/** What travels beside the JSON. */
export type Binary = ArrayBuffer | ArrayBufferView | Blob;

/**
 * Whether anything in `value` must travel as an attachment. A `toJSON` may give anything away, so it counts as yes, except
 * a date's; `detach` finds out.
 */
export function holdsBinary(value: object): boolean {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item === "object" && item !== null && holdsBinary(item)) return true;
    }
    return false;
  }
  // A plain object is none itself: the cheap question first.
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    if (value instanceof Date) return false;
    if (isBinary(value) || typeof (value as Replaced).toJSON === "function") return true;
  }
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "object" ? item !== null && holdsBinary(item) : key === "toJSON" && typeof item === "function") return true;
  }
  return false;
}

/**
 * The JSON of `args`. With `attachments`, its binaries are added to them and replaced by placeholders.
 * @throws RangeError for more attachments than the core can be told of; TypeError for what JSON cannot carry
 */
export function stringify(args: unknown[], attachments: Binary[] | undefined): string {
  if (attachments === undefined) return JSON.stringify(args);
  const copy = detach(args, attachments);
  if (attachments.length > ATTACHMENTS_MAX) throw new RangeError("too many attachments");
  return JSON.stringify(attachments.length > 0 ? copy : args);
}

/** The array in `text` from `offset` on, with the attachments in their places; or the core's code for what is wrong with it. */
export function decode(text: string, offset: number, attachments: readonly (ArrayBuffer | undefined)[] | undefined): unknown[] | number {
  let value: unknown;
  flaw = 0;
  try {
    value = JSON.parse(offset === 0 ? text : text.slice(offset));
    if (attachments !== undefined) value = attach(value, attachments);
  } catch {
    return BAD_JSON;
  }
  return flaw || (Array.isArray(value) ? (value as unknown[]) : BAD_SHAPE);
}

/** What `attach` found wrong; 0: nothing. */
let flaw = 0;

/** Replaces the placeholders in `value`, in place. */
function attach(value: any, attachments: readonly (ArrayBuffer | undefined)[]): unknown {
  if (!isObject(value)) return value;
  if ((value as any)["_placeholder"] === true) {
    const { num } = value as any;
    if (typeof num !== "number" || !(num in attachments)) flaw = BAD_PLACEHOLDER;
    else if (!attachments[num]) flaw = BAD_BASE64;
    return attachments[num];
  }
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) place(value, i, attachments);
  // Object.keys and not `in`: only what was in the text. Its own `__proto__` is a plain property, and stays one.
  else for (const key of Object.keys(value)) place(value, key, attachments);
  return value;
}

/** Only objects can be, or hold, a placeholder: the rest is left untouched. */
function place(owner: any, key: number | string, attachments: readonly (ArrayBuffer | undefined)[]): void {
  const item: unknown = owner[key];
  if (!isObject(item)) return;
  const value = attach(item, attachments);
  if (value !== item) owner[key] = value;
}

/** A copy of `value` whose binaries are placeholders for what is added to `attachments`, in the order of the text. */
function detach(value: unknown, attachments: Binary[], key = ""): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isBinary(value)) return { ["_placeholder"]: true, num: attachments.push(value) - 1 };
  // As JSON.stringify does: the replacement is not asked again.
  if (typeof (value as Replaced).toJSON === "function") {
    const replacement = (value as Replaced).toJSON(key);
    return isObject(replacement) && !isBinary(replacement) ? detachEach(replacement, attachments) : detach(replacement, attachments);
  }
  return detachEach(value, attachments);
}

function detachEach(value: object, attachments: Binary[]): unknown {
  if (Array.isArray(value)) return value.map((item, i) => detach(item, attachments, `${i}`));
  // Without a prototype: `__proto__` is a key like any other.
  const copy = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item !== "function") copy[key] = detach(item, attachments, key);
  }
  return copy;
}

interface Replaced {
  toJSON(key?: string): unknown;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** By tag, not by constructor: it may come from another frame. */
function isBinary(value: object): value is Binary {
  return ArrayBuffer.isView(value) || /^\[object (ArrayBuffer|Blob|File)\]$/.test(Object.prototype.toString.call(value));
}
