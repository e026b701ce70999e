import { describe, test as base } from "vitest";

import { isChromium } from "./browser.ts";
import { isPeer } from "./client.ts";
import { FakeServer, type Script } from "./fake-server.ts";
import type { Options } from "./kit.ts";
import { TestPage, type PageOptions } from "./page.ts";
import { Proxy } from "./proxy.ts";
import { TestServer, type Setup, type StartOptions } from "./server.ts";

export { describe, expect } from "vitest";
export { isPeer } from "./client.ts";
export type { Kit, Options } from "./kit.ts";
export type { TestPage } from "./page.ts";
export type { TestServer } from "./server.ts";

export interface Fixtures {
  /** Starts a Socket.IO server; it is stopped after the test. */
  serve(setup?: Setup, options?: StartOptions): Promise<TestServer>;
  /** Starts a server that misbehaves as `script` says. */
  fake(script: Script): Promise<FakeServer>;
  /** Puts a proxy in front of a server. */
  proxy(server: { port: number }): Promise<Proxy>;
  /** Opens the test page of a server or proxy; after the test the page is asserted to be free of errors. */
  visit(origin: { url: string }, options?: PageOptions): Promise<TestPage>;
}

/** `test` with servers, proxies and pages that clean up after themselves, pages first. */
export const test = base.extend<Fixtures>({
  serve: async ({}, use) => {
    const servers: TestServer[] = [];
    await use(async (setup, options) => {
      const server = await TestServer.start(setup, options);
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map((server) => server.close()));
  },
  fake: async ({}, use) => {
    const fakes: FakeServer[] = [];
    await use(async (script) => {
      const fake = await FakeServer.start(script);
      fakes.push(fake);
      return fake;
    });
    await Promise.all(fakes.map((fake) => fake.close()));
  },
  proxy: async ({ serve: _ }, use) => {
    const proxies: Proxy[] = [];
    await use(async (server) => {
      const proxy = await Proxy.start(server.port);
      proxies.push(proxy);
      return proxy;
    });
    await Promise.all(proxies.map((proxy) => proxy.close()));
  },
  visit: async ({ proxy: _, fake: __ }, use) => {
    const pages: TestPage[] = [];
    await use(async (origin, options) => {
      const page = await TestPage.open(origin.url, options);
      pages.push(page);
      return page;
    });
    for (const page of pages) await page.close();
  },
});

export type Declare = (name: string, run: (fixtures: Fixtures) => Promise<void>, milliseconds?: number) => void;

/** A behaviour that the peer does not have; skipped when the peer is under test, and its name says so. */
export const ferrioOnly: Declare = (name, run, milliseconds) => declare(!isPeer, `${name} (ferrio only)`, run, milliseconds);

/** A test that needs `feature` of Chromium or of its remote control; skipped in other browsers, and its name says why. */
export const chromiumOnly =
  (feature: string, within: Declare = everywhere): Declare =>
  (name, run, milliseconds) =>
    (isChromium ? within : nowhere)(`${name} (Chromium only: ${feature})`, run, milliseconds);

const everywhere: Declare = (name, run, milliseconds) => declare(true, name, run, milliseconds);

const nowhere: Declare = (name, run, milliseconds) => declare(false, name, run, milliseconds);

function declare(applies: boolean, name: string, run: (fixtures: Fixtures) => Promise<void>, milliseconds?: number): void {
  (applies ? test : test.skip)(name, async ({ serve, fake, proxy, visit }) => run({ serve, fake, proxy, visit }), milliseconds);
}

export interface Mode {
  readonly name: "websocket" | "polling" | "upgrade";
  readonly options: Options;
}

/** `upgrade` is the default: polling first, websocket as soon as the probe has answered. */
export const modes: readonly Mode[] = [
  { name: "websocket", options: { transports: ["websocket"] } },
  { name: "polling", options: { transports: ["polling"] } },
  { name: "upgrade", options: {} },
];

/** Declares `body`'s tests once for each transport mode. */
export function overEachTransport(body: (mode: Mode) => void): void {
  describe.each(modes)("over $name", body);
}
