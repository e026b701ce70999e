import { chromium, type Browser, type Page } from "playwright-core";
import { expect, inject } from "vitest";

import type { Kit, Options } from "./kit.ts";

let browser: Promise<Browser> | undefined;

/** Tabs that wait for the next test. A new tab costs half a second, a new document in an old one a tenth of it. */
const idle: Page[] = [];

async function tab(): Promise<Page> {
  browser ??= chromium.connect(inject("browserEndpoint"));
  return idle.pop() ?? (await (await browser).newPage());
}

export interface PageOptions {
  /** Origin the sockets connect to; default: the page's own origin. */
  url?: string;
  /** Options of the transport mode. */
  mode?: Options;
  /** The test cuts or refuses connections, so the browser's own messages about failed requests are expected. Default false. */
  faults?: boolean;
  /** Path of the page, with the queries that `site` knows; default `/`. */
  path?: string;
  /** Script run before any of the page's own. */
  before?: () => void;
}

/** A fresh document, without cookies or storage, that remembers everything that went wrong in it. */
export class TestPage {
  /** Uncaught errors and unhandled rejections, as text. */
  readonly #uncaught: string[] = [];
  /** `console.error` calls. */
  readonly #console: string[] = [];
  /** The browser's own messages about failed requests and websockets. */
  readonly #network: string[] = [];
  /** `console.log` lines. */
  readonly logs: string[] = [];
  readonly page: Page;
  readonly #options: PageOptions;

  static async open(origin: string, options: PageOptions = {}): Promise<TestPage> {
    const page = new TestPage(await tab(), options);
    if (options.before) await page.page.addInitScript(options.before);
    await page.page.goto(origin + (options.path ?? "/"));
    await page.page.evaluate((given) => Object.assign(globalThis.kit, given), {
      url: options.url ?? origin,
      mode: options.mode ?? {},
    });
    return page;
  }

  private constructor(page: Page, options: PageOptions) {
    this.page = page;
    this.#options = options;
    page.on("pageerror", (error) => this.#uncaught.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "log") this.logs.push(text);
      if (message.type() !== "error") return;
      (isFailedRequest(text) ? this.#network : this.#console).push(text);
    });
  }

  /**
   * Runs `scenario` in the page and returns what it returns. The function is sent as text: it sees only its own
   * arguments and the page's globals, and its argument and result must be serialisable.
   */
  run<R, A = undefined>(scenario: (kit: Kit, argument: A) => R | Promise<R>, ...argument: A extends undefined ? [] : [A]): Promise<R> {
    return this.page.evaluate<R>(`(${scenario.toString()})(globalThis.kit, ${JSON.stringify(argument[0])})`);
  }

  /** The uncaught errors so far; they count as expected from now on. */
  async takeUncaught(): Promise<string[]> {
    await this.#flush();
    return this.#uncaught.splice(0);
  }

  /** The uncaught errors and the `console.error` calls so far; they count as expected from now on. */
  async takeErrors(): Promise<string[]> {
    return [...(await this.takeUncaught()), ...this.#console.splice(0)];
  }

  /** Asserts that nothing unexpected went wrong in the page, and leaves it. */
  async close(): Promise<void> {
    try {
      await this.#flush();
      expect(this.#uncaught, "uncaught errors in the page").toEqual([]);
      expect(this.#console, "console errors in the page").toEqual([]);
      if (!this.#options.faults) expect(this.#network, "failed requests of the page").toEqual([]);
    } finally {
      await this.#leave();
    }
  }

  async #leave(): Promise<void> {
    this.page.removeAllListeners();
    // A script that runs before the page's own cannot be taken back.
    if (this.#options.before) return this.page.context().close();
    await this.page.evaluate("sessionStorage.clear(), localStorage.clear()");
    await this.page.goto("about:blank");
    await this.page.context().clearCookies();
    idle.push(this.page);
  }

  /** Errors arrive in order with other messages of the page, so one round trip brings all that happened before it. */
  async #flush(): Promise<void> {
    await this.page.evaluate("new Promise((resolve) => setTimeout(resolve))");
  }
}

function isFailedRequest(text: string): boolean {
  return (
    text.startsWith("Failed to load resource") ||
    text.startsWith("WebSocket connection to") ||
    text.startsWith("Failed to establish a connection to") ||
    text.includes("has been blocked by CORS policy")
  );
}
