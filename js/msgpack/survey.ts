/**
 * Goes through the heads of a message's values, without reading any. Returns whether there is binary among them.
 *
 * The library makes room for as many values as an array says it has, before it finds that they are missing: some bytes
 * could take all memory. Here all that is announced must have room in the bytes that are left.
 * @throws RangeError if it does not
 */
export function survey(bytes: Uint8Array): boolean {
  let hasBinary = false;
  let at = 0;
  const number = (width: number): number => {
    let value = 0;
    for (const end = at + width; at < end; at++) value = value * 256 + (bytes[at] ?? 0);
    return value;
  };
  // A function: `at += number(…)` would take the `at` from before the length was read.
  const skip = (length: number): void => void (at += length);
  for (let missing = 1; missing > 0; missing--) {
    // Each takes a byte at least.
    if (missing > bytes.length - at) throw new RangeError("the message is too short for what it announces");
    const head = bytes[at++]!;
    if (head < 0x80 || head >= 0xe0) continue;
    if (head < 0x90) missing += 2 * (head & 0x0f);
    else if (head < 0xa0) missing += head & 0x0f;
    else if (head < 0xc0) at += head & 0x1f;
    else {
      const width = WIDTHS[head - 0xc0]!;
      if (head >= 0xde) missing += 2 * number(width);
      else if (head >= 0xdc) missing += number(width);
      else if (head >= 0xd9) skip(number(width));
      else if (head >= 0xc4 && head < 0xca) {
        hasBinary ||= head < 0xc7;
        // An extension has a type.
        skip(number(width) + +(head >= 0xc7));
      } else at += width;
    }
  }
  return hasBinary;
}

/** By head, from 0xc0 on: bytes of the length; of numbers and extensions of a fixed size, all that follow. */
const WIDTHS = [0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, 1, 2, 4, 2, 4, 2, 4];
