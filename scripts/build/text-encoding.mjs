// Bytes as ASCII text that gzip packs almost as well as the bytes themselves.
//
// Every byte keeps symbols of its own (unlike base64, which cuts bytes apart): the frequent bytes get one
// printable character each, the rest a prefix and a character. After `gzip -9`, inside a bundle, measured on
// three modules of 12-29 KB: this +3 to +7 %, a latin1 string +9 to +16 % (+20 to +24 % once a minifier escapes
// it), base64 +37 to +46 %. The text has only characters that no minifier, bundler or HTML page needs to escape.

/** The printable ASCII characters except quotes, backslash, `$` and `<`; the first two are the prefixes. */
const alphabet = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)).filter((char) => !"\"$'<\\`".includes(char));
const prefixes = 2;
const pairsPerPrefix = Math.ceil((256 - (alphabet.length - prefixes)) / prefixes);

/**
 * Encodes bytes for `decoderSource`.
 * @param {Uint8Array} bytes
 * @returns {{ text: string, singles: string, length: number }} `singles`: 256 bits, as 64 hex digits, lowest bit first:
 * which bytes are one character.
 */
export function encode(bytes) {
  const count = new Array(256).fill(0);
  for (const byte of bytes) count[byte]++;
  const byFrequency = [...count.keys()].sort((a, b) => count[b] - count[a] || a - b);
  const isSingle = new Set(byFrequency.slice(0, alphabet.length - prefixes));
  const single = byFrequency.filter((byte) => isSingle.has(byte)).sort((a, b) => a - b);
  const pair = byFrequency.filter((byte) => !isSingle.has(byte)).sort((a, b) => a - b);

  const symbols = new Array(256);
  single.forEach((byte, n) => (symbols[byte] = alphabet[prefixes + n]));
  pair.forEach((byte, n) => (symbols[byte] = alphabet[Math.floor(n / pairsPerPrefix)] + alphabet[n % pairsPerPrefix]));
  let text = "";
  for (const byte of bytes) text += symbols[byte];

  let singles = "";
  for (let byte = 0; byte < 256; byte += 4) {
    singles += [0, 1, 2, 3].reduce((digit, bit) => digit + (isSingle.has(byte + bit) ? 1 << bit : 0), 0).toString(16);
  }
  return { text, singles, length: bytes.length };
}

/** The source of an ES module with one export, `wasmBytes(): Uint8Array`: decodes when called, and afresh at every call. */
export function moduleSource(bytes) {
  const { text, singles, length } = encode(bytes);
  return `const text = ${JSON.stringify(text)};
export function wasmBytes() {
  const index = {}, single = [], pair = [], bytes = new Uint8Array(${length});
  let i = 32, n = 0;
  for (; i < 127; i++) if (![34, 36, 39, 60, 92, 96].includes(i)) index[i] = n++;
  for (i = 0; i < 256; i++) (parseInt("${singles}"[i >> 2], 16) >> (i & 3) & 1 ? single : pair).push(i);
  const next = () => index[text.charCodeAt(i++)];
  for (i = n = 0; n < ${length}; n++) {
    const symbol = next();
    bytes[n] = symbol < ${prefixes} ? pair[symbol * ${pairsPerPrefix} + next()] : single[symbol - ${prefixes}];
  }
  return bytes;
}
`;
}
