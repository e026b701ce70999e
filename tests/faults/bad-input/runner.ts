import { afterAll, beforeAll, vi } from "vitest";

import { FakeServer, type Frame, type Script } from "../../e2e/harness/fake-server.ts";
import { TestPage } from "../../e2e/harness/page.ts";
import { describe, expect, test, type Kit } from "../../e2e/harness/test.ts";
import type { Outcome } from "./outcome.ts";
import { PENDING } from "./pending.ts";

type Transport = keyof typeof TRANSPORTS;

/** One way to misbehave. */
export interface Case extends Omit<Script, "onGo"> {
  readonly name: string;
  readonly onGo?: readonly Frame[] | (() => readonly Frame[]);
  /** Only over this transport; default: over polling and over websocket. */
  readonly over?: Transport;
  readonly expect: Outcome;
  /** The socket's `timeout`, where the case has to wait for it. */
  readonly timeout?: number;
}

/** Transports and what the socket's options say of them. */
const TRANSPORTS = { websocket: ["websocket"], polling: ["polling"], upgrade: undefined } as const;

/** The first delay of the back-off, in milliseconds; the next ones double. */
const DELAY = 100;

/** How long a case that holds may take on a slow machine, in milliseconds. */
const PATIENCE = 60_000;

/** Declares a test for each case and transport. The cases of a group share a page, and run side by side in it unless each needs it for itself. */
export function declare(group: string, cases: readonly Case[], { concurrent = true } = {}): void {
  const over = (transport: Transport) => cases.filter((given) => (given.over === undefined ? transport !== "upgrade" : given.over === transport));
  describe.each((Object.keys(TRANSPORTS) as Transport[]).filter((transport) => over(transport).length > 0))(`${group}, over %s`, (transport) => {
    let site: FakeServer;
    let page: TestPage;
    let before: Leftovers;

    beforeAll(async () => {
      site = await FakeServer.start({});
      page = await TestPage.open(site.url, { faults: true });
      await page.run(prepare);
      before = await leftovers(page);
    });
    afterAll(async () => {
      await page.close();
      await site.close();
    });

    for (const given of over(transport)) {
      const pending = PENDING.some((one) => one.group === group && one.name === given.name && (one.over ?? transport) === transport);
      test(given.name, { concurrent, fails: pending }, async ({ fake }) => {
        const { onGo = [] } = given;
        const server = await fake({ ...given, onGo: [...(typeof onGo === "function" ? onGo() : onGo), '42["done"]'] });
        try {
          await run(page, server, transport, given, pending ? 5_000 : PATIENCE);
        } finally {
          await page.run(forget, given.name);
        }
        // The page is shared: an error may be of a case that ran at the same time.
        expect(await page.takeErrors(), "uncaught or console errors").toEqual([]);
      });
    }

    test("nothing uncaught, no changed prototype and no memory is left in the page", async () => {
      await vi.waitFor(async () => expect(await page.run(({ debug }) => debug())).toMatchObject({ slots: 0, timers: 0, managers: 0, listeners: before.listeners }), PATIENCE);
      const after = await leftovers(page);
      expect(after.prototypes).toEqual(before.prototypes);
      expect(after.wasmBytes - before.wasmBytes).toBeLessThan(2 ** 20);
      expect(after.heap - before.heap).toBeLessThan(16 * 2 ** 20);
    });
  });
}

async function run(page: TestPage, server: FakeServer, transport: Transport, { name: id, expect: outcome, timeout }: Case, patience: number): Promise<void> {
  const rounds = outcome.rounds ?? (outcome.then === "retries" ? 2 : 1);
  const told = Array.from({ length: rounds }, () => outcome.told).flat();
  await page.run(begin, { id, url: server.url, transports: TRANSPORTS[transport], delay: DELAY, timeout: timeout ?? patience });
  const seen = await page.run(look, { id, enough: outcome.then === "works" ? told.length + 1 : told.length, patience });

  // Of what retries the next round may have begun.
  expect(outcome.then === "retries" ? seen.told.slice(0, told.length) : seen.told).toEqual(told);
  expect(seen.unclear).toEqual([]);
  switch (outcome.then) {
    case "retries":
      await vi.waitFor(() => expect(server.attempts.length).toBeGreaterThan(rounds), PATIENCE);
      for (let i = 0; i < rounds; i++) expect(server.attempts[i + 1]! - server.attempts[i]!).toBeGreaterThan(DELAY * 2 ** i - 10);
      // What went wrong was closed; at most the latest attempt is still open.
      await vi.waitFor(() => expect(server.websockets).toBeLessThanOrEqual(1), PATIENCE);
      break;
    case "rests":
      expect(await page.run(rest, { id, milliseconds: 5 * DELAY })).toEqual({ told: outcome.told, connected: false, active: false });
      expect(server.attempts.length).toBe(1);
      await vi.waitFor(() => expect(server.websockets).toBe(0), PATIENCE);
      break;
    case "works":
      expect(seen.echo).toBe("echo");
      expect(server.attempts.length).toBe(1);
      if (outcome.shares) expect(seen.turns).toBeGreaterThan(0);
  }

  server.mend((io) =>
    io.on("connection", (socket) => {
      socket.emit("hello", "from a good server");
      socket.on("echo", (value: unknown, ack: (value: unknown) => void) => ack(value));
    }),
  );
  expect(await page.run(recover, id)).toEqual({ hello: ["from a good server"], echo: "well again", prototypes: "as they were" });
}

/** What cases can leave behind in a page. */
interface Leftovers {
  readonly prototypes: string;
  readonly listeners: number;
  readonly wasmBytes: number;
  /** Bytes of the JavaScript heap that are in use. */
  readonly heap: number;
}

async function leftovers(page: TestPage): Promise<Leftovers> {
  const found = await page.run(({ state, debug }) => ({ prototypes: state["prototypes"]() as string, ...debug() }));
  const session = await page.page.context().newCDPSession(page.page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return { ...found, heap: usedSize };
}

// In the page.

/** Keeps what the cases share in `state`. */
async function prepare({ state, connect }: Kit): Promise<void> {
  state["prototypes"] = () => [Object, Array, String, Number, Function, Promise, Map, Error].map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join()).join("\n");
  state["untouched"] = state["prototypes"]();
  state["cases"] = new Map();
  // The first connection brings all to life that stays: the counts begin with it.
  (await connect({ transports: ["websocket"] })).disconnect();
}

interface Begin {
  readonly id: string;
  readonly url: string;
  readonly transports: readonly string[] | undefined;
  readonly delay: number;
  readonly timeout: number;
}

/** Opens a socket, and notes all that it is told. */
function begin({ io, state }: Kit, { id, url, transports, delay, timeout }: Begin): void {
  const socket = io(url, {
    forceNew: true,
    ...(transports && { transports: [...transports] as ["polling"] }),
    reconnectionDelay: delay,
    reconnectionDelayMax: 4 * delay,
    randomizationFactor: 0,
    timeout,
  });
  const seen = { told: [] as string[], unclear: [] as string[], echo: undefined as unknown, turns: 0 };
  const one = { socket, seen, hello: new Promise((resolve) => socket.once("hello", (...args) => resolve(args))) };
  state["cases"].set(id, one);

  const note = (what: string, connected = socket.connected) => {
    seen.told.push(what);
    if (socket.connected !== connected) seen.unclear.push(`${what}: connected is ${socket.connected}`);
  };
  /** The code of an error, which must have all that makes it clear. */
  const code = (error: any): string => {
    if (error === undefined) return "";
    if (!(error instanceof Error) || error.message === "") seen.unclear.push(`${String(error)} is no clear error`);
    return ` ${error.code}`;
  };
  /** Data as text; what is large is only counted. */
  const shown = (data: unknown[]): string => {
    try {
      return JSON.stringify(data, (_, value: unknown) => (typeof value === "string" && value.length > 100 ? `${value.length} units` : value));
    } catch (error) {
      return error instanceof RangeError ? "too deep to be shown" : String(error);
    }
  };

  socket.on("connect", () => {
    note("connect", true);
    socket.emit("go", (...answer: unknown[]) => note(`ack ${shown(answer)}`));
  });
  socket.on("connect_error", (error: any) => {
    note(`connect_error${code(error)}`, false);
    if (error.retry?.willRetry !== socket.active) seen.unclear.push(`retry is ${JSON.stringify(error.retry)}`);
  });
  socket.on("disconnect", (reason, error) => note(`disconnect ${reason}${code(error)}`, false));
  socket.onAny((...data: unknown[]) => {
    if (data[0] !== "done" && data[0] !== "start" && data[0] !== "hello") note(`event ${shown(data)}`);
  });
  // The names that an object without care has already.
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) socket.on(name, () => note(`on ${name}`));

  const turn = new MessageChannel();
  turn.port1.onmessage = () => {
    seen.turns++;
    turn.port2.postMessage(0);
  };
  socket.on("start", () => turn.port2.postMessage(0));
  socket.on("done", () => {
    turn.port1.close();
    socket.emit("echo", (answer: unknown) => (seen.echo = answer));
  });
}

/** What was told so far, once it is enough or the connection has shown that it works. */
async function look({ state, until }: Kit, { id, enough, patience }: { id: string; enough: number; patience: number }): Promise<{ told: string[]; unclear: string[]; echo: unknown; turns: number }> {
  const { seen } = state["cases"].get(id);
  // After too little the comparison says what is missing.
  await until(() => seen.echo !== undefined || seen.told.length >= enough, "the outcome", patience).catch(() => {});
  return seen;
}

/** What was told after a while in which nothing more may be told. */
async function rest({ state, sleep }: Kit, { id, milliseconds }: { id: string; milliseconds: number }): Promise<unknown> {
  const { seen, socket } = state["cases"].get(id);
  await sleep(milliseconds);
  return { told: seen.told, connected: socket.connected, active: socket.active };
}

/** The same socket on the server that is good now. */
async function recover({ state }: Kit, id: string): Promise<unknown> {
  const { socket, hello } = state["cases"].get(id);
  if (!socket.active) socket.connect();
  return {
    hello: await hello,
    echo: await socket.timeout(60_000).emitWithAck("echo", "well again"),
    prototypes: state["prototypes"]() === state["untouched"] ? "as they were" : state["prototypes"](),
  };
}

/** Closes what a case has opened. */
function forget({ state }: Kit, id: string): void {
  state["cases"].get(id)?.socket.disconnect();
  state["cases"].delete(id);
}
