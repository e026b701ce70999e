import { BASE64, BINARY } from "./abi.js";
import { encodeBase64 } from "./base64.js";
import { transportError } from "./error.js";
import type { Link, Reports } from "./link.js";

/** A websocket. The constructor throws when the browser's does. */
export class WebSocketLink implements Link {
  readonly #socket: WebSocket;

  constructor(reports: Reports, id: number, url: string, protocols: string | string[] | undefined) {
    const socket = protocols ? new WebSocket(url, protocols) : new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => reports.report("opened", id);
    socket.onmessage = (event) => reports.frame(id, event.data);
    socket.onclose = (context) => reports.lost("closed", id, websocketError("websocket connection closed", context));
    socket.onerror = (context) => reports.lost("failed", id, websocketError("websocket error", context));
  }

  send(head: string, content: any, form: number): void {
    // A Blob could only be read later; the server takes it as it is, also when base64 is preferred.
    const binary = form === BINARY || (form === BASE64 && content.arrayBuffer);
    // A websocket that is already closing throws in some browsers; its close event tells the core.
    try {
      this.#socket.send(binary ? content : form ? head + (form === BASE64 ? encodeBase64(content) : content) : head);
    } catch {}
  }

  close(): void {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = () => {};
    socket.close();
  }
}

function websocketError(message: string, context: Event): Error {
  return transportError("E_NETWORK", message, message, { context });
}
