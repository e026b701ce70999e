/** The digits of a stamp, by their value. */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/** What the first two of a stamp's seven digits count, in milliseconds: 12 days. */
const UNIT = 64 ** 5;

/**
 * Whether the last argument of an event is the offset that the server adds when it can recover connections, and not the
 * app's own text, as in a volatile event. Known by its form: the stamp of the in-memory adapter (the time, to which the
 * clock must agree roughly), a stream id of Redis, an object id of MongoDB.
 */
export function isOffset(value: unknown): value is string {
  if (typeof value !== "string") return false;
  if (!/^[\w-]{7}(\.[\w-]+)?$/.test(value)) return /^(\d{13}-\d+|[\da-f]{24})$/.test(value);
  const units = DIGITS.indexOf(value[0]!) * 64 + DIGITS.indexOf(value[1]!);
  return Math.abs(units - Date.now() / UNIT) < 3;
}
