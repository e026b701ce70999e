import type { Duplex } from "node:stream";

import type { WebSocket } from "ws";

import { openPacket, type Frame } from "../../e2e/harness/fake-server.ts";
import { broken, refused, works } from "./outcome.ts";
import type { Case } from "./runner.ts";

const REFUSED = refused("E_NETWORK");
/** The websocket was closed, or is simply gone: browsers do not tell these apart. */
const CLOSED = broken("E_NETWORK", "transport close");
/** What came is no websocket's. */
const FAILED = broken("E_NETWORK", "transport error");

/** What can be wrong with a websocket itself. */
export const websockets: readonly Case[] = ([
  ...[200, 204, 301, 400, 403, 404, 429, 502].map((code): Case => ({ name: `status ${code} for a websocket`, upgrade: answer(`HTTP/1.1 ${code} X\r\nLocation: /\r\nContent-Length: 0`), expect: REFUSED })),
  { name: "no answer", upgrade: () => {}, timeout: 400, expect: refused("E_TIMEOUT") },
  { name: "a connection that is closed before its answer", upgrade: (socket) => socket.end(), expect: REFUSED },
  { name: "a connection that is cut before its answer", upgrade: (socket) => socket.destroy(), expect: REFUSED },
  { name: "no HTTP", upgrade: (socket) => socket.end(openPacket()), expect: REFUSED },
  { name: "half an answer", upgrade: (socket) => socket.end("HTTP/1.1 101 Switching Pro"), expect: REFUSED },
  { name: "a wrong accept key", upgrade: answer("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x"), expect: REFUSED },
  { name: "an answer without upgrade", upgrade: answer("HTTP/1.1 101 X"), expect: REFUSED },

  ...[1000, 1002, 1008, 1009, 1011, 1012, 4000].flatMap((code): Case[] => [
    { name: `close ${code} before the handshake`, handshake: (websocket) => websocket.close(code, "no"), expect: REFUSED },
    { name: `close ${code} after connecting`, onGo: [(websocket) => websocket.close(code, "no")], expect: CLOSED },
  ]),
  { name: "a close frame without code", onGo: [last(0x88, 0)], expect: CLOSED },
  { name: "a close frame of one byte", onGo: [bytes(0x88, 1, 3)], expect: FAILED },
  { name: "a close frame with code 0", onGo: [bytes(0x88, 2, 0, 0)], expect: FAILED },
  { name: "a close frame with code 1005", onGo: [bytes(0x88, 2, 3, 0xed)], expect: FAILED },
  { name: "a close frame whose reason is no UTF-8", onGo: [bytes(0x88, 3, 3, 0xe8, 0xff)], expect: FAILED },
  { name: "two close frames", onGo: [last(0x88, 2, 3, 0xe8, 0x88, 2, 3, 0xe8)], expect: FAILED },
  { name: "an event behind a close frame", onGo: [last(0x88, 2, 3, 0xe8, 0x81, 7, ...Buffer.from('42["e"]'))], expect: FAILED },
  { name: "a connection cut before the handshake", handshake: (websocket) => websocket.terminate(), expect: REFUSED },
  { name: "a connection cut after connecting", onGo: [(websocket) => websocket.terminate()], expect: CLOSED },
  { name: "a connection cut within a message", onGo: [bytes(0x81, 10, 0x34), (websocket) => websocket.terminate()], expect: CLOSED },
  { name: "a close frame, and the connection stays open", onGo: [last(0x88, 2, 3, 0xe8), stay], expect: CLOSED },

  { name: "a text frame that is no UTF-8", onGo: [bytes(0x81, 2, 0x34, 0xff)], expect: FAILED },
  { name: "a lone surrogate in a text frame", onGo: [bytes(0x81, 4, 0x34, 0xed, 0xa0, 0x80)], expect: FAILED },
  { name: "an unknown opcode", onGo: [bytes(0x83, 0)], expect: FAILED },
  { name: "a reserved bit", onGo: [bytes(0xf1, 1, 0x36)], expect: FAILED },
  { name: "a frame that is masked", onGo: [bytes(0x81, 0x81, 0, 0, 0, 0, 0x36)], expect: FAILED },
  { name: "a frame of 2^63 bytes", onGo: [bytes(0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)], expect: FAILED },
  { name: "a continuation of nothing", onGo: [bytes(0x80, 1, 0x36)], expect: FAILED },
  { name: "a fragmented control frame", onGo: [bytes(0x09, 0)], expect: FAILED },
  { name: "a message in fragments of one byte", onGo: [bytes(...[...Buffer.from('42["e"]')].flatMap((byte, i) => [(i === 6 ? 0x80 : 0) | (i === 0 ? 1 : 0), 1, byte]))], expect: works('event ["e"]') },
  { name: "10,000 pings and pongs of websocket itself", onGo: [bytes(...Array<number[]>(10_000).fill([0x89, 0, 0x8a, 0]).flat())], expect: works() },
  { name: "empty fragments without end", onGo: [bytes(0x01, 0, ...Array<number[]>(10_000).fill([0, 0]).flat()), (websocket) => websocket.terminate()], expect: CLOSED },
] satisfies Case[]).map((given: Case): Case => ({ over: "websocket", ...given }));

/** Sends these bytes as they are. */
function bytes(...all: number[]): Frame {
  return (websocket) => raw(websocket).write(Buffer.from(all));
}

/** The same, and nothing after them. */
function last(...all: number[]): Frame {
  return (websocket) => {
    raw(websocket).write(Buffer.from(all));
    raw(websocket).write = () => true;
  };
}

/** Takes the answer of the browser to a close frame, and does nothing. */
function stay(websocket: WebSocket): void {
  raw(websocket).removeAllListeners("data");
  raw(websocket).resume();
}

/** The connection below the websocket. */
function raw(websocket: WebSocket): Duplex {
  return (websocket as unknown as { _socket: Duplex })._socket;
}

function answer(head: string): (socket: Duplex) => void {
  return (socket) => socket.end(`${head}\r\nConnection: close\r\n\r\n`);
}
