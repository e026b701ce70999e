/** One page that runs one client through one workload, driven by answering its requests: no debugger is attached to it. */
import { mainThreadMicros, rendererPids } from "./renderer.mjs";

/**
 * @typedef {{ micros: number, wall: number, allocated?: number }} Measurement
 *   per event: CPU microseconds of the main thread, wall-clock microseconds, bytes allocated
 */

export class Page {
  #session;
  #contextId;
  #pid;
  /** Lets the page go on from its pause. */
  #resume;
  #events = 0;
  #micros = 0;
  /** What asking for a slice costs by itself. */
  #overhead = Infinity;
  #slices = 0;
  #expectation;

  /** @param {import("playwright-core").CDPSession} session */
  constructor(session) {
    this.#session = session;
  }

  /** Opens the page in a window and a process of its own; resolves at its first pause, after the warm-up. */
  async open(url) {
    const others = await rendererPids(this.#session);
    const paused = this.#expect("pause");
    const created = this.#createWindow(url);
    await Promise.all([created, paused]);
    const fresh = (await rendererPids(this.#session)).filter((pid) => !others.includes(pid));
    if (fresh.length !== 1) throw new Error(`cannot tell which renderer is the page: ${fresh.length} are new`);
    this.#pid = fresh[0];
    for (let empty = 0; empty < EMPTY_SLICES; empty++) this.#overhead = Math.min(this.#overhead, await this.#run(0));
  }

  /** A context of its own: pages of one context would share the few connections that a browser opens to a host. */
  async #createWindow(url) {
    ({ browserContextId: this.#contextId } = await this.#session.send("Target.createBrowserContext"));
    await this.#session.send("Target.createTarget", { url, browserContextId: this.#contextId, newWindow: true });
  }

  /** Lets the page process `events` and adds what that took. */
  async runSlice(events) {
    this.#micros += await this.#run(events);
    this.#events += events;
    this.#slices++;
  }

  async #run(events) {
    const before = mainThreadMicros(this.#pid);
    const paused = this.#expect("pause");
    this.#resume({ events });
    await paused;
    return mainThreadMicros(this.#pid) - before;
  }

  /** @returns {Promise<Measurement>} */
  async finish() {
    const result = this.#expect("result");
    this.#resume({ finish: true });
    const { wall, allocated } = await result;
    return { micros: (this.#micros - this.#slices * this.#overhead) / this.#events, wall: (wall * 1000) / this.#events, allocated };
  }

  /** Takes what the page reports under `/control/`. */
  handleReport(kind, body, answer) {
    if (kind === "pause") this.#resume = answer;
    else answer({});
    this.#expectation?.(kind, body);
  }

  #expect(expected) {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`the page did not come to its ${expected} within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
      this.#expectation = (kind, body) => {
        clearTimeout(patience);
        if (kind === expected) resolve(body);
        else reject(new Error(kind === "fail" ? body.error : `the page came to its ${kind}, not to its ${expected}`));
      };
    });
  }

  async close() {
    if (this.#contextId !== undefined) await this.#session.send("Target.disposeBrowserContext", { browserContextId: this.#contextId });
  }
}

const EMPTY_SLICES = 3;
const PATIENCE_MS = 60_000;
