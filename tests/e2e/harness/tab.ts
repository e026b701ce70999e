import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "vitest";
import { WebSocket } from "ws";

import type { Kit, Options } from "./kit.ts";
import { test } from "./test.ts";

/**
 * A Chromium whose pages live as those of people do: they are hidden, frozen and kept for the way back. Playwright keeps
 * its pages in focus for good and switches the back/forward cache off, so this one is spoken to directly.
 */
export class Chromium {
  #process!: ChildProcess;
  #profile!: string;
  #socket!: WebSocket;
  #last = 0;
  readonly #calls = new Map<number, { resolve(result: any): void; reject(error: Error): void }>();
  /** Who wants to know what happens in a tab, by the tab's session. */
  readonly #listeners = new Map<string, (method: string, params: any) => void>();

  static async launch(): Promise<Chromium> {
    const chromium = new Chromium();
    chromium.#profile = await mkdtemp(join(tmpdir(), "ferrio-chromium-"));
    const path = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
    const flags = ["--headless=new", "--remote-debugging-port=0", "--no-sandbox", "--disable-quic", "--no-first-run"];
    const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
    chromium.#process = spawn(path, [...flags, ...quiet, `--user-data-dir=${chromium.#profile}`], { stdio: ["ignore", "ignore", "pipe"] });
    chromium.#socket = new WebSocket(await endpointOf(chromium.#process), { perMessageDeflate: false });
    await new Promise((resolve, reject) => chromium.#socket.once("open", resolve).once("error", reject));
    chromium.#socket.on("message", (data) => chromium.#hear(JSON.parse((data as Buffer).toString())));
    return chromium;
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#socket.close();
    this.#process.kill();
    await gone;
    // Its children may still be writing.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** A command of the DevTools protocol. */
  send(method: string, params: object = {}, sessionId?: string): Promise<any> {
    return new Promise((resolve, reject) => {
      this.#calls.set(++this.#last, { resolve, reject });
      this.#socket.send(JSON.stringify({ id: this.#last, method, params, sessionId }));
    });
  }

  listen(sessionId: string, listener: (method: string, params: any) => void): void {
    this.#listeners.set(sessionId, listener);
  }

  #hear({ id, result, error, method, params, sessionId }: any): void {
    if (id === undefined) return this.#listeners.get(sessionId)?.(method, params);
    const call = this.#calls.get(id)!;
    this.#calls.delete(id);
    if (error) call.reject(new Error(error.message));
    else call.resolve(result);
  }
}

export interface TabOptions {
  /** Options of the transport mode. */
  mode?: Options;
  /** Path of the page, with the queries that `site` knows; default `/`. */
  path?: string;
}

/** One tab. Its scenarios are those of `TestPage`. */
export class Tab {
  readonly #chromium: Chromium;
  readonly #target: string;
  readonly #session: string;
  readonly #uncaught: string[] = [];

  static async open(chromium: Chromium, origin: string, { path = "/", mode = {} }: TabOptions = {}): Promise<Tab> {
    const { targetId } = await chromium.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await chromium.send("Target.attachToTarget", { targetId, flatten: true });
    const tab = new Tab(chromium, targetId, sessionId);
    await tab.send("Runtime.enable");
    await tab.send("Page.enable");
    await tab.goto(origin + path);
    await tab.run((kit, mode) => void Object.assign(kit, { mode }), mode);
    return tab;
  }

  private constructor(chromium: Chromium, target: string, session: string) {
    this.#chromium = chromium;
    this.#target = target;
    this.#session = session;
    chromium.listen(session, (method, params) => {
      const details = params?.exceptionDetails;
      if (method === "Runtime.exceptionThrown") this.#uncaught.push(details.exception?.description ?? details.text);
    });
  }

  send(method: string, params?: object): Promise<any> {
    return this.#chromium.send(method, params, this.#session);
  }

  /** Leaves the page for another one, and waits until that one is there. */
  async goto(url: string): Promise<void> {
    await this.send("Page.navigate", { url });
    await this.#isAt(url);
  }

  /** The way back to the page before. */
  async back(): Promise<void> {
    const { currentIndex, entries } = await this.send("Page.getNavigationHistory");
    const { id, url } = entries[currentIndex - 1];
    await this.send("Page.navigateToHistoryEntry", { entryId: id });
    await this.#isAt(url);
  }

  /** Hides and freezes the page: no task of its own runs any more. */
  freeze(): Promise<void> {
    return this.send("Page.setWebLifecycleState", { state: "frozen" });
  }

  /** Lets the page run again, still hidden. */
  resume(): Promise<void> {
    return this.send("Page.setWebLifecycleState", { state: "active" });
  }

  /** Shows the page. */
  show(): Promise<void> {
    return this.send("Page.bringToFront");
  }

  /** As `TestPage.run`. */
  run<R, A = undefined>(scenario: (kit: Kit, argument: A) => R | Promise<R>, ...argument: A extends undefined ? [] : [A]): Promise<R> {
    return this.#evaluate(`(${scenario.toString()})(globalThis.kit, ${JSON.stringify(argument[0])})`);
  }

  /** Closes the tab, and asserts that nothing went wrong in it. */
  async close(): Promise<void> {
    await this.#chromium.send("Target.closeTarget", { targetId: this.#target });
    expect(this.#uncaught, "uncaught errors in the page").toEqual([]);
  }

  async #evaluate(expression: string): Promise<any> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** The document changes in the middle of it, which the browser answers with an error. */
  async #isAt(url: string): Promise<void> {
    const there = `location.href === ${JSON.stringify(url)} && document.readyState === "complete"`;
    await expect.poll(() => this.#evaluate(there).catch(() => false), { timeout: 20_000 }).toBe(true);
  }
}

/** `test` with tabs of a Chromium of its own. */
export const lifeTest = test.extend<{
  chromium: Chromium;
  /** Opens the test page of a server in a tab that can be frozen and kept for the way back. */
  open(origin: { url: string }, options?: TabOptions): Promise<Tab>;
}>({
  chromium: [
    async ({}, use) => {
      const chromium = await Chromium.launch();
      await use(chromium);
      await chromium.close();
    },
    { scope: "file" },
  ],
  open: async ({ chromium, serve: _ }, use) => {
    const tabs: Tab[] = [];
    await use(async (origin, options) => {
      const tab = await Tab.open(chromium, origin.url, options);
      tabs.push(tab);
      return tab;
    });
    for (const tab of tabs) await tab.close();
  },
});

function endpointOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    stderr!.on("data", (chunk) => {
      said += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]!);
    });
    stderr!.on("close", () => reject(new Error(`Chromium ended: ${said}`)));
  });
}
