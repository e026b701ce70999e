import * as abi from "./abi.js";
import type { decodeBase64 } from "./base64.js";
import type { App, Host } from "./host.js";
import type { Link, Reports } from "./link.js";

/** What a parser makes of a packet, or reads one from: a text or bytes, each a message of Engine.IO. */
export type Chunk = string | ArrayBuffer | ArrayBufferView | Blob;

/** A packet as parsers see it. */
export interface ParserPacket {
  /** 0 CONNECT, 1 DISCONNECT, 2 EVENT, 3 ACK, 4 CONNECT_ERROR. */
  type: number;
  /** The namespace. */
  nsp: string;
  /** What CONNECT and CONNECT_ERROR say; the arguments of an event, its name first, or of an ack. */
  data?: any;
  /** Of an ack, and of an event that wants one. */
  id?: number;
  /** Of an event that is sent: whether the app lets it be compressed. */
  options?: { readonly compress: boolean };
}

/** Encodes and decodes packets in the place of the protocol's own JSON. The server needs the same one. */
export interface Parser {
  /** Makes messages of a packet. They are sent one after another, with no other packet's in between. */
  Encoder: new () => { encode(packet: any): Chunk[] | Chunk };
  /** Takes messages, and emits "decoded" with each packet that they make up. */
  Decoder: new () => {
    /** A received message: a text or an `ArrayBuffer`. Throws for what is none. */
    add(chunk: any): void;
    on(event: "decoded", listener: (packet: any) => void): unknown;
    /** Forgets a packet that is not complete. */
    destroy?(): void;
  };
}

/**
 * Stands between the links and the core of one manager whose app brings its own parser. The core only ever reads the
 * header of a text frame: a received packet becomes such a header, with the decoded data behind it; of a SEND's head and
 * the app's values a packet is made again.
 */
export class Translator {
  /** Whether binary messages go out as base64 now. */
  base64 = false;
  readonly #host: Host;
  readonly #app: App;
  /** Given, not imported: what the page has anyway would become a file of its own. */
  declare readonly decodeBase64: typeof decodeBase64;
  readonly #encoder: InstanceType<Parser["Encoder"]>;
  /** Of the session in use. */
  #inbound: Inbound | undefined;

  constructor(host: Host, app: App, decode: typeof decodeBase64) {
    this.#host = host;
    this.#app = app;
    this.decodeBase64 = decode;
    this.#encoder = new host.parser!.Encoder();
  }

  /**
   * The content of an event, encoded now: later its values may have changed, and whoever emits it shall learn what speaks
   * against them. One that waited for the core is left empty then.
   * @throws what the Encoder throws
   */
  event(nsp: string, data: unknown[], flags: number, socket: number, token: number): Packed {
    const packet = { type: EVENT, nsp, data, options: { compress: !(flags & abi.NO_COMPRESS) } };
    try {
      return new Packed(this, packet, this.encode(packet));
    } catch (error) {
      if (flags & abi.LATE) {
        report(error);
        return new Packed(this, packet, []);
      }
      this.#app.record(abi.ACK_FAILED, socket, undefined, DROPPED, token, 0);
      throw error;
    }
  }

  /** The content of an ack. @throws what the Encoder throws */
  ack(nsp: string, data: unknown[], id: number): Packed {
    const packet = { type: ACK, nsp, data, id };
    return new Packed(this, packet, this.encode(packet));
  }

  /** What the Encoder makes of a packet. */
  encode(packet: ParserPacket): Chunk[] {
    // Encoders may write into what they are given.
    const chunks = this.#encoder.encode({ ...packet });
    return Array.isArray(chunks) ? chunks : [chunks];
  }

  /** The link that `make` gives, translated. `first`: it begins a session. */
  link(make: (reports: Reports) => Link, id: number, first: boolean): Link {
    if (first) this.#inbound = undefined;
    this.#inbound ??= new Inbound(this, this.#host, new this.#host.parser!.Decoder());
    return new TranslatedLink(this, this.#host, this.#inbound, id, make, !!this.#host.options.forceBase64);
  }

  /** Whether `inbound` is of the session in use. */
  uses(inbound: Inbound): boolean {
    return inbound === this.#inbound;
  }
}

/** The content of a packet to send. The core asks for its size, and gives the same one back for every try. */
class Packed {
  readonly #translator: Translator;
  readonly #packet: ParserPacket;
  readonly #chunks: Chunk[];

  constructor(translator: Translator, packet: ParserPacket, chunks: Chunk[]) {
    this.#translator = translator;
    this.#packet = packet;
    this.#chunks = chunks;
  }

  /** The values, as `socket.sendBuffer` shows them. */
  get data(): unknown {
    return this.#packet.data;
  }

  /** Bytes on the wire. */
  get byteLength(): number {
    const { base64 } = this.#translator;
    return this.#chunks.reduce((bytes, chunk) => bytes + sizeOf(chunk, base64), 0);
  }

  /** The messages. The id of an event's ack is only known when it is sent. */
  chunks(id: number | undefined): Chunk[] {
    return id === this.#packet.id || this.#chunks.length === 0 ? this.#chunks : this.#translator.encode({ ...this.#packet, id });
  }
}

/** What a session receives. */
class Inbound {
  /** The transport in use. */
  transport = 0;
  declare readonly decoder: InstanceType<Parser["Decoder"]>;
  readonly #translator: Translator;
  readonly #host: Reports;
  #links = 0;

  constructor(translator: Translator, host: Reports, decoder: InstanceType<Parser["Decoder"]>) {
    this.#translator = translator;
    this.#host = host;
    this.decoder = decoder;
    decoder.on("decoded", (packet: ParserPacket) => {
      const frame = frameOf(packet);
      // Not in the name of the transport that brought it: a parser may take its time.
      if (frame) host.frame(this.transport, frame);
      else this.malformed(new Error("the Decoder gave something that is no packet"));
    });
  }

  add(chunk: unknown): void {
    try {
      this.decoder.add(chunk);
    } catch (cause) {
      this.malformed(cause instanceof Error ? cause : new Error(`${cause}`));
    }
  }

  /** What was received is wrong. `flaw`: what exactly, by the core's number. */
  malformed(cause: Error | undefined, flaw = abi.BAD_SHAPE): void {
    // The core ends the session in use: it must be this one.
    if (this.#translator.uses(this)) this.#host.report(abi.INPUT_MALFORMED, flaw, cause);
  }

  /** Counts the links of the session; without any it is over. */
  count(change: 1 | -1): void {
    this.#links += change;
    if (this.#links === 0) this.decoder.destroy?.();
  }
}

/** A link whose messages are the parser's. What is Engine.IO's own passes as it is. */
class TranslatedLink implements Link, Reports {
  readonly #translator: Translator;
  readonly #host: Reports;
  readonly #inbound: Inbound;
  readonly #id: number;
  readonly #link: Link;
  /** Whether packets are collected in a body: only polling has something to flush. */
  readonly #collects: boolean;
  readonly #base64: boolean;
  /** Whether it carries messages: from the handshake, or the upgrade, on. */
  #open = false;
  /** Whether something is in the body. */
  #begun = false;

  constructor(translator: Translator, host: Reports, inbound: Inbound, id: number, make: (reports: Reports) => Link, base64: boolean) {
    this.#translator = translator;
    this.#host = host;
    this.#inbound = inbound;
    this.#id = id;
    this.#link = make(this);
    this.#collects = this.#link.flush !== undefined;
    this.#base64 = base64 || this.#collects;
    inbound.count(1);
  }

  /** Told with the handshake. */
  set sid(sid: string) {
    this.#link.sid = sid;
    this.#carry();
  }

  send(head: string, content: any): void {
    const packet = MESSAGE.exec(head);
    if (packet) return this.#send(+packet[1]!, packet[2] ?? "/", packet[3] ? +packet[3] : undefined, content);
    const word = head.replace(SEPARATOR, "");
    if (word === UPGRADE) this.#carry();
    this.#write(word, undefined, 0);
  }

  flush(): void {
    if (this.#begun) this.#link.flush?.();
    // The Encoder failed, and a body is never empty: nothing was sent, and that is done.
    else queueMicrotask(() => this.#host.report(abi.INPUT_DRAINED, this.#id));
    this.#begun = false;
  }

  poll(): void {
    this.#link.poll?.();
  }

  close(): void {
    this.#link.close();
    this.#inbound.count(-1);
  }

  frame(id: number, data: any): void {
    const type: unknown = this.#open ? (typeof data === "string" ? data[0] : "") : undefined;
    if (type === "") return this.#inbound.add(data);
    if (type === TEXT) return this.#inbound.add(data.slice(1));
    if (type !== BASE64) return this.#host.frame(id, data);
    let bytes: ArrayBuffer;
    try {
      bytes = this.#translator.decodeBase64(data.slice(1));
    } catch {
      return this.#inbound.malformed(undefined, abi.BAD_BASE64);
    }
    this.#inbound.add(bytes);
  }

  report(what: number, id: number, error?: Error): void {
    this.#host.report(what, id, error);
  }

  /** From now on the session's messages come and go by it. */
  #carry(): void {
    this.#open = true;
    this.#inbound.transport = this.#id;
    this.#translator.base64 = this.#base64;
  }

  #send(type: number, nsp: string, id: number | undefined, content: any): void {
    let chunks: Chunk[];
    try {
      // The core's own packets have JSON, if anything.
      chunks = content instanceof Packed ? content.chunks(id) : this.#translator.encode({ type, nsp, ...(content && { data: JSON.parse(content) }) });
    } catch (error) {
      return report(error);
    }
    for (const chunk of chunks) {
      if (typeof chunk === "string") this.#write(TEXT, chunk, abi.TEXT);
      else if (this.#base64) this.#write(BASE64, chunk, abi.BASE64);
      else this.#write("", chunk, abi.BINARY);
    }
  }

  #write(head: string, content: unknown, form: number): void {
    this.#link.send(this.#collects && this.#begun ? SEPARATOR + head : head, content, form);
    this.#begun = true;
  }
}

/** A packet as a text frame of the protocol's own form; `undefined` for what is none. */
function frameOf(packet: Partial<ParserPacket> | undefined): Frame | string | undefined {
  const { type, nsp, data, id } = packet ?? {};
  const kind = typeof type === "number" ? PACKETS[type] : undefined;
  if (kind === undefined || typeof nsp !== "string" || nsp[0] !== "/") return undefined;
  if (!(id === undefined || id === null || (Number.isSafeInteger(id) && id >= 0))) return undefined;
  const head = TEXT + kind + (nsp === "/" ? "" : `${nsp},`) + (id ?? "");
  if (kind === EVENT || kind === ACK) return Array.isArray(data) ? new Frame(`${head}[`, data) : undefined;
  return head + (data === undefined || data === null ? "" : JSON.stringify(data));
}

/** A frame's text up to where its JSON would begin, and what the JSON would say. */
class Frame extends String {
  declare readonly data: unknown[];

  constructor(head: string, data: unknown[]) {
    super(head);
    this.data = data;
  }
}

function sizeOf(chunk: Chunk, base64: boolean): number {
  if (typeof chunk === "string") return new TextEncoder().encode(chunk).length;
  const bytes = chunk instanceof Blob ? chunk.size : chunk.byteLength;
  return base64 ? Math.ceil(bytes / 3) * 4 : bytes;
}

/** Nobody is there who could catch it: the page learns of it as an uncaught error. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

const EVENT = 2;
const ACK = 3;
/** Types of packets by the number that a parser may give them: those of binary ones are gone once they are decoded. */
const PACKETS = [0, 1, EVENT, ACK, 4, EVENT, ACK];
/** A head that the core writes for a message: type, namespace, ack id. */
const MESSAGE = /^\x1e?4(\d)(?:(\/.*),)?(\d*)$/;
const SEPARATOR = "\x1e";
/** Types of Engine.IO. */
const TEXT = "4";
const UPGRADE = "5";
const BASE64 = "b";
/** Why an ack fails, as the core says it: nobody is told. */
const DROPPED = 2;
