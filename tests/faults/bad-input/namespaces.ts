import { broken, refused, rests, unjoined, works, type Outcome } from "./outcome.ts";
import type { Case } from "./runner.ts";

const CONNECT = '40{"sid":"fake-socket"}';
/** A refusal is final; so is a server of another version. */
const denied = rests("connect_error E_DENIED");
const anotherVersion = rests("connect_error E_V2_SERVER");
const left = rests("disconnect io server disconnect");
/** A refusal of a socket that has joined. */
const expelled = rests("connect", "disconnect io server disconnect", "connect_error E_DENIED");

/** Joining and leaving. */
export const namespaces: readonly Case[] = [
  { name: "CONNECT without payload", onConnect: ["40"], expect: anotherVersion },
  { name: "CONNECT without sid", onConnect: ["40{}"], expect: anotherVersion },
  { name: "CONNECT with a sid that is a number", onConnect: ['40{"sid":7}'], expect: anotherVersion },
  { name: "CONNECT with an empty sid", onConnect: ['40{"sid":""}'], expect: anotherVersion },
  { name: "CONNECT with a text", onConnect: ['40"fake-socket"'], expect: unjoined() },
  { name: "CONNECT with null", onConnect: ["40null"], expect: unjoined() },
  { name: "CONNECT with an array", onConnect: ['40["sid"]'], expect: unjoined() },
  { name: "CONNECT with a number", onConnect: ["407"], expect: anotherVersion },
  { name: "CONNECT with bad JSON", onConnect: ['40{"sid":'], expect: unjoined() },
  { name: "CONNECT with members of objects", onConnect: ['40{"sid":"s","__proto__":{"polluted":1},"constructor":1,"pid":{}}'], expect: works() },
  { name: "CONNECT with a pid that is a number", onConnect: ['40{"sid":"s","pid":7}'], expect: works() },
  { name: "CONNECT of an unknown namespace", onConnect: ['40/unknown,{"sid":"s"}', CONNECT], expect: works() },
  { name: "CONNECT before the client's", onOpen: [CONNECT], onConnect: [], expect: works() },
  { name: "CONNECT twice", onConnect: [CONNECT, '40{"sid":"another"}'], expect: works() },
  { name: "CONNECT again after an event", onGo: ['42["a"]', '40{"sid":"another"}', '42["b"]'], expect: works('event ["a"]', 'event ["b"]') },
  { name: "CONNECT with bad JSON again", onGo: ["40null"], expect: broken() },

  { name: "CONNECT_ERROR as an object", onConnect: ['44{"message":"no","data":{"__proto__":{"polluted":1}}}'], expect: denied },
  { name: "CONNECT_ERROR as a text", onConnect: ['44"no"'], expect: denied },
  { name: "CONNECT_ERROR as an empty text", onConnect: ['44""'], expect: denied },
  { name: "CONNECT_ERROR null", onConnect: ["44null"], expect: denied },
  { name: "CONNECT_ERROR as a number", onConnect: ["447"], expect: denied },
  { name: "CONNECT_ERROR as an array", onConnect: ["44[]"], expect: denied },
  { name: "CONNECT_ERROR as an empty object", onConnect: ["44{}"], expect: denied },
  { name: "CONNECT_ERROR with a message that is an object", onConnect: ['44{"message":{"toString":1}}'], expect: denied },
  { name: "CONNECT_ERROR without payload", onConnect: ["44"], expect: denied },
  { name: "CONNECT_ERROR with bad JSON", onConnect: ["44{"], expect: denied },
  { name: "CONNECT_ERROR twice", onConnect: ['44"no"', '44"no"'], expect: denied },
  { name: "CONNECT_ERROR, then CONNECT", onConnect: ['44"no"', CONNECT], expect: denied },
  { name: "CONNECT_ERROR of an unknown namespace", onConnect: ['44/unknown,"no"', CONNECT], expect: works() },
  { name: "CONNECT_ERROR after connecting", onGo: ['44"no"'], expect: expelled },
  { name: "CONNECT_ERROR without payload after connecting", onGo: ["44"], expect: expelled },
  { name: "CONNECT_ERROR twice after connecting", onGo: ['44"no"', '44"no"'], expect: expelled },

  { name: "DISCONNECT before CONNECT", onConnect: ["41"], expect: left },
  { name: "DISCONNECT before CONNECT twice", onConnect: ["41", "41"], expect: left },
  { name: "DISCONNECT after connecting", onGo: ["41"], expect: rests("connect", "disconnect io server disconnect") },
  { name: "DISCONNECT after connecting twice", onGo: ["41", "41"], expect: rests("connect", "disconnect io server disconnect") },
  { name: "DISCONNECT with a payload", onGo: ['41{"x":1}'], expect: rests("connect", "disconnect io server disconnect") },
  { name: "DISCONNECT of an unknown namespace", onGo: ["41/unknown,"], expect: works() },

  { name: "an event before CONNECT", onConnect: ['42["early"]', CONNECT], expect: early(1) },
  { name: "1,000 events before CONNECT", onConnect: [...Array<string>(1000).fill('42["early"]'), CONNECT], expect: early(1000) },
  { name: "1,001 events before CONNECT", onConnect: Array<string>(1001).fill('42["early"]'), expect: unjoined("E_PAYLOAD_TOO_LARGE") },
  { name: "an event before CONNECT with bad JSON", onConnect: ['42["early"', CONNECT], expect: broken() },
  { name: "an ack before CONNECT", onConnect: ['430["early"]', CONNECT], expect: works() },
  { name: "an attachment before CONNECT", onConnect: [Buffer.from([1])], expect: unjoined() },
  { name: "an event with an attachment before CONNECT", onConnect: ['451-["early",{"_placeholder":true,"num":0}]', Buffer.from([1]), CONNECT], expect: early(1, 'event ["early",{}]') },
  { name: "half an event before CONNECT", onConnect: ['451-["early",{"_placeholder":true,"num":0}]', CONNECT], expect: unjoined() },
  { name: "an event before CONNECT_ERROR", onConnect: ['42["early"]', '44"no"'], expect: denied },
  { name: "an unknown packet type before CONNECT", onConnect: ["49"], expect: unjoined() },
  { name: "CLOSE before CONNECT", onConnect: ["1"], expect: unjoined("E_NETWORK", "transport close") },
  { name: "CLOSE right behind the handshake", onOpen: ["1"], expect: unjoined("E_NETWORK", "transport close") },
  { name: "CLOSE after connecting", onGo: ["1"], expect: broken("E_NETWORK", "transport close") },
  { name: "no answer to CONNECT, and no ping", handshake: '0{"sid":"s","pingInterval":200,"pingTimeout":100}', onConnect: [], expect: unjoined("", "ping timeout") },
  { name: "no handshake", handshake: () => {}, timeout: 400, over: "websocket", expect: refused("E_TIMEOUT") },
  { name: "no answer at all", open: () => {}, timeout: 400, over: "polling", expect: refused("E_TIMEOUT") },
];

/** What comes before CONNECT is told before "connect". */
function early(count: number, event = 'event ["early"]'): Outcome {
  return { told: [...Array<string>(count).fill(event), "connect"], then: "works" };
}
