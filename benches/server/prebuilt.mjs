/** Events built once: as WebSocket frames in big buffers, and as polling bodies. */
import { binaryEvent, smallEvent } from "../page/messages.js";

/**
 * Buffers of WebSocket frames that hold `count` events.
 * @param {"small" | "binary"} kind
 * @param {number} count
 */
export function eventFrames(kind, count) {
  const frames = (frameCache[kind] ??= eventsOf(kind).map(({ text, attachments }) => {
    return Buffer.concat([frame(TEXT, Buffer.from(text)), ...attachments.map((part) => frame(BINARY, part))]);
  }));
  const block = Buffer.concat(frames);
  const blocks = Array.from({ length: Math.floor(count / EVENTS) }, () => block);
  return [...blocks, Buffer.concat(frames.slice(0, count % EVENTS))];
}

/**
 * Polling bodies that hold `count` events.
 * @param {"small" | "binary"} kind
 * @param {number} count
 */
export function eventBodies(kind, count) {
  const packets = (packetCache[kind] ??= eventsOf(kind).map(({ text, attachments }) => {
    return [text, ...attachments.map((part) => `b${part.toString("base64")}`)].join("\x1e");
  }));
  const bodies = [];
  for (let left = count; left > 0; left -= EVENTS_PER_BODY[kind]) {
    bodies.push(packets.slice(0, Math.min(left, EVENTS_PER_BODY[kind])).join("\x1e"));
  }
  return bodies;
}

function eventsOf(kind) {
  return Array.from({ length: EVENTS }, (_, index) => {
    if (kind === "small") return { text: smallEvent(index), attachments: [] };
    const { text, attachments } = binaryEvent(index, 1, 1024);
    return { text, attachments: attachments.map((part) => Buffer.from(part)) };
  });
}

/** A whole, unmasked WebSocket frame (RFC 6455 §5.2). */
function frame(opcode, payload) {
  const head = payload.length < 126 ? Buffer.from([0x80 | opcode, payload.length]) : Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, payload]);
}

const TEXT = 1;
const BINARY = 2;
/** Distinct events of each kind. */
const EVENTS = 1000;
const EVENTS_PER_BODY = { small: 1000, binary: 100 };
const frameCache = {};
const packetCache = {};
