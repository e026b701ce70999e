import { broken, works } from "./outcome.ts";
import { nested } from "./handshakes.ts";
import type { Case } from "./runner.ts";

const INVALID = broken();
/** One of these is the id of the ack that "go" waits for: it grows with each connection. */
const ids = [0, 1, 2, 3, 4, 5];
const ATTACHMENT = Buffer.from([1, 2, 3]);

/** Packets after connecting: their types, headers and ack ids. */
export const packets: readonly Case[] = [
  { name: "an empty frame", onGo: [""], expect: INVALID },
  { name: "an unknown Engine.IO type", onGo: ["9"], expect: INVALID },
  { name: "an Engine.IO type that is a letter", onGo: ["x"], expect: INVALID },
  { name: "an Engine.IO type that is half a surrogate pair", onGo: ["\ud83d\ude00"], expect: INVALID },
  { name: "NUL as Engine.IO type", onGo: ["\0"], expect: INVALID },
  { name: "UPGRADE", onGo: ["5"], expect: INVALID },
  { name: "a pong", onGo: ["3", "3probe", "3\0"], expect: works() },
  { name: "a NOOP with content", onGo: ["6", '6["x"]'], expect: works() },
  { name: "a ping with content", onGo: ["2probe", '2{"x":1}'], expect: works() },
  { name: "an empty message", onGo: ["4"], expect: INVALID },
  { name: "an unknown Socket.IO type", onGo: ["47"], expect: INVALID },
  { name: "a Socket.IO type that is a letter", onGo: ["4x"], expect: INVALID },
  { name: "NUL as Socket.IO type", onGo: ["4\0"], expect: INVALID },
  { name: "a message that is JSON", onGo: ['4["e"]'], expect: INVALID },

  { name: "an event of an unknown namespace", onGo: ['42/unknown,["e"]'], expect: works() },
  { name: "an event of a namespace named __proto__", onGo: ['42/__proto__,["e"]'], expect: works() },
  { name: "an event of a namespace without comma", onGo: ['42/unknown["e"]'], expect: INVALID },
  { name: "bad JSON for an unknown namespace", onGo: ['42/unknown,["e"'], expect: works() },
  { name: "an attachment for an unknown namespace", onGo: ['451-/unknown,["e",{"_placeholder":true,"num":0}]', ATTACHMENT], expect: works() },
  { name: "a namespace of 1 MB", onGo: [`42/${"x".repeat(1_000_000)},["e"]`], expect: INVALID },
  { name: "a namespace that does not end", onGo: [`42/${"x".repeat(1_000_000)}`], expect: INVALID },
  { name: "a namespace of 4,000 units", onGo: [`42/${"x".repeat(4000)},["e"]`], expect: works() },
  { name: "a namespace of surrogates and NUL", onGo: ['42/\ud83d\ude00\0,["e"]'], expect: works() },
  { name: "an ack id of 1 MB", onGo: [`42${"1".repeat(1_000_000)}["e"]`], expect: INVALID },
  { name: "blanks before the JSON", onGo: ['42 ["e"]'], expect: INVALID },

  { name: "an ack id that was never issued", onGo: ["43777[]"], expect: works() },
  { name: "an ack that comes twice", onGo: ['430["a"]', '430["b"]'], expect: works('ack ["a"]') },
  { name: "an ack of an unknown namespace", onGo: ['43/unknown,0["a"]'], expect: works() },
  { name: "an ack id of 2^53 - 1", onGo: ["439007199254740991[]"], expect: works() },
  { name: "an ack id of 2^53", onGo: ["439007199254740992[]"], expect: INVALID },
  { name: "an ack id of 2^64", onGo: ["4318446744073709551616[]"], expect: INVALID },
  { name: "an ack id of 400 digits", onGo: [`43${"9".repeat(400)}[]`], expect: INVALID },
  { name: "an ack id 431e+30", onGo: ["43431e+30[]"], expect: INVALID },
  { name: "an ack id with leading zeros", onGo: ["4300777[]"], expect: works() },
  { name: "a negative ack id", onGo: ["43-1[]"], expect: INVALID },
  { name: "a fractional ack id", onGo: ["430.5[]"], expect: INVALID },
  { name: "a hexadecimal ack id", onGo: ["430x1[]"], expect: INVALID },
  { name: "an ack without id", onGo: ['43["a"]'], expect: INVALID },
  { name: "an ack without payload", onGo: ["430"], expect: INVALID },
  { name: "an ack with an object", onGo: ids.map((id) => `43${id}{"a":1}`), expect: INVALID },
  { name: "an ack with null", onGo: ["430null"], expect: INVALID },
  { name: "an ack with bad JSON", onGo: ids.map((id) => `43${id}["a"`), expect: INVALID },
  { name: "an ack with members of objects", onGo: ['430[{"__proto__":{"polluted":1}}]'], expect: works('ack [{"__proto__":{"polluted":1}}]') },
  { name: "an ack with an attachment too few", onGo: ids.flatMap((id) => [`461-${id}[{"_placeholder":true,"num":1}]`, ATTACHMENT]), expect: INVALID },
  { name: "an event whose ack id is 2^53", onGo: ['429007199254740992["e"]'], expect: INVALID },
];

/** The JSON of events. */
export const events: readonly Case[] = [
  { name: "no payload", onGo: ["42"], expect: INVALID },
  { name: "bad JSON", onGo: ['42["e",'], expect: INVALID },
  { name: "JSON that goes on after its end", onGo: ['42["e"]]'], expect: INVALID },
  { name: "an empty array", onGo: ["42[]"], expect: INVALID },
  { name: "an object", onGo: ['42{"0":"e","length":1}'], expect: INVALID },
  { name: "a text", onGo: ['42"e"'], expect: INVALID },
  { name: "null", onGo: ["42null"], expect: INVALID },
  { name: "an object as name", onGo: ['42[{"toString":"e"}]'], expect: INVALID },
  { name: "an array as name", onGo: ['42[["connect"]]'], expect: INVALID },
  { name: "null as name", onGo: ["42[null]"], expect: INVALID },
  { name: "true as name", onGo: ["42[true]"], expect: INVALID },
  { name: "a number as name", onGo: ["42[7]"], expect: works("event [7]") },
  { name: "an empty name", onGo: ['42[""]'], expect: works('event [""]') },
  { name: "a name of NUL and half a surrogate pair", onGo: ['42["\\u0000\\ud800"]'], expect: works('event ["\\u0000\\ud800"]') },
  { name: "a name in the form of a recovery offset", onConnect: ['40{"sid":"s","pid":"p"}'], onGo: ['42["507f1f77bcf86cd799439011"]'], expect: works('event ["507f1f77bcf86cd799439011"]') },
  { name: "NUL in the JSON", onGo: ['42["e\0"]'], expect: INVALID },
  { name: "a line break in a text of the JSON", onGo: ['42["e\n"]'], expect: INVALID },
  ...["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"].map(
    (name): Case => ({ name: `${name} as name`, onGo: [`42["${name}","x"]`], expect: INVALID }),
  ),
  ...["__proto__", "constructor", "toString", "hasOwnProperty"].flatMap((name): Case[] => [
    { name: `${name} as name`, onGo: [`42["${name}",1]`], expect: works(`event ["${name}",1]`, `on ${name}`) },
    { name: `${name} as key`, onGo: [`42["e",{"${name}":{"polluted":1}}]`], expect: works(`event ["e",{"${name}":{"polluted":1}}]`) },
    {
      name: `${name} as key beside an attachment`,
      onGo: [`451-["e",{"${name}":{"polluted":{"_placeholder":true,"num":0}}}]`, ATTACHMENT],
      expect: works(`event ["e",{"${name}":{"polluted":{}}}]`),
    },
  ]),
  { name: "nesting 500 deep", onGo: [`42["e",${nested(500)}]`], expect: works(`event ["e",${nested(500)}]`) },
  // JSON.parse takes any depth, and nothing of ours walks through the values: what is in them is the app's, however deep. A limit would
  // cost every message a count of its brackets.
  { name: "nesting 100,000 deep", onGo: [`42["e",${nested(100_000)}]`], expect: works("event too deep to be shown") },
  // Attachments are put into their places, which takes a walk: here the stack is the limit.
  { name: "nesting 100,000 deep beside an attachment", onGo: [`451-["e",${nested(100_000)},{"_placeholder":true,"num":0}]`, ATTACHMENT], expect: INVALID },
  { name: "nesting 100,000 deep in an ack", onGo: ids.map((id) => `43${id}[${nested(100_000)}]`), expect: works("ack too deep to be shown") },
  { name: "nesting that does not end", onGo: [`42["e",${"[".repeat(100_000)}`], expect: INVALID },
  { name: "1,000,000 arguments", onGo: [`42["e"${",1".repeat(1_000_000)}]`], expect: INVALID },
  { name: "a number of 100,000 digits", onGo: [`42["e",${"9".repeat(100_000)}]`], expect: works('event ["e",null]') },
];

/** Attachments and their placeholders. */
export const attachments: readonly Case[] = [
  { name: "0 attachments", onGo: ['450-["e"]'], expect: INVALID },
  { name: "11 attachments", onGo: ['4511-["e"]'], expect: INVALID },
  { name: "10^9 attachments", onGo: ['451000000000-["e"]'], expect: INVALID },
  { name: "10^30 attachments", onGo: [`451${"0".repeat(30)}-["e"]`], expect: INVALID },
  { name: "a hexadecimal number of attachments", onGo: ['450x1-["e"]'], expect: INVALID },
  { name: "a negative number of attachments", onGo: ['45-1-["e"]'], expect: INVALID },
  { name: "a fractional number of attachments", onGo: ['451.5-["e"]'], expect: INVALID },
  { name: "no number of attachments", onGo: ['45-["e"]'], expect: INVALID },
  { name: "no dash", onGo: ['451["e"]'], expect: INVALID },
  { name: "nothing behind the dash", onGo: ["451-"], expect: INVALID },
  { name: "the number alone", onGo: ["451"], expect: INVALID },
  { name: "bad JSON", onGo: ['451-["e"', ATTACHMENT], expect: INVALID },
  { name: "10 attachments", onGo: ['4510-["e"]', ...Array<Buffer>(10).fill(ATTACHMENT)], expect: works('event ["e"]') },

  { name: "a placeholder out of range", onGo: [binary('"num":1'), ATTACHMENT], expect: INVALID },
  { name: "a placeholder of 10^9", onGo: [binary('"num":1000000000'), ATTACHMENT], expect: INVALID },
  { name: "a negative placeholder", onGo: [binary('"num":-1'), ATTACHMENT], expect: INVALID },
  { name: "a fractional placeholder", onGo: [binary('"num":0.5'), ATTACHMENT], expect: INVALID },
  { name: "a placeholder that is a text", onGo: [binary('"num":"0"'), ATTACHMENT], expect: INVALID },
  { name: "a placeholder length", onGo: [binary('"num":"length"'), ATTACHMENT], expect: INVALID },
  { name: "a placeholder null", onGo: [binary('"num":null'), ATTACHMENT], expect: INVALID },
  { name: "a placeholder without num", onGo: [binary('"x":0'), ATTACHMENT], expect: INVALID },
  { name: "a placeholder as the whole payload", onGo: ['451-{"_placeholder":true,"num":0}', ATTACHMENT], expect: INVALID },
  { name: "a placeholder as name", onGo: ['451-[{"_placeholder":true,"num":0}]', ATTACHMENT], expect: INVALID },
  { name: "a placeholder twice", onGo: ['451-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]', ATTACHMENT], expect: works('event ["e",{},{}]') },
  { name: "an attachment without placeholder", onGo: ['451-["e"]', ATTACHMENT], expect: works('event ["e"]') },
  { name: "a placeholder in an event without attachments", onGo: ['42["e",{"_placeholder":true,"num":0}]'], expect: works('event ["e",{"_placeholder":true,"num":0}]') },
  { name: "a placeholder that is not true", onGo: ['451-["e",{"_placeholder":1,"num":9}]', ATTACHMENT], expect: works('event ["e",{"_placeholder":1,"num":9}]') },

  { name: "text where an attachment must come", onGo: [binary('"num":0'), '42["e"]'], expect: INVALID },
  { name: "CONNECT where an attachment must come", onGo: [binary('"num":0'), '40{"sid":"s"}'], expect: INVALID },
  { name: "a ping where an attachment must come", onGo: [binary('"num":0'), "2", "6", ATTACHMENT], expect: works('event ["e",{}]') },
  { name: "binary that nothing announced", onGo: [ATTACHMENT], expect: INVALID },
  { name: "empty binary that nothing announced", onGo: [Buffer.alloc(0)], expect: INVALID },
  { name: "base64 that nothing announced", onGo: ["bAQID"], expect: INVALID },
  { name: "one attachment too many", onGo: [binary('"num":0'), ATTACHMENT, ATTACHMENT], expect: { told: ["connect", 'event ["e",{}]', "disconnect parse error E_PROTOCOL"], then: "retries" } },
  { name: "an empty attachment", onGo: [binary('"num":0'), Buffer.alloc(0)], expect: works('event ["e",{}]') },
  { name: "base64 without content", onGo: [binary('"num":0'), "b"], expect: works('event ["e",{}]') },
  ...["b!!!!", "bAQID=", "bA", "b====", "b\0", "b\u00ff\u0100", "bAQ-_", `b${"!".repeat(100_000)}`].map(
    (text): Case => ({ name: `${JSON.stringify(text).slice(0, 30)} as base64`, onGo: [binary('"num":0'), text], expect: INVALID }),
  ),
  { name: "bad base64 for an unknown namespace", onGo: ['451-/unknown,["e",{"_placeholder":true,"num":0}]', "b!!!!"], expect: works() },
];

/** An event with one attachment and a placeholder with this member. */
function binary(member: string): string {
  return `451-["e",{"_placeholder":true,${member}}]`;
}
