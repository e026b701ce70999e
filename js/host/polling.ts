import { BASE64, POLLING } from "./abi.js";
import { address, optionsOf } from "./address.js";
import { encodeBase64 } from "./base64.js";
import { transportError } from "./error.js";
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
    if (form === BASE64 && content.arrayBuffer) {
      this.#body = Promise.all([body, content.arrayBuffer()]).then(([before, read]) => before + head + encodeBase64(read));
      return;
    }
    const text = form ? head + (form === BASE64 ? encodeBase64(content) : content) : head;
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

  /** POSTs `body`, or GETs. */
  async #request(body?: string | Promise<string>): Promise<void> {
    const options = optionsOf(this.#options, POLLING);
    const { signal } = this.#abort;
    const message = `xhr ${body === undefined ? "poll" : "post"} error`;
    const url = address(this.#origin, options, POLLING, this.sid);
    const timer =
      options.requestTimeout &&
      setTimeout(() => this.#failed(transportError("E_TIMEOUT", message, "request timeout")), options.requestTimeout);
    let response: Response;
    let text: string;
    try {
      const headers = new Headers(options.extraHeaders);
      if (body !== undefined) headers.set("content-type", "text/plain;charset=UTF-8");
      response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        // Always later: what is closed in the same turn never goes out.
        body: await body,
        headers,
        credentials: options.withCredentials ? "include" : "same-origin",
        signal,
      });
      text = await response.text();
    } catch (cause) {
      this.#failed(transportError("E_NETWORK", message, "network or CORS: the browser does not tell which", { cause }));
      return;
    } finally {
      clearTimeout(timer);
    }
    if (signal.aborted) return;
    if (!response.ok) this.#refused(message, response, text);
    else if (body !== undefined) this.#reports.report("drained", this.#id);
    else this.#deliver(text);
  }

  #deliver(text: string): void {
    for (const piece of text.split(SEPARATOR)) {
      this.#reports.frame(this.#id, piece);
      // A listener may have closed us.
      if (this.#abort.signal.aborted) return;
    }
    this.#reports.report("polled", this.#id);
  }

  #refused(message: string, response: Response, text: string): void {
    const { status } = response;
    // Engine.IO's own error code 1: the server does not know the session.
    const unknown = /"code":1\b/.test(text);
    const error = transportError(unknown ? "E_SESSION_UNKNOWN" : "E_HTTP_STATUS", message, status, {
      status,
      url: response.url.replace(/\?.*/, ""),
      body: text.slice(0, 200),
      ...(unknown && { hint: "sticky sessions" }),
    });
    this.#failed(error);
  }

  #failed(error: Error): void {
    if (!this.#abort.signal.aborted) this.#reports.lost("failed", this.#id, error);
  }
}
