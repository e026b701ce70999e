import { INPUT_DRAINED, INPUT_FAILED, INPUT_POLLED, POLLING } from "./abi.js";
import { address, optionsOf } from "./address.js";
import { encodeBase64, joined } from "./base64.js";
import { pause } from "./clock.js";
import { transportError, type ErrorCode } from "./error.js";
import type { ConnectOptions, Link, Origin, Reports } from "./link.js";
import { forbidden } from "./page.js";

/** Separates the packets of a polling body. */
const SEPARATOR = "\x1e";

/** The longest body that is taken, in code units. */
const LIMIT = 50 * 2 ** 20;

/** A body of fewer bytes is read at once, if the server says how many: piece by piece costs more. Larger ones may be compressed beyond all bounds. */
const SHORT = 2 ** 16;

/** Of the body of an error: enough code units to show its beginning, and how long they are waited for, in milliseconds. */
const ENOUGH = 1000;
const PATIENCE = 1000;

/** After so many packets of one body the page has its turn: some milliseconds of ours. To look at the clock would cost 4 % of each packet. */
const SLICE = 5000;

/** HTTP long-polling with `fetch`. */
export class PollingLink implements Link {
  /** Until it is closed. */
  #reports: Reports | undefined;
  readonly #id: number;
  readonly #origin: Origin;
  readonly #options: ConnectOptions;
  readonly #abort = new AbortController();
  /** The body of the next POST in parts: texts, and Blobs that are still to be read. */
  #parts: any[] = [];
  declare sid: string;

  constructor(reports: Reports, id: number, origin: Origin, options: ConnectOptions, sid: string) {
    this.#reports = reports;
    this.#id = id;
    this.#origin = origin;
    this.#options = options;
    this.sid = sid;
  }

  send(head: string, content: any, form: number): void {
    if (content?.arrayBuffer) this.#parts.push(head, content);
    else this.#parts.push(joined(head, content, form));
  }

  flush(): void {
    void this.#request(this.#parts);
    this.#parts = [];
  }

  poll(): void {
    void this.#request();
  }

  close(): void {
    this.#reports = undefined;
    this.#abort.abort();
  }

  /** POSTs the parts of a body, or GETs. */
  async #request(parts?: any[]): Promise<void> {
    const options = optionsOf(this.#options, POLLING);
    const url = address(this.#origin, options, POLLING, this.sid);
    const fail = (code: ErrorCode, description: unknown, details?: object): void =>
      this.#reports?.report(INPUT_FAILED, this.#id, transportError(code, `xhr ${parts ? "post" : "poll"} error`, description, details));
    const timer = options.requestTimeout && setTimeout(fail, options.requestTimeout, "E_TIMEOUT", "request timeout");
    let response: Response;
    let text = "";
    let body = parts && "";
    try {
      // eslint-disable-next-line @typescript-eslint/await-thenable -- always later: what is closed in the same turn never goes out
      for (const part of (await parts) ?? []) body += part.arrayBuffer ? encodeBase64(await part.arrayBuffer()) : part;
      const headers = new Headers(options.extraHeaders);
      // The browser gives a text the type that the protocol wants: text/plain;charset=UTF-8.
      headers.delete("content-type");
      response = await fetch(url, {
        method: parts ? "POST" : "GET",
        body,
        headers,
        credentials: options.withCredentials ? "include" : undefined,
        signal: this.#abort.signal,
      });
      if (response.ok && parseInt(response.headers.get("content-length")!) < SHORT) {
        // The answer to a POST says nothing, unless it is an error.
        if (!parts) text = await response.text();
      } else {
        const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
        const stop = (): unknown => reader?.cancel().catch(() => {});
        if (!response.ok) setTimeout(stop, PATIENCE);
        const limit = response.ok ? (parts ? 0 : LIMIT) : ENOUGH;
        for (let value: string | undefined = ""; reader && value !== undefined && text.length < limit; ) {
          ({ value } = await reader.read());
          text += value ?? "";
        }
        stop();
      }
    } catch (cause) {
      // Chromium and Firefox tell that the page's policy forbids it only after it has failed.
      await pause();
      return forbidden === url ? fail("E_CSP_CONNECT", 0, { cause, hint: "connect-src" }) : fail("E_NETWORK", 0, { cause, hint: "network or CORS" });
    } finally {
      clearTimeout(timer);
    }
    if (!response.ok) {
      // The server does not know the session: Engine.IO's own error code 1, which socketioxide makes a text, or the words of python-socketio.
      const unknown = /"code":"?1\b|^"Invalid session/.test(text);
      return fail(unknown ? "E_SESSION_UNKNOWN" : "E_HTTP_STATUS", response.status, {
        status: response.status,
        url: response.url.replace(/\?.*/, ""),
        body: text.replaceAll(this.sid, "").slice(0, 200),
        hint: unknown ? "sticky sessions" : undefined,
      });
    }
    if (text.length >= LIMIT) return fail("E_PAYLOAD_TOO_LARGE", "message too large");
    if (!parts) {
      let count = 0;
      for (const piece of text.split(SEPARATOR)) {
        // A hidden page needs no pause, and its timers are slow.
        if (++count % SLICE === 0 && !globalThis.document?.hidden) await pause();
        // A listener may have closed us.
        this.#reports?.frame(this.#id, piece);
      }
    }
    this.#reports?.report(parts ? INPUT_DRAINED : INPUT_POLLED, this.#id);
  }
}
