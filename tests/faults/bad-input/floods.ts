import { openPacket, type Answer, type Frame } from "../../e2e/harness/fake-server.ts";
import { broken, works } from "./outcome.ts";
import type { Case } from "./runner.ts";

/** Too much of what is right. A websocket brings each frame in a task of its own, which takes longer: fewer of them say as much. */
export const floods: readonly Case[] = [
  ...([["polling", 200_000], ["websocket", 20_000]] as const).flatMap(([over, count]): Case[] => [
    { name: `${count} NOOPs`, over, onGo: flood(count, "6"), expect: works() },
    { name: `${count} pongs`, over, onGo: flood(count, "3"), expect: works() },
    { name: `${count} events of an unknown namespace`, over, onGo: flood(count, '42/unknown,["e"]'), expect: works() },
    { name: `${count} unknown acks`, over, onGo: flood(count, '43777["e"]'), expect: works() },
    { name: `${count} empty packets`, over, onGo: flood(count, ""), expect: broken() },
    { name: `${count} handshakes`, over, onGo: flood(count, openPacket()), expect: broken() },
    { name: `${count} DISCONNECTs`, over, onGo: flood(count, "41"), expect: { told: ["connect", "disconnect io server disconnect"], then: "rests" } },
  ]),
  // Enough that no machine is through with them at once.
  { name: "1000000 pings", over: "polling", onGo: flood(1_000_000, "2"), expect: { ...works(), shares: true } },
  { name: "20000 pings", over: "websocket", onGo: flood(20_000, "2"), expect: { ...works(), shares: true } },
  { name: "1,000,000 separators in the first body", handshake: `${openPacket()}${"\x1e".repeat(1_000_000)}`, over: "polling", expect: { ...broken(), told: ["disconnect parse error E_PROTOCOL"] } },
  { name: "a GET that is answered with a NOOP 50 times", over: "polling", poll: noops(50), expect: works() },
  // Over polling the body ends it, before the message is known.
  ...([["a message of 40 MB", 40, "polling", "parse"], ["a message of 100 MB", 100, "polling", "transport"], ["a message of 100 MB", 100, "websocket", "parse"]] as const).map(
    ([name, megabytes, over, what]): Case => ({
      name,
      over,
      onGo: () => [`42["e","${"x".repeat(megabytes * 1_000_000)}"]`],
      expect: { ...broken("E_PAYLOAD_TOO_LARGE", `${what} error`), rounds: 1 },
    }),
  ),
  {
    name: "an attachment of 20 MB",
    onGo: () => ['451-["e",{"_placeholder":true,"num":0}]', Buffer.alloc(20_000_000)],
    expect: { ...broken("E_PAYLOAD_TOO_LARGE"), rounds: 1 },
  },
];

/** Made when it is sent: all of them at once would be large. */
function flood(count: number, frame: string): () => readonly Frame[] {
  return () => ['42["start"]', ...Array<string>(count).fill(frame)];
}

/** Answers so many GETs at once with a NOOP. */
function noops(count: number): Answer {
  let requests = 0;
  return (response) => requests++ < count && response.end("6");
}
