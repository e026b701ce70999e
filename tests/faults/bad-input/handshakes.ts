import { openPacket } from "../../e2e/harness/fake-server.ts";
import { broken, refused, unjoined, works } from "./outcome.ts";
import type { Case } from "./runner.ts";

const INVALID = refused("E_PROTOCOL");
const NO_HANDSHAKE = refused("E_NOT_SOCKETIO");

/** OPEN packets, and what comes in their place. */
export const handshakes: readonly Case[] = [
  { name: "nothing behind the type", handshake: "0", expect: INVALID },
  { name: "bad JSON", handshake: "0{not json", expect: INVALID },
  { name: "JSON that goes on after its end", handshake: `${openPacket()}}`, expect: INVALID },
  { name: "null", handshake: "0null", expect: INVALID },
  { name: "a number", handshake: "042", expect: INVALID },
  { name: "a text", handshake: '0"text"', expect: INVALID },
  { name: "true", handshake: "0true", expect: INVALID },
  { name: "an array", handshake: "0[]", expect: INVALID },
  { name: "an array nested 100,000 deep", handshake: `0${nested(100_000)}`, expect: INVALID },
  { name: "an empty object", handshake: "0{}", expect: INVALID },

  { name: "no sid", handshake: openPacket({ sid: undefined }), expect: INVALID },
  { name: "an empty sid", handshake: openPacket({ sid: "" }), expect: INVALID },
  { name: "a sid that is null", handshake: openPacket({ sid: null }), expect: INVALID },
  { name: "a sid that is a number", handshake: openPacket({ sid: 7 }), expect: INVALID },
  { name: "a sid that is an object", handshake: openPacket({ sid: { toString: "x" } }), expect: INVALID },
  { name: "a sid of another URL", handshake: openPacket({ sid: "&sid=x#/../\u0000\ud800 ?" }), expect: works() },
  { name: "a sid that is too long for a URL", handshake: openPacket({ sid: "x".repeat(100_000) }), over: "polling", expect: unjoined("E_NETWORK", "transport error") },

  ...(["pingInterval", "pingTimeout"] as const).flatMap((name): Case[] => [
    { name: `no ${name}`, handshake: openPacket({ [name]: undefined }), expect: INVALID },
    { name: `${name} 0`, handshake: openPacket({ [name]: 0 }), expect: INVALID },
    { name: `${name} -25000`, handshake: openPacket({ [name]: -25_000 }), expect: INVALID },
    { name: `${name} 2^31`, handshake: openPacket({ [name]: 2 ** 31 }), expect: INVALID },
    { name: `${name} 1e300`, handshake: openPacket({ [name]: 1e300 }), expect: INVALID },
    { name: `${name} 1e999`, handshake: withRaw(name, "1e999"), expect: INVALID },
    { name: `${name} NaN`, handshake: withRaw(name, "NaN"), expect: INVALID },
    { name: `${name} null`, handshake: openPacket({ [name]: null }), expect: INVALID },
    { name: `${name} true`, handshake: openPacket({ [name]: true }), expect: INVALID },
    { name: `${name} as a text`, handshake: openPacket({ [name]: "25000" }), expect: INVALID },
    { name: `${name} as an array`, handshake: openPacket({ [name]: [25_000] }), expect: INVALID },
    { name: `${name} 2^31 - 1`, handshake: openPacket({ [name]: 2 ** 31 - 1 }), expect: works() },
  ]),
  { name: "intervals of 1 ms and no ping", handshake: openPacket({ pingInterval: 1, pingTimeout: 1 }), onConnect: [], expect: unjoined("", "ping timeout") },

  { name: "no upgrades", handshake: openPacket({ upgrades: undefined }), expect: works() },
  { name: "upgrades null", handshake: openPacket({ upgrades: null }), expect: INVALID },
  { name: "upgrades as a text", handshake: openPacket({ upgrades: "websocket" }), expect: INVALID },
  { name: "upgrades as an object", handshake: openPacket({ upgrades: { 0: "websocket", length: 1 } }), expect: INVALID },
  { name: "upgrades of numbers", handshake: openPacket({ upgrades: [1, 2] }), expect: INVALID },
  { name: "upgrades of null", handshake: openPacket({ upgrades: [null] }), expect: INVALID },
  { name: "unknown upgrades", handshake: openPacket({ upgrades: ["carrier pigeon", "__proto__", ""] }), expect: works() },
  { name: "100,000 upgrades", handshake: openPacket({ upgrades: Array<string>(100_000).fill("x") }), expect: works() },

  { name: "no maxPayload", handshake: openPacket({ maxPayload: undefined }), expect: works() },
  { name: "maxPayload 0", handshake: openPacket({ maxPayload: 0 }), expect: INVALID },
  { name: "maxPayload -1", handshake: openPacket({ maxPayload: -1 }), expect: INVALID },
  { name: "maxPayload null", handshake: openPacket({ maxPayload: null }), expect: INVALID },
  { name: "maxPayload as a text", handshake: openPacket({ maxPayload: "1000000" }), expect: INVALID },
  { name: "maxPayload NaN", handshake: withRaw("maxPayload", "NaN"), expect: INVALID },
  { name: "maxPayload 100", handshake: openPacket({ maxPayload: 100 }), expect: works() },
  { name: "maxPayload 1e300", handshake: openPacket({ maxPayload: 1e300 }), expect: works() },

  { name: "further members, __proto__ among them", handshake: withRaw("__proto__", '{"polluted":1,"sid":1}'), expect: works() },
  { name: "a further member nested 100,000 deep", handshake: withRaw("x", nested(100_000)), expect: works() },
  { name: "the same member twice", handshake: withRaw("pingInterval", '0,"pingInterval":25000'), expect: works() },

  { name: "an empty frame first", handshake: "", expect: NO_HANDSHAKE },
  { name: "an unknown packet type first", handshake: "9", expect: NO_HANDSHAKE },
  { name: "JSON without a type first", handshake: openPacket().slice(1), expect: NO_HANDSHAKE },
  { name: "prose first", handshake: "hello", expect: NO_HANDSHAKE },
  { name: "NUL first", handshake: `\0${openPacket()}`, expect: NO_HANDSHAKE },
  { name: "a byte order mark first", handshake: `\ufeff${openPacket()}`, over: "websocket", expect: NO_HANDSHAKE },
  { name: "CLOSE first", handshake: "1", expect: NO_HANDSHAKE },
  { name: "a ping first", handshake: "2", expect: NO_HANDSHAKE },
  { name: "a pong first", handshake: "3probe", expect: NO_HANDSHAKE },
  { name: "CONNECT first", handshake: '40{"sid":"x"}', expect: NO_HANDSHAKE },
  { name: "an event first", handshake: '42["e"]', expect: NO_HANDSHAKE },
  { name: "UPGRADE first", handshake: "5", expect: NO_HANDSHAKE },
  { name: "a NOOP first", handshake: "6", expect: NO_HANDSHAKE },
  { name: "an attachment first", handshake: Buffer.from(openPacket()), expect: NO_HANDSHAKE },
  { name: "base64 first", handshake: "bMA==", expect: NO_HANDSHAKE },

  { name: "a second handshake at once", onOpen: [openPacket()], expect: unjoined() },
  { name: "a second handshake later", onGo: [openPacket()], expect: broken() },
  { name: "a second handshake that is empty", onGo: ["0"], expect: broken() },
];

/** A good OPEN packet with `name` as this JSON. */
function withRaw(name: string, json: string): string {
  return `${openPacket({ [name]: undefined }).slice(0, -1)},"${name}":${json}}`;
}

/** An array of arrays. */
export function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}
