import { openPacket } from "../../e2e/harness/fake-server.ts";
import { works } from "./outcome.ts";
import type { Case } from "./runner.ts";

/** A websocket that cannot take over from polling: polling goes on. */
export const probes: readonly Case[] = ([
  { name: "no answer", onProbe: [] },
  { name: "a pong without probe", onProbe: ["3"] },
  { name: "an empty frame", onProbe: [""] },
  { name: "a ping", onProbe: ["2probe"] },
  { name: "a handshake", onProbe: [openPacket()] },
  { name: "an event", onProbe: ['42["e"]'] },
  { name: "CLOSE", onProbe: ["1"] },
  { name: "an attachment", onProbe: [Buffer.from("3probe")] },
  { name: "the right answer with more behind it", onProbe: ["3probe!"] },
  { name: "a close frame", onProbe: [(websocket) => websocket.close(4000)] },
  { name: "a connection that is cut", onProbe: [(websocket) => websocket.terminate()] },
  { name: "status 403", upgrade: (socket) => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") },
  { name: "a web page", upgrade: (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") },
  { name: "no answer to the request", upgrade: () => {} },
] satisfies Omit<Case, "expect">[]).map((given: Omit<Case, "expect">): Case => ({ over: "upgrade", handshake: openPacket({ upgrades: ["websocket"] }), expect: works(), ...given }));
