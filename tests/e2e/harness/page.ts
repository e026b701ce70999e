import type { Page } from "playwright-core";
import { afterAll, expect, inject } from "vitest";

import { engine, type Connection, type Report, type Tab } from "./browser.ts";
import { ChromiumTab } from "./browsers/chromium.ts";
import type { Kit, Options } from "./kit.ts";

let connection: Promise<Connection> | undefined;

/** Tabs that wait for the next test. A new tab costs half a second, a new document in an old one a tenth of it. */
const idle: Tab[] = [];

async function tab(): Promise<Tab> {
  connection ??= engine().then(({ connect }) => connect(inject("browserEndpoint")));
  return idle.pop() ?? (await connection).tab();
}

afterAll(async () => (await connection)?.close());

export interface PageOptions {
  /** Origin the sockets connect to; default: the page's own origin. */
  url?: string;
  /** Options of the transport mode. */
  mode?: Options;
  /** The test cuts or refuses connections, so the browser's own messages about failed requests are expected. Default false. */
  faults?: boolean;
  /** Path of the page, with the queries that `site` knows; default `/`. */
  path?: string;
  /** Script run before any of the page's own; sent as text. */
  before?: () => void;
}

/** A fresh document, without cookies or storage, that remembers everything that went wrong in it. */
export class TestPage {
  readonly #reports: Record<Parameters<Report>[0], string[]> = { log: [], error: [], uncaught: [], network: [] };
  readonly #tab: Tab;
  readonly #options: PageOptions;

  static async open(origin: string, options: PageOptions = {}): Promise<TestPage> {
    const page = new TestPage(await tab(), options);
    const url = new URL(options.path ?? "/", origin);
    if (options.before) url.searchParams.set("before", `(${options.before.toString()})()`);
    await page.#tab.open(url.href, (kind, text) => page.#reports[kind].push(text));
    await page.#tab.evaluate(`void Object.assign(globalThis.kit, ${JSON.stringify({ url: options.url ?? origin, mode: options.mode ?? {} })})`);
    return page;
  }

  private constructor(tab: Tab, options: PageOptions) {
    this.#tab = tab;
    this.#options = options;
  }

  /** `console.log` lines. */
  get logs(): readonly string[] {
    return this.#reports.log;
  }

  /** Playwright's page, for what can only be done in Chromium: for tests by `chromiumOnly`. */
  get page(): Page {
    if (this.#tab instanceof ChromiumTab) return this.#tab.page;
    throw new Error("only Chromium has a Playwright page: use chromiumOnly");
  }

  /**
   * Runs `scenario` in the page and returns what it returns. The function is sent as text: it sees only its own
   * arguments and the page's globals, and its argument and result must be serialisable.
   */
  run<R, A = undefined>(scenario: (kit: Kit, argument: A) => R | Promise<R>, ...argument: A extends undefined ? [] : [A]): Promise<R> {
    return this.#tab.evaluate<R>(`(${scenario.toString()})(globalThis.kit, ${JSON.stringify(argument[0])})`);
  }

  /** The uncaught errors so far; they count as expected from now on. */
  async takeUncaught(): Promise<string[]> {
    await this.#flush();
    return this.#reports.uncaught.splice(0);
  }

  /** The uncaught errors and the `console.error` calls so far; they count as expected from now on. */
  async takeErrors(): Promise<string[]> {
    return [...(await this.takeUncaught()), ...this.#reports.error.splice(0)];
  }

  /** Asserts that nothing unexpected went wrong in the page, and leaves it. */
  async close(): Promise<void> {
    try {
      await this.#flush();
      const { uncaught, error, network } = this.#reports;
      expect(uncaught, "uncaught errors in the page").toEqual([]);
      expect(error, "console errors in the page").toEqual([]);
      if (!this.#options.faults) expect(network, "failed requests of the page").toEqual([]);
    } finally {
      await this.#tab.evaluate("sessionStorage.clear(), localStorage.clear()");
      await this.#tab.leave();
      idle.push(this.#tab);
    }
  }

  /** Errors arrive in order with other messages of the page, so one round trip brings all that happened before it. */
  async #flush(): Promise<void> {
    await this.#tab.evaluate("new Promise((resolve) => setTimeout(resolve))");
  }
}
