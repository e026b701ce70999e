import { describe, expect, ferrioOnly, isPeer, test, type Fixtures, type Kit } from "./harness/test.ts";
import { openPacket, type FakeServer, type Script } from "./harness/fake-server.ts";
import type { TestPage } from "./harness/page.ts";

const TRANSPORTS = ["websocket", "polling"] as const;
type Transport = (typeof TRANSPORTS)[number];

/** The first delay of the back-off; the next ones double. */
const DELAY = 100;

interface Case extends Script {
  readonly name: string;
  /** Codes that say it clearly. */
  readonly codes: readonly string[];
  /** Only over these transports. */
  readonly over?: readonly Transport[];
  /** What the peer does instead, where it differs. */
  readonly peer?: string;
}

const UNCAUGHT = "throws out of the library";
const SPINS = "pings out without a connect_error";
const INVALID = ["E_PROTOCOL"];
const NO_HANDSHAKE = ["E_NOT_SOCKETIO", "E_PROTOCOL"];

/** Servers with which no connection comes about. */
const HANDSHAKES: readonly Case[] = [
  { name: "an empty object as handshake", handshake: "0{}", codes: INVALID, peer: UNCAUGHT },
  { name: "null as handshake", handshake: "0null", codes: INVALID, peer: UNCAUGHT },
  { name: "an array as handshake", handshake: "0[]", codes: INVALID, peer: UNCAUGHT },
  { name: "a handshake that is not JSON", handshake: "0{not json", codes: INVALID, peer: UNCAUGHT },
  { name: "an empty handshake", handshake: "0", codes: INVALID, peer: UNCAUGHT },
  { name: "a handshake without sid", handshake: openPacket({ sid: undefined }), codes: INVALID, peer: "connects" },
  { name: "pingInterval 0", handshake: openPacket({ pingInterval: 0, pingTimeout: 0 }), codes: INVALID, peer: SPINS },
  { name: "a negative pingInterval", handshake: openPacket({ pingInterval: -25_000 }), codes: INVALID, peer: SPINS },
  { name: "no pingInterval", handshake: openPacket({ pingInterval: undefined }), codes: INVALID, peer: SPINS },
  { name: "a pingInterval that is a string", handshake: openPacket({ pingInterval: "25000" }), codes: INVALID, peer: "concatenates the two" },
  { name: "an absurdly large pingInterval", handshake: openPacket({ pingInterval: 1e12 }), codes: INVALID, peer: SPINS },
  { name: "a body that is JSON but no packet", handshake: '{"sid":"x"}', codes: NO_HANDSHAKE },
  { name: "another packet before the handshake", handshake: '42["e"]', codes: NO_HANDSHAKE, peer: UNCAUGHT },
  { name: "a web page with status 200", html: "<!doctype html><title>hello</title>", codes: ["E_NOT_SOCKETIO"], over: ["polling"] },
  { name: "a web page instead of a websocket", html: "<!doctype html><title>hello</title>", codes: ["E_NETWORK"], over: ["websocket"] },
];

/** Servers that connect the namespace, and then send something wrong. */
const PACKETS: readonly Case[] = [
  { name: "an unknown Engine.IO packet type", onGo: ["9"], codes: INVALID },
  { name: "an unknown Socket.IO packet type", onGo: ["49"], codes: INVALID },
  { name: "an event with bad JSON", onGo: ['42["e",'], codes: INVALID },
  { name: "an event that is no array", onGo: ['42{"a":1}'], codes: INVALID },
  { name: "an event that is an empty array", onGo: ["42[]"], codes: INVALID },
  { name: "an object as event name", onGo: ['42[{"a":1}]'], codes: INVALID },
  { name: "a reserved event name", onGo: ['42["connect"]'], codes: INVALID },
  { name: "an event without payload", onGo: ["42"], codes: INVALID, peer: UNCAUGHT },
  { name: "an ack without payload", onGo: ["431"], codes: INVALID, peer: "ignores it" },
  { name: "text where an attachment must come", onGo: [placeholders(0), '42["e"]'], codes: INVALID },
  { name: "binary that nothing announced", onGo: [Buffer.from([1, 2])], codes: INVALID },
  { name: "a placeholder out of range", onGo: [placeholders(7), Buffer.from([1])], codes: INVALID },
  { name: "an attachment count that is no number", onGo: ['45x-["e"]'], codes: INVALID },
  { name: "more attachments than allowed", onGo: ['4511-["e"]'], codes: INVALID },
];

describe.for(TRANSPORTS)("a server that misbehaves over %s", (transport) => {
  for (const given of HANDSHAKES.filter(applies(transport))) {
    declared(given)(`${given.name} is one connect_error, and is retried with growing delays`, async ({ fake, serve, visit }) => {
      const bad = await fake(given);
      const page = await visit(bad, { mode: { transports: [transport] }, faults: true });

      await page.run(record, DELAY);
      await expect.poll(() => bad.attempts.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
      const { seen } = await takeRecord(page);

      expect(seen.slice(0, 4).map(([event]) => event)).toEqual(["connect_error", "attempt 1", "connect_error", "attempt 2"]);
      for (const [event, error] of seen.filter(([event]) => !event.startsWith("attempt"))) {
        expect(event).toBe("connect_error");
        expectClear(error!, given.codes);
      }
      expectGaps(bad.attempts, [DELAY, 2 * DELAY]);
      await expectGoodServerWorks(bad, page, { serve });
    });
  }

  for (const given of PACKETS.filter(applies(transport))) {
    declared(given)(`${given.name} is one disconnect, and is retried with a delay`, async ({ fake, serve, visit }) => {
      const bad = await fake(given);
      const page = await visit(bad, { mode: { transports: [transport] }, faults: true });

      await page.run(record, DELAY);
      await expect.poll(() => bad.attempts.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
      const { seen, events } = await takeRecord(page);

      expect(seen.slice(0, 4).map(([event]) => event)).toEqual(["connect", "disconnect", "attempt 1", "connect"]);
      for (const [, error] of seen.filter(([event]) => event === "disconnect")) {
        expect(["parse error", "transport error"]).toContain(error!.reason);
        expectClear(error!, given.codes);
      }
      expect(events).toEqual([]);
      expectGaps(bad.attempts, [DELAY, DELAY]);
      await expectGoodServerWorks(bad, page, { serve });
    });
  }
});

interface Told {
  readonly reason?: string;
  readonly isError: boolean;
  readonly message?: string;
  readonly code?: string;
}

type Entry = [event: string, error?: Told];

/** Opens a socket in the page and notes all that it is told, in `state.seen`, and the events it gets, in `state.events`. */
function record({ open, state }: Kit, delay: number): void {
  const socket = open({ reconnectionDelay: delay, reconnectionDelayMax: 100 * delay });
  const seen: Entry[] = (state["seen"] = []);
  const events: unknown[] = (state["events"] = []);
  const told = (error: any, reason?: string): Told => ({ isError: error instanceof Error, message: error?.message, code: error?.code, reason });
  socket.on("connect", () => {
    seen.push(["connect"]);
    socket.emit("go");
  });
  socket.on("connect_error", (error) => seen.push(["connect_error", told(error)]));
  socket.on("disconnect", (reason, details) => seen.push(["disconnect", told(details, reason)]));
  socket.io.on("reconnect_attempt", (attempt) => seen.push([`attempt ${attempt}`]));
  socket.onAny((...args) => events.push(args));
  state["socket"] = socket;
}

/** What the page has noted so far; it must have seen its third connection or error, as the server has. */
function takeRecord(page: TestPage): Promise<{ seen: Entry[]; events: unknown[] }> {
  return page.run(async ({ state, until }) => {
    await until(() => state["seen"].length >= 4);
    return { seen: state["seen"], events: state["events"] };
  });
}

function expectClear(error: Told, codes: readonly string[]): void {
  // The peer has no codes, and its disconnect details are not always errors.
  if (isPeer) return;
  expect(error).toMatchObject({ isError: true, message: expect.stringMatching(/./) });
  expect(codes).toContain(error.code);
}

/** Each attempt came no earlier than the back-off allows. */
function expectGaps(attempts: readonly number[], delays: readonly number[]): void {
  for (const [i, delay] of delays.entries()) expect(attempts[i + 1]! - attempts[i]!).toBeGreaterThan(delay - 10);
}

/** The client keeps no connection to the bad server, whose place is taken by a good one: the same socket connects to that and works. */
async function expectGoodServerWorks(bad: FakeServer, page: TestPage, { serve }: Pick<Fixtures, "serve">): Promise<void> {
  // What went wrong was closed; at most the latest attempt is still open.
  await expect.poll(() => bad.websockets).toBeLessThanOrEqual(1);
  await bad.close();
  await serve((io) => io.on("connection", (socket) => socket.on("echo", (value, ack) => ack(value))), { port: bad.port });
  const echo = await page.run(async ({ state }) => {
    // The first tries may still be asked of the bad server.
    let answer = "none";
    for (let tries = 0; tries < 20 && answer === "none"; tries++) {
      answer = await state["socket"].timeout(1000).emitWithAck("echo", "well again").catch(() => "none");
    }
    return answer;
  });
  expect(echo).toBe("well again");
}

function applies(transport: Transport): (given: Case) => boolean {
  return ({ over }) => !over || over.includes(transport);
}

function declared(given: Case): (name: string, run: (fixtures: Fixtures) => Promise<void>) => void {
  if (given.peer) return ferrioOnly;
  return (name, run) => test(name, ({ fake, serve, proxy, visit }) => run({ fake, serve, proxy, visit }));
}

/** A binary event with one attachment whose placeholder says `index`. */
function placeholders(index: number): string {
  return `451-["e",{"_placeholder":true,"num":${index}}]`;
}
