import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import * as abi from "./abi.js";
import { decodeBase64 } from "./base64.js";
import type { App, Host } from "./host.js";
import type { Link, Reports } from "./link.js";
import { type Chunk, type ParserPacket, Translator } from "./parser.js";

/*
 * The translator with links, an Encoder and Decoders that the test plays.
 */
let frames: [id: number, frame: string, data?: unknown][];
let reports: unknown[][];
let decoders: Decoder[];
/** What the next packet becomes. */
let chunks: Chunk[] | Chunk | Error;
let encoded: ParserPacket[];

class Decoder {
  added: unknown[] = [];
  destroyed = 0;
  tell!: (packet: unknown) => void;
  fails = false;
  constructor() {
    decoders.push(this);
  }
  on(_event: string, listener: (packet: unknown) => void): void {
    this.tell = listener;
  }
  add(chunk: unknown): void {
    if (this.fails) throw new Error("undecodable");
    this.added.push(chunk);
  }
  destroy(): void {
    this.destroyed++;
  }
}

class Encoder {
  encode(packet: ParserPacket): Chunk[] | Chunk {
    encoded.push(packet);
    if (chunks instanceof Error) throw chunks;
    return chunks;
  }
}

/** A link that writes down what it is told; `polling`: one that has something to flush. */
class FakeLink implements Link {
  readonly told: unknown[][] = [];
  sid = "";
  flush?: () => void;
  readonly reports: Reports;
  constructor(to: Reports, polling: boolean) {
    this.reports = to;
    if (polling) this.flush = () => void this.told.push(["flush"]);
  }
  send(head: string, content: unknown, form: number): void {
    this.told.push([head, content, form].slice(0, form === 0 ? 1 : 3));
  }
  poll(): void {
    this.told.push(["poll"]);
  }
  close(): void {
    this.told.push(["close"]);
  }
}

let translator: Translator;
let options: { forceBase64?: boolean };

beforeEach(() => {
  frames = [];
  reports = [];
  decoders = [];
  encoded = [];
  chunks = ["text"];
  options = {};
  const host: Partial<Host> = {
    parser: { Encoder, Decoder },
    options,
    frame: (id, frame) => void frames.push(typeof frame === "string" ? [id, frame] : [id, `${frame as string}`, (frame as { data: unknown }).data]),
    report: (...args: unknown[]) => void reports.push(args),
  };
  const app: Partial<App> = { record: (...args) => void reports.push(["record", ...args]) };
  translator = new Translator(host as Host, app as App, decodeBase64);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A link of the translator's, and the one behind it. */
function link(id: number, { polling = false, sid = "" } = {}): { link: Link; inner: FakeLink } {
  let inner!: FakeLink;
  return { link: translator.link((to) => (inner = new FakeLink(to, polling)), id, sid === ""), inner };
}

/** One that carries a session. */
function carrying(id: number, polling = false): { link: Link; inner: FakeLink } {
  const made = link(id, { polling });
  made.link.sid = "engine";
  return made;
}

const content = (): unknown => translator.event("/", ["e"], 0, 0, 0);
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);

describe("on a websocket", () => {
  it("texts are messages, bytes binary frames", () => {
    const { link, inner } = carrying(1);
    chunks = ["a", bytes(1), bytes(2).buffer];
    link.send("42", content(), abi.TEXT);
    expect(inner.told).toEqual([["4", "a", abi.TEXT], ["", bytes(1), abi.BINARY], ["", bytes(2).buffer, abi.BINARY]]);
  });

  it("bytes are base64 with forceBase64, and count as such", () => {
    options.forceBase64 = true;
    const { link, inner } = carrying(1);
    chunks = bytes(1, 2, 3, 4);
    const packed = translator.event("/", ["e"], 0, 0, 0);
    expect(packed.byteLength).toBe(8);
    link.send("42", packed, abi.TEXT);
    expect(inner.told).toEqual([["b", chunks, abi.BASE64]]);
  });

  it("an Encoder that fails only now is an uncaught error, and nothing is sent", () => {
    const { link, inner } = carrying(1);
    const packed = content();
    chunks = new Error("later");
    const later = vi.fn();
    vi.stubGlobal("queueMicrotask", later);
    link.send("420", packed, abi.TEXT);
    expect(later.mock.calls[0]![0]).toThrow("later");
    expect(inner.told).toEqual([]);
  });
});

describe("on polling", () => {
  it("whatever goes into a body is separated, however many messages a packet has", () => {
    const { link, inner } = carrying(1, true);
    chunks = ["a", bytes(1)];
    const packed = content();
    link.send("42", packed, abi.TEXT);
    link.send("\x1e3", undefined, 0);
    link.send("\x1e42", packed, abi.TEXT);
    link.flush!();
    link.send("42", packed, abi.TEXT);
    link.poll!();
    expect(inner.told).toEqual([["4", "a", abi.TEXT], ["\x1eb", bytes(1), abi.BASE64], ["\x1e3"], ["\x1e4", "a", abi.TEXT], ["\x1eb", bytes(1), abi.BASE64], ["flush"], ["4", "a", abi.TEXT], ["\x1eb", bytes(1), abi.BASE64], ["poll"]]);
  });

  it("a body that would be empty is not posted, but done", async () => {
    const { link, inner } = carrying(1, true);
    chunks = [];
    link.send("42", content(), abi.TEXT);
    link.flush!();
    expect(inner.told).toEqual([]);
    await Promise.resolve();
    expect(reports).toEqual([[abi.INPUT_DRAINED, 1]]);
  });

  it("what comes after an empty packet has no separator", () => {
    const { link, inner } = carrying(1, true);
    chunks = [];
    link.send("42", content(), abi.TEXT);
    link.send("\x1e3", undefined, 0);
    expect(inner.told).toEqual([["3"]]);
  });

  it("base64 is bytes for the Decoder, and must be right", () => {
    const { inner } = carrying(1, true);
    inner.reports.frame(1, "bAQI=");
    inner.reports.frame(1, "4text");
    expect(decoders[0]!.added).toEqual([bytes(1, 2).buffer, "text"]);
    inner.reports.frame(1, "b?");
    expect(reports).toEqual([[abi.INPUT_MALFORMED, abi.BAD_BASE64, undefined]]);
  });

  it("sizes are those of base64, and of texts in UTF-8", () => {
    carrying(1, true);
    chunks = ["é", bytes(1, 2, 3, 4)];
    expect(translator.event("/", ["e"], 0, 0, 0).byteLength).toBe(2 + 8);
  });
});

describe("a head", () => {
  it.each([
    ["42", { type: 2, nsp: "/" }],
    ["\x1e42/a,", { type: 2, nsp: "/a" }],
    ["42/a,0", { type: 2, nsp: "/a", id: 0 }],
    ["4217", { type: 2, nsp: "/", id: 17 }],
    ["42/a,b,5", { type: 2, nsp: "/a,b", id: 5 }],
  ])("%j with values is their packet", (head, packet) => {
    const { link } = carrying(1);
    const packed = translator.event(packet.nsp, ["e"], 0, 0, 0);
    link.send(head, packed, abi.TEXT);
    expect(encoded.at(-1)).toEqual({ ...packet, data: ["e"], options: { compress: true } });
    // Without an id it is encoded once.
    expect(encoded.length).toBe("id" in packet ? 2 : 1);
  });

  it.each([
    ["40", undefined, { type: 0, nsp: "/" }],
    ["40/a,", '{"token":1}', { type: 0, nsp: "/a", data: { token: 1 } }],
    ["41/a,", undefined, { type: 1, nsp: "/a" }],
  ])("%j of the core's own is a packet too", (head, json, packet) => {
    carrying(1).link.send(head, json, json ? abi.TEXT : 0);
    expect(encoded).toEqual([packet]);
  });

  it("of an ack is encoded once, with its id", () => {
    carrying(1).link.send("43/a,7", translator.ack("/a", [1], 7), abi.TEXT);
    expect(encoded).toEqual([{ type: 3, nsp: "/a", data: [1], id: 7 }]);
  });

  it.each(["1", "3", "2probe", "5"])("%j is Engine.IO's, and passes", (head) => {
    const { link, inner } = carrying(1);
    link.send(head, undefined, 0);
    expect([inner.told, encoded]).toEqual([[[head]], []]);
  });
});

describe("a session", () => {
  it("has its handshake, heartbeats and probe as they are", () => {
    const { link: polling, inner } = link(1, { polling: true });
    inner.reports.frame(1, '0{"sid":"engine"}');
    polling.sid = "engine";
    expect(inner.sid).toBe("engine");
    inner.reports.frame(1, "2");
    const probe = link(2, { sid: "engine" });
    probe.inner.reports.frame(2, "3probe");
    probe.inner.reports.frame(2, "4early");
    expect(frames).toEqual([[1, '0{"sid":"engine"}'], [1, "2"], [2, "3probe"], [2, "4early"]]);
    expect(decoders[0]!.added).toEqual([]);
  });

  it("keeps its Decoder through an upgrade, and what that gives comes by the new transport", () => {
    const polling = carrying(1, true);
    const websocket = link(2, { sid: "engine" });
    decoders[0]!.tell({ type: 1, nsp: "/" });
    chunks = bytes(1, 2, 3);
    const packed = translator.event("/", ["e"], 0, 0, 0);
    expect(packed.byteLength).toBe(4);
    websocket.link.send("5", undefined, 0);
    polling.link.close();
    expect(packed.byteLength).toBe(3);
    websocket.inner.reports.frame(2, "4x");
    decoders[0]!.tell({ type: 1, nsp: "/" });
    expect(frames).toEqual([[1, "41"], [2, "41"]]);
    expect([decoders.length, decoders[0]!.added, decoders[0]!.destroyed]).toEqual([1, ["x"], 0]);
    websocket.link.close();
    expect(decoders[0]!.destroyed).toBe(1);
  });

  it("that says goodbye does not end the next one by what it still receives", () => {
    const old = carrying(1, true);
    const next = carrying(2);
    decoders[0]!.fails = true;
    old.inner.reports.frame(1, "4x");
    decoders[0]!.tell("no packet");
    expect(reports).toEqual([]);
    decoders[1]!.fails = true;
    next.inner.reports.frame(2, "4x");
    expect(reports).toEqual([[abi.INPUT_MALFORMED, abi.BAD_SHAPE, new Error("undecodable")]]);
  });

  it("passes reports on", () => {
    const { inner } = carrying(1);
    inner.reports.report(abi.INPUT_CLOSED, 1);
    expect(reports).toEqual([[abi.INPUT_CLOSED, 1, undefined]]);
  });

  it("has its packets as frames", () => {
    carrying(1);
    for (const packet of [{ type: 0, nsp: "/", data: { sid: "s" } }, { type: 2, nsp: "/a", data: ["e", 1], id: 3 }, { type: 3, nsp: "/", data: [], id: 0 }, { type: 4, nsp: "/", data: "no" }, { type: 1, nsp: "/a", data: null, id: null }]) decoders[0]!.tell(packet);
    expect(frames).toEqual([[1, '40{"sid":"s"}'], [1, "42/a,3[", ["e", 1]], [1, "430[", []], [1, '44"no"'], [1, "41/a,"]]);
  });
});
