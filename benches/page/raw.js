/**
 * No client but the least that can carry the workloads: a WebSocket or a fetch loop, one `JSON.parse`, a table of handlers.
 * No errors, no reconnection, no heartbeat: the limit that a real client can only approach.
 */
export function io(uri, { path = "/socket.io/", transports, forceNew = false }) {
  const { origin, host, pathname: namespace } = new URL(uri);
  const key = origin + path;
  let connection = forceNew ? undefined : shared.get(key);
  if (connection === undefined) {
    connection = new Connection(`${host}${path}?EIO=4&transport=`, transports);
    if (!forceNew) shared.set(key, connection);
  }
  return connection.socket(namespace);
}

const shared = new Map();

class Connection {
  #url;
  #sockets = new Map();
  #opened = false;
  #assembling = null;
  #transport;

  constructor(url, transports) {
    this.#url = url;
    const receive = (frame) => this.#receive(frame);
    if (transports[0] === "websocket") this.#transport = new WebSocketTransport(`ws://${url}websocket`, receive);
    else this.#transport = new PollingTransport(`http://${url}polling`, receive, transports.includes("websocket") && ((sid) => this.#upgrade(sid)));
  }

  socket(namespace) {
    const prefix = namespace === "/" ? "" : `${namespace},`;
    const socket = new Socket(prefix, (frame, attachment) => this.#transport.send(frame, attachment), () => this.#transport.close());
    this.#sockets.set(namespace, socket);
    if (this.#opened) socket.send(`40${prefix}`);
    return socket;
  }

  #receive(frame) {
    if (typeof frame !== "string") return this.#attach(frame);
    const type = frame.charCodeAt(0);
    if (type === DIGIT_4) {
      const kind = frame.charCodeAt(1);
      let at = 2;
      let attachments = 0;
      if (kind === DIGIT_5) {
        at = frame.indexOf("-") + 1;
        attachments = +frame.slice(2, at - 1);
      }
      let socket;
      if (frame.charCodeAt(at) === SLASH) {
        const comma = frame.indexOf(",", at);
        socket = this.#sockets.get(frame.slice(at, comma));
        at = comma + 1;
      } else socket = this.#sockets.get("/");
      if (kind === DIGIT_2) socket.dispatch(JSON.parse(frame.slice(at)));
      else if (kind === DIGIT_3) socket.acknowledge(frame, at);
      else if (kind === DIGIT_5) this.#assembling = { socket, args: JSON.parse(frame.slice(at)), attachments, received: 0 };
      else if (kind === DIGIT_0) socket.dispatch(["connect"]);
    } else if (type === DIGIT_2) this.#transport.send("3");
    else if (type === DIGIT_0) {
      this.#opened = true;
      this.#transport.opened(JSON.parse(frame.slice(1)).sid);
      for (const socket of this.#sockets.values()) socket.send(`40${socket.prefix}`);
    }
  }

  #attach(attachment) {
    const event = this.#assembling;
    event.args[++event.received] = attachment;
    if (event.received === event.attachments) event.socket.dispatch(event.args);
  }

  #upgrade(sid) {
    const polling = this.#transport;
    const probe = new WebSocketTransport(`ws://${this.#url}websocket&sid=${sid}`, async (frame) => {
      if (frame !== "3probe") return this.#receive(frame);
      await polling.pause();
      probe.send("5");
      this.#transport = probe;
    });
    probe.onopen = () => probe.send("2probe");
  }
}

class Socket {
  #handlers = new Map();
  #acks = new Map();
  #nextAck = 0;

  constructor(prefix, send, close) {
    this.prefix = prefix;
    this.send = send;
    this.close = close;
  }

  on(event, handler) {
    this.#handlers.set(event, handler);
  }

  emit(event, value, acknowledged) {
    if (value instanceof Uint8Array) {
      this.send(`451-${this.prefix}["${event}",{"_placeholder":true,"num":0}]`, value);
    } else if (acknowledged !== undefined) {
      this.#acks.set(this.#nextAck, acknowledged);
      this.send(`42${this.prefix}${this.#nextAck++}${JSON.stringify([event, value])}`);
    } else this.send(`42${this.prefix}${JSON.stringify([event, value])}`);
  }

  disconnect() {
    this.send("41");
    this.close();
  }

  dispatch(args) {
    this.#handlers.get(args[0])?.(args[1]);
  }

  acknowledge(frame, at) {
    const bracket = frame.indexOf("[", at);
    const id = +frame.slice(at, bracket);
    const acknowledged = this.#acks.get(id);
    this.#acks.delete(id);
    acknowledged(JSON.parse(frame.slice(bracket))[0]);
  }
}

class WebSocketTransport {
  #websocket;
  onopen = null;

  constructor(url, receive) {
    this.#websocket = new WebSocket(url);
    this.#websocket.binaryType = "arraybuffer";
    this.#websocket.onopen = () => this.onopen?.();
    this.#websocket.onmessage = (event) => receive(event.data);
  }

  opened() {}

  send(frame, attachment) {
    this.#websocket.send(frame);
    if (attachment !== undefined) this.#websocket.send(attachment);
  }

  close() {
    this.#websocket.close();
  }
}

class PollingTransport {
  #url;
  #receive;
  #upgrade;
  #queue = [];
  #posting = null;
  #polling = null;
  #stopped = false;

  constructor(url, receive, upgrade) {
    this.#url = url;
    this.#receive = receive;
    this.#upgrade = upgrade;
    this.#polling = this.#poll();
  }

  opened(sid) {
    this.#url += `&sid=${sid}`;
    if (this.#upgrade) this.#upgrade(sid);
  }

  send(frame, attachment) {
    this.#queue.push(frame);
    if (attachment !== undefined) this.#queue.push(`b${attachment.toBase64()}`);
    this.#posting ??= Promise.resolve().then(() => this.#post());
  }

  close() {
    this.#stopped = true;
    this.send("1");
  }

  async pause() {
    this.#stopped = true;
    await Promise.all([this.#posting, this.#polling]);
  }

  async #poll() {
    while (!this.#stopped) {
      const body = await (await fetch(this.#url)).text();
      for (const frame of body.split("\x1e")) this.#receive(frame[0] === "b" ? Uint8Array.fromBase64(frame.slice(1)).buffer : frame);
    }
  }

  async #post() {
    while (this.#queue.length > 0) {
      const body = this.#queue.join("\x1e");
      this.#queue = [];
      await (await fetch(this.#url, { method: "POST", body })).text();
    }
    this.#posting = null;
  }
}

const DIGIT_0 = 48;
const DIGIT_2 = 50;
const DIGIT_3 = 51;
const DIGIT_4 = 52;
const DIGIT_5 = 53;
const SLASH = 47;
