import { chromium, type Page } from "playwright-core";

import type { Connection, Engine, Launched, Report, Tab } from "../browser.ts";

/** Chromium as the system installs it (or the binary that `CHROMIUM` names), driven by Playwright over the DevTools protocol. */
const engine: Engine = {
  async launch(): Promise<Launched> {
    const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
    const args = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const server = await chromium.launchServer({ executablePath, args });
    const browser = await chromium.connect(server.wsEndpoint());
    const version = browser.version();
    await browser.close();
    return { endpoint: server.wsEndpoint(), version, close: () => server.close() };
  },

  async connect(endpoint: string): Promise<Connection> {
    const browser = await chromium.connect(endpoint);
    return {
      tab: async () => new ChromiumTab(await browser.newPage()),
      close: () => browser.close(),
    };
  },
};

export default engine;

/** A page in a context of its own. */
export class ChromiumTab implements Tab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(url: string, report: Report): Promise<void> {
    this.page.on("pageerror", (error) => report("uncaught", String(error)));
    this.page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "log") report("log", text);
      if (message.type() === "error") report(isFailedRequest(text) ? "network" : "error", text);
    });
    await this.page.goto(url);
  }

  evaluate<R>(expression: string): Promise<R> {
    return this.page.evaluate<R>(expression);
  }

  async leave(): Promise<void> {
    this.page.removeAllListeners();
    await this.page.goto("about:blank");
    await this.page.context().clearCookies();
  }
}

/** Chromium tells of failed requests in the console. */
function isFailedRequest(text: string): boolean {
  return (
    text.startsWith("Failed to load resource") ||
    text.startsWith("WebSocket connection to") ||
    text.startsWith("Failed to establish a connection to") ||
    text.includes("has been blocked by CORS policy") ||
    /Content Security Policy( directive: .*|\.)( The action has been blocked\.)?$/.test(text)
  );
}
