import { BINARY, INPUT_CLOSED, INPUT_FAILED, INPUT_OPENED, WEBSOCKET } from "./abi.js";
import { address, optionsOf } from "./address.js";
import { joined } from "./base64.js";
import { transportError } from "./error.js";
import type { ConnectOptions, Link, Origin, Reports } from "./link.js";

/** A websocket. The constructor throws when the browser's does. */
export class WebSocketLink implements Link {
  readonly #socket: WebSocket;

  constructor(reports: Reports, id: number, origin: Origin, options: ConnectOptions, sid: string) {
    options = optionsOf(options, WEBSOCKET);
    const socket = new WebSocket(address(origin, options, WEBSOCKET, sid), options.protocols || []);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => reports.report(INPUT_OPENED, id);
    socket.onmessage = (event) => reports.frame(id, event.data);
    socket.onclose = (context) => reports.report(INPUT_CLOSED, id, transportError("E_NETWORK", CLOSED, CLOSED, { context }));
    socket.onerror = (event) => reports.report(INPUT_FAILED, id, transportError("E_NETWORK", "websocket error", event));
  }

  send(head: string, content: any, form: number): void {
    // A Blob could only be read later; the server takes it as it is, also when base64 is preferred.
    const binary = form === BINARY || content?.arrayBuffer;
    // A websocket that is already closing throws in some browsers; its close event tells the core.
    try {
      this.#socket.send(binary ? content : joined(head, content, form));
    } catch {}
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  close(): void {
    const socket = this.#socket;
    socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }
}

const CLOSED = "websocket connection closed";
