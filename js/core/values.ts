import { BAD_BASE64, BAD_JSON, BAD_PLACEHOLDER, BAD_SHAPE, type Text } from "../host/index.js";

/** What travels beside the JSON. */
export type Binary = ArrayBuffer | ArrayBufferView | Blob;

/**
 * Whether anything in `value` must travel as an attachment. A `toJSON` may give anything away, so it counts as yes, except
 * a date's; `stringify` finds out.
 */
function holdsBinary(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (Array.isArray(value)) return value.some(holdsBinary);
  // A plain object is none itself: the cheap question first.
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    if (value instanceof Date) return false;
    if (isBinary(value)) return true;
  }
  if (typeof value.toJSON === "function") return true;
  for (const key in value) if (holdsBinary(value[key])) return true;
  return false;
}

/**
 * The JSON of `args`. Its binaries are added to `attachments` and replaced by placeholders, in the order of the text.
 * @throws TypeError for what JSON cannot carry
 */
export function stringify(args: unknown[], attachments: Binary[]): string {
  if (!holdsBinary(args)) return JSON.stringify(args);
  return JSON.stringify(args, function (this: any, key: string, value: unknown) {
    // What stands there and not what its own `toJSON` makes of it; or what another's `toJSON` gave.
    const own: unknown = this[key];
    const binary = isBinary(own) ? own : own !== value && isBinary(value) ? value : undefined;
    return binary ? { _placeholder: true, num: attachments.push(binary) - 1 } : value;
  });
}

/** The array in `text` from `offset` on, or in its `data`, with the attachments in their places; or the core's code for what is wrong with it. */
export function decode(text: Text, offset: number, attachments: readonly (ArrayBuffer | undefined)[] | undefined): unknown[] | number {
  let value: unknown;
  flaw = 0;
  try {
    value = text.data ?? JSON.parse(text.slice(offset));
    if (attachments && isObject(value)) value = attach(value, attachments);
  } catch {
    return BAD_JSON;
  }
  return flaw || (Array.isArray(value) && value.length < MAX_ARGUMENTS ? (value as unknown[]) : BAD_SHAPE);
}

/** Browsers cannot call a function with many more. */
const MAX_ARGUMENTS = 0x8000;

/** What `attach` found wrong; 0: nothing. */
let flaw = 0;

/** `value` with its placeholders replaced, in place. */
function attach(value: any, attachments: readonly (ArrayBuffer | undefined)[]): unknown {
  if (value._placeholder === true) {
    const { num } = value;
    if (typeof num !== "number" || !(num in attachments)) flaw = BAD_PLACEHOLDER;
    else if (!attachments[num]) flaw = BAD_BASE64;
    return attachments[num];
  }
  // Only what was in the text, and not `in`: its own `__proto__` is a plain property, and stays one.
  for (const key of Object.keys(value)) if (isObject(value[key])) value[key] = attach(value[key], attachments);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return !!value && typeof value === "object";
}

/** By tag, not by constructor: it may come from another frame. */
function isBinary(value: unknown): value is Binary {
  return isObject(value) && (ArrayBuffer.isView(value) || ["ArrayBuffer", "Blob", "File"].includes((value as any)[Symbol.toStringTag]));
}
