// The host's side of the bindings: a table of slots, and views on the module's memory.

const slots = new Map();
let last = 0;

export function put(value) {
  slots.set(++last, value);
  return last;
}

export function peek(slot) {
  if (!slots.has(slot)) throw new Error(`slot ${slot} is empty`);
  return slots.get(slot);
}

export function take(slot) {
  const value = peek(slot);
  slots.delete(slot);
  return value;
}

export function is_text(slot) {
  return typeof peek(slot) === "string";
}

export const put_bytes = put;
export const take_bytes = take;

export function held() {
  return slots.size;
}

export function words(memory, at, count) {
  return new Uint32Array(memory.buffer, at, count).slice();
}

export function number(memory, at) {
  return new Float64Array(memory.buffer, at, 1)[0];
}

export function units(memory, at, count) {
  return String.fromCharCode(...new Uint16Array(memory.buffer, at, count));
}

export function write_units(memory, at, text, count) {
  const view = new Uint16Array(memory.buffer, at, count);
  for (let index = 0; index < count; index++) view[index] = text.charCodeAt(index);
}

export function write_words(memory, at, values) {
  new Uint32Array(memory.buffer, at, values.length).set(values);
}

export function memory_bytes(memory) {
  return memory.buffer.byteLength;
}

/** The arguments of the export `handshake` for the JSON of an OPEN packet. */
export function read_handshake(json) {
  const members = objectOf(json);
  if (members === undefined) return [0, NaN, NaN, NaN];
  const { sid, pingInterval, pingTimeout, maxPayload, upgrades } = members;
  const names = Array.isArray(upgrades) && upgrades.every((name) => typeof name === "string") ? upgrades : [];
  const flags =
    1 |
    (typeof sid === "string" && sid !== "" ? 2 : 0) |
    (upgrades === undefined || names === upgrades ? 4 : 0) |
    (names.includes("websocket") ? 8 : 0) |
    (names.includes("webtransport") ? 16 : 0);
  return [flags, number_or_nan(pingInterval), number_or_nan(pingTimeout), maxPayload === undefined ? Infinity : number_or_nan(maxPayload)];
}

/** The flags of the export `joined` for the JSON of a CONNECT. */
export function read_connect(json, lastPid) {
  const members = json === "" ? {} : objectOf(json);
  if (members === undefined) return 0;
  const { sid, pid } = members;
  return 1 | (typeof sid === "string" && sid !== "" ? 2 : 0) | (typeof pid === "string" && pid === lastPid ? 4 : 0);
}

function objectOf(json) {
  try {
    const value = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function number_or_nan(value) {
  return typeof value === "number" ? value : NaN;
}

// The module's imports: the generated glue looks for them among the globals.
globalThis.release = (slot) => void take(slot);
globalThis.duplicate = (slot) => put(peek(slot));
globalThis.byte_length = (slot) => {
  const value = peek(slot);
  return typeof value === "string" ? new TextEncoder().encode(value).length : value.byteLength;
};
