import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { wasmBytes } from "#wasm";

import vectors from "../../tests/vectors/framing.json" with { type: "json" };
import { BINARY, INPUT_CLOSED, INPUT_FAILED, INPUT_OPENED, TEXT, X_CREATE } from "./abi.js";
import { address, optionsOf } from "./address.js";
import { type FerrioError, transportError } from "./error.js";
import { Core } from "./instance.js";
import type { ConnectOptions, Reports } from "./link.js";
import { WebTransportLink } from "./webtransport.js";

/** The browser's class, with the server's end of its one stream. */
class FakeSession {
  static last: FakeSession;
  readonly url: string;
  readonly options: unknown;
  readonly ready: Promise<void>;
  readonly closed: Promise<object>;
  /** The session was accepted. */
  accept!: () => void;
  refuse!: (error: Error) => void;
  /** Ends it, with an error or without one. */
  end!: (error?: Error) => void;
  /** How often the link closed it. */
  closes = 0;
  readonly written: number[] = [];
  write = (chunk: Uint8Array): unknown => this.written.push(...chunk);
  /** What a write waits for. */
  gate: Promise<void> = Promise.resolve();
  readonly happened: string[] = [];
  #incoming!: ReadableStreamDefaultController<Uint8Array>;

  constructor(url: string, options: unknown) {
    FakeSession.last = this;
    this.url = url;
    this.options = options;
    this.ready = new Promise((resolve, reject) => ([this.accept, this.refuse] = [resolve, reject]));
    this.closed = new Promise((resolve, reject) => (this.end = (error) => (error ? reject(error) : resolve({}))));
  }

  async createBidirectionalStream(): Promise<object> {
    return {
      readable: new ReadableStream<Uint8Array>({ start: (controller) => void (this.#incoming = controller) }),
      writable: new WritableStream<Uint8Array>({
        write: async (chunk) => {
          await this.gate;
          this.write(chunk);
        },
        close: () => void this.happened.push("stream closed"),
      }),
    };
  }

  close(): void {
    this.closes++;
    this.happened.push("session closed");
    this.end();
  }

  /** One chunk from the server. */
  say(...bytes: number[]): void {
    this.#incoming.enqueue(new Uint8Array(bytes));
  }

  finish(): void {
    this.#incoming.close();
  }
}

const core = new Core(new WebAssembly.Module(wasmBytes()));
const manager = core.exports[X_CREATE](1);
let reported: unknown[][];
/** Called for each frame, as a listener would be. */
let onFrame: () => void;

const reports: Reports = {
  frame: (id, data) => {
    reported.push([id, data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data]);
    onFrame();
  },
  report: (...fields) => void reported.push(fields),
};

function link(options: ConnectOptions = {}, sid = ""): WebTransportLink {
  return new WebTransportLink(reports, 5, { secure: false, host: "h:1" }, options, sid, core, manager, address, optionsOf, transportError);
}

/** Everything that promises and streams still have to do. */
const settle = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));

async function opened(sid = ""): Promise<{ wt: WebTransportLink; session: FakeSession }> {
  const wt = link({}, sid);
  FakeSession.last.accept();
  await settle();
  expect(reported.splice(0)).toEqual([[INPUT_OPENED, 5]]);
  return { wt, session: FakeSession.last };
}

beforeEach(() => {
  reported = [];
  onFrame = () => {};
  vi.stubGlobal("WebTransport", FakeSession);
});
afterEach(() => vi.unstubAllGlobals());

describe("opening", () => {
  it("asks for https whatever the page's scheme, with the session's id and the options of its own", async () => {
    const own = { serverCertificateHashes: [], path: "/other" };
    link({ path: "/x", transportOptions: { webtransport: own } }, "s");
    expect(FakeSession.last.url).toBe("https://h:1/other/?EIO=4&transport=webtransport&sid=s");
    expect(FakeSession.last.options).toBe(own);
  });

  it("reports a refusal once, with what the browser says", async () => {
    link();
    const error = new Error("Opening handshake failed.");
    FakeSession.last.refuse(error);
    FakeSession.last.end(error);
    await settle();
    expect(reported).toEqual([[INPUT_FAILED, 5, expect.objectContaining({ code: "E_NETWORK", message: "webtransport error", cause: error })]]);
  });

  it("tells a page's own policy apart", async () => {
    link();
    FakeSession.last.refuse(new Error());
    FakeSession.last.end(Object.assign(new Error("connect-src"), { name: "SecurityError" }));
    await settle();
    expect((reported[0]![2] as FerrioError).code).toBe("E_CSP_CONNECT");
  });

  it("reports nothing when it was closed before it was open", async () => {
    const wt = link();
    wt.close();
    FakeSession.last.accept();
    await settle();
    expect([reported, FakeSession.last.closes > 0]).toEqual([[], true]);
  });
});

describe("sending", () => {
  it("names the session in the opening packet of an upgrade, and only there", async () => {
    const { wt, session } = await opened("s");
    wt.send("0", undefined, 0);
    wt.send("2probe", undefined, 0);
    await settle();
    expect(new TextDecoder().decode(new Uint8Array(session.written))).toBe('\x0c0{"sid":"s"}\x062probe');
    const direct = await opened();
    direct.wt.send("0", undefined, 0);
    await settle();
    expect(direct.session.written).toEqual([1, 48]);
  });

  it.each(vectors.headers.filter(({ length }) => length > 0))("writes the header of $length bytes, attachment: $attachment", async ({ attachment, length, bytes }) => {
    const { wt, session } = await opened();
    const chunks: Uint8Array[] = [];
    session.write = (chunk) => chunks.push(chunk);
    if (attachment) wt.send("", new Uint8Array(length), BINARY);
    else wt.send("x".repeat(length), undefined, 0);
    await settle();
    expect([chunks[0]!.length, ...chunks[0]!.subarray(0, bytes.length)]).toEqual([length + bytes.length, ...bytes]);
  });

  it("sends an empty attachment as base64", async () => {
    const { wt, session } = await opened();
    wt.send("", new ArrayBuffer(0), BINARY);
    await settle();
    expect(session.written).toEqual([1, "b".charCodeAt(0)]);
  });

  it("keeps the order behind a Blob, and a buffer as it was when it was sent", async () => {
    const { wt, session } = await opened();
    const buffer = new Uint8Array([7]);
    wt.send("", new Blob(["b"]), BINARY);
    wt.send("", buffer, BINARY);
    wt.send("4", "2", TEXT);
    buffer[0] = 8;
    await settle();
    expect(session.written).toEqual([0x81, 98, 0x81, 7, 2, 52, 50]);
  });

  it("sends what a view shows of its buffer", async () => {
    const { wt, session } = await opened();
    wt.send("", new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2), BINARY);
    await settle();
    expect(session.written).toEqual([0x82, 2, 3]);
  });

  it("closes after what was sent", async () => {
    const { wt, session } = await opened();
    let open!: () => void;
    session.gate = new Promise((resolve) => (open = resolve));
    wt.send("41", undefined, 0);
    wt.close();
    await settle();
    expect(session.happened).toEqual([]);
    open();
    await settle();
    expect([session.written, session.happened]).toEqual([[2, 52, 49], ["stream closed", "session closed"]]);
  });

  it("ends the session when a Blob cannot be read", async () => {
    const { wt } = await opened();
    wt.send("", { arrayBuffer: () => Promise.reject(new Error("gone")) }, BINARY);
    await settle();
    expect(reported).toEqual([[INPUT_CLOSED, 5, expect.anything()]]);
  });
});

describe("receiving", () => {
  it.each(vectors.streams)("reads $bytes", async ({ bytes, packets, error }) => {
    const { session } = await opened();
    session.say(...bytes);
    await settle();
    const failed = error ? [[INPUT_FAILED, 5, expect.objectContaining({ code: "E_PAYLOAD_TOO_LARGE" })]] : [];
    expect(reported).toEqual([...packets.map((packet) => [5, packet]), ...failed]);
  });

  it("reads the same wherever the bytes are cut", async () => {
    const stream = [1, 54, 0x82, 1, 2, 126, 0, 2, 52, 50, 127, 0, 0, 0, 0, 0, 0, 0, 1, 50, 0x80, 0, 3, 52, 195, 164];
    const expected = [[5, "6"], [5, [1, 2]], [5, "42"], [5, "2"], [5, []], [5, ""], [5, "4ä"]];
    for (let size = 1; size <= stream.length; size++) {
      const { session } = await opened();
      for (let at = 0; at < stream.length; at += size) session.say(...stream.slice(at, at + size));
      await settle();
      expect(reported.splice(0)).toEqual(expected);
    }
  });

  it("stops at the packet whose listener closes it", async () => {
    const { wt, session } = await opened();
    onFrame = () => wt.close();
    session.say(1, 54, 1, 54);
    await settle();
    expect(reported).toEqual([[5, "6"]]);
  });

  it("ends the session with its stream", async () => {
    const { session } = await opened();
    session.finish();
    await settle();
    expect([reported, session.closes]).toEqual([[[INPUT_CLOSED, 5, expect.anything()]], 1]);
  });

  it("tells a session that was closed from one that was lost", async () => {
    const sessions = [(await opened()).session, (await opened()).session];
    sessions[0]!.end();
    sessions[1]!.end(new Error("Connection lost."));
    await settle();
    expect(reported.map(([what, , error]) => [what, (error as FerrioError).message])).toEqual([
      [INPUT_CLOSED, "webtransport session closed"],
      [INPUT_FAILED, "webtransport error"],
    ]);
  });
});
