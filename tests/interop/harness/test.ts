import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { ParserName } from "../../e2e/harness/kit.ts";
import { test as base, type Mode, type TestPage } from "../../e2e/harness/test.ts";
import { site } from "../../e2e/harness/site.ts";
import type { Entry } from "../catalogue.ts";
import { close, launch, type Running } from "./launch.ts";
import type { Settings } from "./settings.ts";

export { describe, expect, isPeer, modes, type Mode, type TestPage } from "../../e2e/harness/test.ts";

const http = createServer(site).listen(0, "127.0.0.1");
await new Promise((resolve) => http.once("listening", resolve));
http.unref();
const { port } = http.address() as AddressInfo;

/** Where the pages come from: every connection to a server under test is one to another origin. */
export const origin = `http://127.0.0.1:${port}`;
/** The same pages under a name that no server under test has been told. */
export const foreignOrigin = `http://localhost:${port}`;

export interface Visit {
  mode: Mode["name"];
  /** The parser to use; default: the protocol's own. */
  parser?: ParserName | undefined;
  /** Origin of the page. */
  from?: string;
  /** The test breaks connections or has them refused. */
  faults?: boolean;
}

export interface Fixtures {
  /** Opens a page whose sockets connect to `server`. */
  enter(server: { url: string }, how: Visit): Promise<TestPage>;
  /** Starts a server of the test's own; it is stopped after the test. */
  own(entry: Entry, settings?: Partial<Settings>): Promise<Running>;
}

export const test = base.extend<Fixtures>({
  own: async ({}, use) => {
    const started: Running[] = [];
    await use(async (entry, settings) => {
      const running = await launch(entry, { origins: [origin], ...settings });
      started.push(running);
      return running;
    });
    await Promise.all(started.map(close));
  },
  enter: async ({ visit, own: _ }, use) => {
    await use(async (server, { mode, parser, from = origin, faults = false }) => {
      const options = mode === "upgrade" ? {} : { transports: [mode] };
      const page = await visit({ url: from }, { url: server.url, mode: options, faults });
      if (parser !== undefined) {
        await page.run(async ({ mode, parser }, name) => {
          mode.parser = await parser(name);
        }, parser);
      }
      return page;
    });
  },
});
