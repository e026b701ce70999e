import type { Server } from "socket.io";

/** Changes what the server sends: a packet's text, e.g. `42["event"]`, into what goes out instead. */
export type Rewrite = (packet: string) => string[];

/**
 * What the server saw, in sections whose lines have a certain order: the sessions that were opened; what happened to each of its
 * sockets; the packets of every session by transport and direction.
 */
export class Journal {
  readonly #sections = new Map<string, string[]>();
  /** Random texts, and what stands for them in the log. */
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #sessionOf = new Map<string, string>();
  readonly #openedBy = new WeakMap<object, string>();
  #sessions = 0;
  /** How many servers were killed; what they say afterwards reaches nobody. */
  #killed = 0;

  /** Listens to everything that happens on the wire of `io`. */
  listen(io: Server, rewrite: Rewrite | undefined): void {
    // Not in its types: its own hooks are the only ones that see every packet.
    const engine = io.engine as any;
    const createTransport = engine.createTransport;
    engine.createTransport = (kind: string, request: any) => {
      const transport = createTransport.call(engine, kind, request);
      const { sid } = request._query;
      const session = sid === undefined ? `session ${++this.#sessions}` : this.#sessionOf.get(sid)!;
      this.#openedBy.set(transport, session);
      this.#add("sessions", `${session} ${sid === undefined ? "opened" : "upgrade"} ${this.#url(request)}`);
      this.#watch(transport, `${session} ${kind}`, rewrite);
      return transport;
    };
    engine.on("connection", (socket: any) => {
      const session = this.#openedBy.get(socket.transport)!;
      this.#sessionOf.set(socket.id, session);
      this.name(socket.id, "sid");
    });
  }

  /** From now on `text` is written as `<kind n>`. */
  name(text: string, kind: string): void {
    if (this.#names.has(text)) return;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#names.set(text, `<${kind} ${count}>`);
  }

  /** The server is killed now. */
  kill(): void {
    this.#killed++;
  }

  /** Makes a section for a socket of the server's; returns how to write into it. */
  welcome(namespace: string): (...parts: unknown[]) => void {
    const n = (this.#counts.get(namespace) ?? 0) + 1;
    this.#counts.set(namespace, n);
    const life = this.#killed;
    return (...parts) => {
      if (life === this.#killed) this.#add(`server ${namespace} ${n}`, [namespace, ...parts].join(" ").trim());
    };
  }

  /** The lines that include `text`, of what happened to the server's sockets. */
  heard(text: string): string[] {
    return [...this.#sections].flatMap(([section, lines]) => (section.startsWith("server ") ? lines.filter((line) => line.includes(text)) : []));
  }

  /** How many packets the server has received that begin with `text`, heartbeats once. */
  received(text: string): number {
    return [...this.#sections].flatMap(([section, lines]) => (/ received( heartbeat)?$/.test(section) ? lines.filter((line) => line.startsWith(text)) : [])).length;
  }

  /** The log's lines by section; those of the page's log are given. */
  sections(page: string[], uncaught: string[]): Map<string, string[]> {
    const isEngine = (line: string) => line.startsWith("engine ");
    const sections = new Map([
      ["page", page.filter((line) => !isEngine(line))],
      ["engine", page.filter(isEngine)],
      ["uncaught", uncaught],
      ...this.#sections,
    ]);
    for (const [section, lines] of sections) sections.set(section, lines.map((line) => this.#named(line)));
    return sections;
  }

  /** Grows with everything that happens. */
  get size(): number {
    return [...this.#sections.values()].reduce((sum, lines) => sum + lines.length, 0);
  }

  #watch(transport: any, name: string, rewrite: Rewrite | undefined): void {
    if (transport.name === "polling") {
      // Bodies: which packets share one is a matter of time.
      const onData = transport.onData;
      transport.onData = (body: string) => {
        for (const packet of body.split("\x1e")) this.#packet(`${name} received`, packet[0] === "b" ? Buffer.from(packet.slice(1), "base64") : packet);
        onData.call(transport, body);
      };
    } else {
      transport.prependListener("packet", (packet: Packet) => this.#packet(`${name} received`, frame(packet)));
    }
    const send = transport.send;
    const life = this.#killed;
    transport.send = (packets: Packet[]) => {
      // The engine looks at the array it gave.
      if (rewrite) packets.splice(0, packets.length, ...packets.flatMap((packet) => rewritten(packet, rewrite)));
      if (life === this.#killed) for (const packet of packets) this.#packet(`${name} sent`, frame(packet));
      if (packets.length > 0) send.call(transport, packets);
      else process.nextTick(() => {
        transport.emit("drain");
        transport.writable = true;
        transport.emit("ready");
      });
    };
  }

  #packet(section: string, packet: string | Buffer): void {
    if (typeof packet !== "string") {
      this.#add(section, `binary ${packet.length > 16 ? `(${packet.length})` : packet.toString("hex")}`);
      return;
    }
    // When the heart beats is a matter of time, and so is whether a GET hangs that a noop has to end.
    if (packet === "6" && section.endsWith("polling sent")) return;
    if (packet === "2" || packet === "3") {
      if (!this.#sections.has(`${section} heartbeat`)) this.#add(`${section} heartbeat`, packet);
      return;
    }
    const ids = /^40[^{]*(\{.*)/.exec(packet);
    if (ids && section.endsWith("sent")) {
      const { sid, pid } = JSON.parse(ids[1]!) as { sid?: string; pid?: string };
      if (sid) this.name(sid, "id");
      if (pid) this.name(pid, "pid");
    }
    // The offset that the in-memory adapter adds.
    const offset = /^4[25].*,"([\w-]{7}(?:\.[\w-]+)?)"\]$/.exec(packet)?.[1];
    if (offset && section.endsWith("sent") && this.#counts.has("pid")) this.name(offset, "offset");
    this.#add(section, packet.length > 300 ? `${packet.slice(0, 60)}… (${packet.length})` : packet);
  }

  #add(section: string, line: string): void {
    const lines = this.#sections.get(section);
    if (lines) lines.push(line);
    else this.#sections.set(section, [line]);
  }

  /** What a request asks for; the stamp against caches is random. */
  #url(request: any): string {
    const [path, query] = (request.url as string).split("?");
    const stamped = query?.replace(/(^|&)(t|stamp)=[^&]*/, "$1$2=<stamp>");
    return `${path}?${stamped}`;
  }

  #named(line: string): string {
    // An offset may begin with another one.
    const names = [...this.#names].sort(([a], [b]) => b.length - a.length);
    for (const [text, name] of names) line = line.replaceAll(text, name);
    return line;
  }
}

interface Packet {
  type: string;
  data?: string | Buffer;
}

const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

function frame({ type, data }: Packet): string | Buffer {
  return typeof data === "object" && data !== null ? Buffer.from(data) : `${TYPES.indexOf(type)}${data ?? ""}`;
}

function rewritten(packet: Packet, rewrite: Rewrite): Packet[] {
  const text = frame(packet);
  if (typeof text !== "string") return [packet];
  return rewrite(text).map((changed) => (changed === text ? packet : { type: TYPES[Number(changed[0])] ?? "message", data: changed.slice(1) }));
}
