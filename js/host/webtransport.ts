import { BINARY, INPUT_CLOSED, INPUT_FAILED, INPUT_OPENED, WEBTRANSPORT, X_ENFRAME, X_UNFRAME } from "./abi.js";
import type { address, optionsOf } from "./address.js";
import type { transportError } from "./error.js";
import type { Core } from "./instance.js";
import type { ConnectOptions, Link, Origin, Reports } from "./link.js";

/** The bit of a packet's first byte that says what it is. */
const ATTACHMENT = 0x80;
/** What the core says of a packet's length when it is over the limit. */
const TOO_LONG = -1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * One stream of a WebTransport session. Few apps use it, so it is a file of its own that is loaded with the first one. That is why it
 * imports nothing but numbers and types, and is handed the functions that it needs: what two files share would make a third one,
 * and more to download for every app.
 */
export class WebTransportLink implements Link {
  readonly #reports: Reports;
  readonly #id: number;
  readonly #sid: string;
  readonly #core: Core;
  readonly #error: typeof transportError;
  readonly #session: WebTransport;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  /** Until everything sent so far is with the stream. */
  #sent: Promise<unknown> = Promise.resolve();
  /** What came and was not handed on yet: the chunks, their bytes, and how many bytes it takes to go on. */
  #chunks: Uint8Array[] = [];
  #size = 0;
  #wanted = 1;
  #closed = false;

  /** The constructor throws when the browser's does. */
  constructor(
    reports: Reports,
    id: number,
    origin: Origin,
    options: ConnectOptions,
    sid: string,
    core: Core,
    urlOf: typeof address,
    ownOptions: typeof optionsOf,
    error: typeof transportError,
  ) {
    this.#reports = reports;
    this.#id = id;
    this.#sid = sid;
    this.#core = core;
    this.#error = error;
    this.#session = new WebTransport(urlOf(origin, ownOptions(options, WEBTRANSPORT), WEBTRANSPORT, sid), options.transportOptions?.["webtransport"]);
    this.#session.closed.then(
      () => this.#lost(INPUT_CLOSED, "webtransport session closed"),
      (cause: unknown) => this.#lost(INPUT_FAILED, "webtransport error", `${cause}`, { cause, context: cause }, (cause as Error)?.name),
    );
    this.#run().catch(this.#end);
  }

  send(head: string, content: any, form: number): void {
    // The core opens the stream with a bare `0`: only the host knows the session's id.
    if (head === "0" && this.#sid) content = JSON.stringify({ sid: this.#sid });
    // A Blob can only be read later, and all that follows waits for it. Anything else is copied now: it is still the app's.
    const packet: unknown = content?.arrayBuffer
      ? content.arrayBuffer().then((read: ArrayBuffer) => this.#framed(true, new Uint8Array(read)))
      : this.#framed(form === BINARY, form === BINARY ? bytesOf(content) : encoder.encode(head + (content ?? "")));
    this.#sent = Promise.all([packet, this.#sent]).then(([packet]) => this.#writer!.write(packet as Uint8Array));
    this.#sent.catch(this.#end);
  }

  close(): void {
    this.#closed = true;
    // What was sent before goes out first.
    this.#sent.then(() => this.#writer?.close()).then(this.#end, this.#end);
  }

  /** The session ends; its `closed` says how. */
  readonly #end = (): void => this.#session.close();

  #lost(what: number, message: string, description = message, details?: object, name?: string): void {
    if (!this.#closed) this.#reports.report(what, this.#id, this.#error(name === "SecurityError" ? "E_CSP_CONNECT" : "E_NETWORK", message, description, details));
  }

  async #run(): Promise<void> {
    // Quoted: the package's build shortens the library's own `ready`.
    await this.#session["ready"];
    const { readable, writable } = await this.#session.createBidirectionalStream();
    this.#writer = writable.getWriter();
    if (!this.#closed) this.#reports.report(INPUT_OPENED, this.#id);
    const reader = readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      // Without its stream the session is of no use.
      if (done) return this.#end();
      this.#received(value as Uint8Array);
    }
  }

  #received(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    let bytes = joined(this.#chunks, this.#size);
    // A listener may close us.
    while (!this.#closed) {
      const [start, end] = this.#bounds(bytes);
      if (start < 0) {
        const error = this.#error("E_PAYLOAD_TOO_LARGE", "webtransport error", "the server's packet is too long");
        return this.#reports.report(INPUT_FAILED, this.#id, error);
      }
      this.#wanted = end;
      if (bytes.length < end) break;
      const packet = bytes.subarray(start, end);
      const attachment = bytes[0]! >= ATTACHMENT;
      bytes = bytes.subarray(end);
      this.#reports.frame(this.#id, attachment ? packet.slice().buffer : decoder.decode(packet));
    }
    this.#chunks = [bytes];
    this.#size = bytes.length;
  }

  /** Where the first packet begins, and where it ends or how many bytes it takes to know; a negative start: it is too long. */
  #bounds(bytes: Uint8Array): [start: number, end: number] {
    if (bytes.length === 0) return [0, 1];
    const ask = (given: number): number => this.#core._exports[X_UNFRAME](bytes[0]!, given);
    const length = ask(-1);
    if (length >= TOO_LONG) return length === TOO_LONG ? [-1, 0] : [1, 1 + length];
    // So many bytes of the header hold the length.
    const start = 1 - length;
    if (bytes.length < start) return [0, start];
    let given = 0;
    for (const byte of bytes.subarray(1, start)) given = given * 256 + byte;
    const told = ask(Math.min(given, 2 ** 31 - 1));
    return told === TOO_LONG ? [-1, 0] : [start, start + told];
  }

  /** A packet with its header. No server takes one without any byte, so that an empty attachment goes as base64, which is a text. */
  #framed(attachment: boolean, packet: Uint8Array): Uint8Array {
    if (packet.length === 0) return this.#framed(false, encoder.encode("b"));
    const mark = this.#core._exports[X_ENFRAME](packet.length);
    const count = mark >> 8;
    const framed = new Uint8Array(1 + count + packet.length);
    framed[0] = mark | (attachment ? ATTACHMENT : 0);
    for (let i = count, rest = packet.length; i > 0; i--, rest = Math.floor(rest / 256)) framed[i] = rest;
    framed.set(packet, 1 + count);
    return framed;
  }
}

/** The bytes of an attachment. */
function bytesOf(content: ArrayBuffer | ArrayBufferView): Uint8Array {
  const view = content as ArrayBufferView<ArrayBuffer>;
  // An ArrayBuffer has neither buffer nor offset.
  return new Uint8Array(view.buffer ?? view, view.byteOffset, view.byteLength);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
