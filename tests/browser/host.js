// The host's side of the bindings: a table of slots, a list of records, and a view on the module's memory.

/** Kinds of records, as in js/host/abi.ts. */
const TIMER = 1;
const SEND = 4;
const EVENT = 10;
/** Behind so many code units of the host's are those of the core's. */
const SCRATCH_UNITS = 4096;

const slots = new Map();
let last = 0;
const records = [];
let heads;
let head = "";
let sockets = [];

/** Says where the module has its buffers; a head is read before the next one is written. */
export function read_heads(memory, buffers) {
  heads = (count) => String.fromCharCode(...new Uint16Array(memory.buffer, buffers + 2 * SCRATCH_UNITS, count));
}

/** The fields of the next record that was told: kind, a, slot, b, c, d. None: empty. */
export function next_record() {
  const [record = [], text = ""] = records.shift() ?? [];
  head = text;
  return record;
}

/** The head of the SEND that was given last. */
export function head_of_record() {
  return head;
}

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

/** Says which namespaces the sockets of the manager have that is driven. */
export function name_sockets(namespaces) {
  sockets = namespaces;
}

export const put_bytes = put;
export const take_bytes = take;

export function held() {
  return slots.size;
}

/** Keeps a text, and with it what is in the slots: its attachments. */
export function put_with(text, attachments) {
  return put(attachments.length > 0 ? [text, ...Array.from(attachments, take)] : text);
}

/** Leaves the text of a content in its slot, and gives the slots of its attachments. */
export function split(slot) {
  const content = peek(slot);
  if (!Array.isArray(content)) return [];
  slots.set(slot, content[0]);
  return content.slice(1).map(put);
}

export function write_units(memory, at, text, count) {
  const view = new Uint16Array(memory.buffer, at, count);
  for (let index = 0; index < count; index++) view[index] = text.charCodeAt(index);
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
globalThis.byte_length = (slot, enough, part) => {
  const value = [peek(slot)].flat()[part];
  return typeof value === "string" ? new TextEncoder().encode(value).length : value.byteLength;
};
globalThis.attach = (slot, attachment) => {
  if (is_text(attachment) && !peek(attachment).startsWith("b")) throw new Error(`${peek(attachment)} is no attachment`);
  slots.set(slot, [peek(slot), take(attachment)].flat());
};
globalThis.attachment = (slot, index) => put(peek(slot)[index + 1]);
globalThis.record = (kind, a, slot, b, c, d) => void records.push([[kind, a, slot, b, c, d], kind === SEND ? heads(b) : ""]);
globalThis.event = (socket, slot, offset, ack) => void records.push([[EVENT, socket, slot, offset, ack, 0]]);
globalThis.timer = (deadline) => void records.push([[TIMER, 0, 0, deadline, 0, 0]]);
globalThis.find = (slot, start, end) => sockets.indexOf([peek(slot)].flat()[0].slice(start, end));
