/** Browser and server of a run, and one round of a workload on them. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { Page } from "./page.mjs";
import { rendererPids } from "./renderer.mjs";

export class Stage {
  #browser;
  #session;
  #server;
  #port;
  /** @type {Map<string, Page>} the pages that are open, by what they call themselves */
  #pages = new Map();
  #opened = 0;

  /** @param {import("../clients.mjs").Client[]} clients */
  static async open(clients) {
    const stage = new Stage();
    try {
      await stage.#start(clients);
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  get browserVersion() {
    return this.#browser.version();
  }

  async #start(clients) {
    this.#server = fork(fileURLToPath(new URL("../server/main.mjs", import.meta.url)));
    [{ port: this.#port }] = await once(this.#server, "message");
    for (const client of clients) this.#server.send({ client });
    this.#server.on("message", ({ request, page, kind, body }) => {
      const answer = (content) => this.#server.send({ request, content });
      this.#pages.get(page)?.handleReport(kind, body, answer);
    });
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    this.#session = await this.#browser.newBrowserCDPSession();
    // A window that stays, because a browser without any may end.
    await this.#session.send("Target.createTarget", { url: "about:blank" });
    while ((await rendererPids(this.#session)).length === 0) await setTimeout(10);
  }

  /**
   * Runs a workload once with every client: a fresh page for each, warmed up one after the other, then slice by slice in turns,
   * so that whatever else the machine does meets all of them alike.
   * @param {string[]} clients in the order of their turns
   * @param {import("../workloads.mjs").Workload} workload
   * @param {number} slices
   * @returns {Promise<Record<string, import("./page.mjs").Measurement>>}
   */
  async round(clients, workload, slices) {
    const pages = new Map();
    try {
      for (const client of clients) pages.set(client, await this.#openPage(client, workload));
      for (let slice = 0; slice < slices; slice++) {
        for (const page of pages.values()) await page.runSlice(workload.slice);
      }
      const measurements = {};
      for (const [client, page] of pages) measurements[client] = await page.finish();
      return measurements;
    } finally {
      this.#pages.clear();
      for (const page of pages.values()) await page.close();
    }
  }

  /** Opens a page; resolves when it has warmed up. */
  async #openPage(client, { group, run, options, slice }) {
    const id = `page-${++this.#opened}`;
    const task = encodeURIComponent(JSON.stringify({ id, client, group, run, options, warmup: slice }));
    const page = new Page(this.#session);
    this.#pages.set(id, page);
    try {
      await page.open(`http://127.0.0.1:${this.#port}/?task=${task}`);
    } catch (error) {
      await page.close();
      throw error;
    }
    return page;
  }

  async close() {
    await this.#browser?.close();
    this.#server?.disconnect();
  }
}

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--enable-precise-memory-info",
  "--js-flags=--expose-gc",
  // The address bar's own pages keep a core busy for seconds; a spare renderer starts whenever a page opens.
  "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,SpareRendererForSitePerProcess",
];
