import { INPUT_DRAINED, INPUT_FAILED, INPUT_POLLED, POLLING } from "./abi.js";
import { address, optionsOf } from "./address.js";
import { encodeBase64, joined } from "./base64.js";
import { transportError, type ErrorCode } from "./error.js";
import type { ConnectOptions, Link, Origin, Reports } from "./link.js";

/** Separates the packets of a polling body. */
const SEPARATOR = "\x1e";

/** HTTP long-polling with `fetch`. */
export class PollingLink implements Link {
  readonly #reports: Reports;
  readonly #id: number;
  readonly #origin: Origin;
  readonly #options: ConnectOptions;
  readonly #abort = new AbortController();
  /** The body of the next POST: promised while it waits for a Blob to be read. */
  #body: string | Promise<string> = "";
  sid: string;

  constructor(reports: Reports, id: number, origin: Origin, options: ConnectOptions, sid: string) {
    this.#reports = reports;
    this.#id = id;
    this.#origin = origin;
    this.#options = options;
    this.sid = sid;
  }

  send(head: string, content: any, form: number): void {
    const body = this.#body;
    if (content?.arrayBuffer) {
      this.#body = Promise.all([body, content.arrayBuffer()]).then(([before, read]) => before + head + encodeBase64(read));
      return;
    }
    const text = joined(head, content, form);
    this.#body = typeof body === "string" ? body + text : body.then((before) => before + text);
  }

  flush(): void {
    void this.#request(this.#body);
    this.#body = "";
  }

  poll(): void {
    void this.#request();
  }

  close(): void {
    this.#abort.abort();
  }

  /** POSTs `body`, which is never empty, or GETs. */
  async #request(body?: string | Promise<string>): Promise<void> {
    const options = optionsOf(this.#options, POLLING);
    const url = address(this.#origin, options, POLLING, this.sid);
    const { signal } = this.#abort;
    const fail = (code: ErrorCode, description: unknown, details?: object): void => {
      if (!signal.aborted) {
        this.#reports.report(INPUT_FAILED, this.#id, transportError(code, `xhr ${body ? "post" : "poll"} error`, description, details));
      }
    };
    const timer = options.requestTimeout && setTimeout(fail, options.requestTimeout, "E_TIMEOUT", "request timeout");
    let response: Response;
    let text: string;
    try {
      const headers = new Headers(options.extraHeaders);
      if (body) headers.set("content-type", "text/plain;charset=UTF-8");
      response = await fetch(url, {
        method: body ? "POST" : "GET",
        // Always later: what is closed in the same turn never goes out.
        body: await body,
        headers,
        credentials: options.withCredentials ? "include" : "same-origin",
        signal,
      });
      // The answer to a POST says nothing, unless it is an error.
      text = body && response.ok ? "" : await response.text();
    } catch (cause) {
      return fail("E_NETWORK", "network or CORS: the browser does not tell which", { cause });
    } finally {
      clearTimeout(timer);
    }
    const { ok, status } = response;
    if (!ok) {
      // Engine.IO's own error code 1: the server does not know the session.
      const unknown = /"code":1\b/.test(text);
      fail(unknown ? "E_SESSION_UNKNOWN" : "E_HTTP_STATUS", status, {
        status,
        url: response.url.replace(/\?.*/, ""),
        body: text.slice(0, 200),
        ...(unknown && { hint: "sticky sessions" }),
      });
    } else if (!body) {
      for (const piece of text.split(SEPARATOR)) {
        // A listener may have closed us.
        if (!signal.aborted) this.#reports.frame(this.#id, piece);
      }
    }
    if (ok && !signal.aborted) this.#reports.report(body ? INPUT_DRAINED : INPUT_POLLED, this.#id);
  }
}
