/** What the first two of a stamp's seven digits count, in milliseconds: 12 days. */
const UNIT = 64 ** 5;

/**
 * Whether the last argument of an event is the offset that the server adds when it can recover connections, and not the
 * app's own text, as in a volatile event. Known by its form: the stamp of the in-memory adapter (the time, to which the
 * clock must agree roughly), a stream id of Redis, an object id of MongoDB.
 */
export function isOffset(value: unknown): value is string {
  return (
    typeof value === "string" &&
    (/^[\w-]{7}(\.[\w-]+)?$/.test(value)
      ? Math.abs(digit(value[0]!) * 64 + digit(value[1]!) - Date.now() / UNIT) < 3
      : /^(\d{13}-\d+|[\da-f]{24})$/.test(value))
  );
}

/** What a digit of a stamp counts: 0-9, A-Z, a-z, - and _. */
function digit(text: string): number {
  const code = parseInt(text, 36);
  return code >= 0 ? code + 26 * +(text > "Z") : 62 + +(text > "-");
}
