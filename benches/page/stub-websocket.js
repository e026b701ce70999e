/**
 * Takes the place of `WebSocket`: opens at once, answers the Engine.IO and Socket.IO handshakes, and then hands prebuilt messages
 * straight to the client's handler. What the client sends goes to `onSent`.
 */
export class StubWebSocket extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  /** The socket that the client opened last. */
  static latest = null;

  CONNECTING = 0;
  OPEN = 1;
  CLOSING = 2;
  CLOSED = 3;
  readyState = 0;
  binaryType = "blob";
  bufferedAmount = 0;
  extensions = "";
  protocol = "";
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  /** Receives every frame that the client sends; swapped by a workload for its measured part. */
  onSent = (frame) => this.#answerHandshake(frame);
  #messageListeners = [];

  constructor(url) {
    super();
    this.url = String(url);
    StubWebSocket.latest = this;
    setTimeout(() => {
      this.readyState = this.OPEN;
      this.#dispatch("open");
      this.deliver(this.message(OPEN_PACKET));
    });
  }

  send(frame) {
    this.onSent(frame);
  }

  close() {
    if (this.readyState >= this.CLOSING) return;
    this.readyState = this.CLOSED;
    setTimeout(() => this.#dispatch("close"));
  }

  addEventListener(type, listener, options) {
    if (type !== "message") return super.addEventListener(type, listener, options);
    if (!this.#messageListeners.includes(listener)) this.#messageListeners.push(listener);
    options?.signal?.addEventListener("abort", () => this.removeEventListener(type, listener));
  }

  removeEventListener(type, listener, options) {
    if (type !== "message") return super.removeEventListener(type, listener, options);
    this.#messageListeners = this.#messageListeners.filter((other) => other !== listener);
  }

  /** What `deliver` takes: all that clients read of a `MessageEvent`. */
  message(data) {
    return { type: "message", data, target: this, currentTarget: this };
  }

  /** Hands a message to the client, as the browser would. */
  deliver(message) {
    if (this.onmessage !== null) this.onmessage.call(this, message);
    const listeners = this.#messageListeners;
    for (let at = 0; at < listeners.length; at++) {
      const listener = listeners[at];
      if (typeof listener === "function") listener.call(this, message);
      else listener.handleEvent(message);
    }
  }

  #dispatch(type) {
    const event = type === "close" ? new CloseEvent(type, { code: 1000, wasClean: true }) : new Event(type);
    this[`on${type}`]?.call(this, event);
    this.dispatchEvent(event);
  }

  #answerHandshake(frame) {
    if (typeof frame !== "string" || !frame.startsWith("40")) return;
    const comma = frame.indexOf(",");
    const namespace = frame[2] === "/" ? frame.slice(2, comma < 0 ? undefined : comma) : "";
    const answer = `40${namespace}${namespace && ","}{"sid":"stub${namespace}"}`;
    setTimeout(() => this.deliver(this.message(answer)));
  }
}

const OPEN_PACKET = '0{"sid":"stub","upgrades":[],"pingInterval":300000,"pingTimeout":200000,"maxPayload":1000000}';
