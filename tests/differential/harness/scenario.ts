import { join } from "node:path";

import { build } from "esbuild";
import type { Page } from "playwright-core";
import type { ServerOptions } from "socket.io";

import { clients, type ClientName } from "../../e2e/harness/client.ts";
import { modes, type Fixtures, type Mode } from "../../e2e/harness/test.ts";
import { backstage, type Backstage, type Command } from "./backstage.ts";
import { Journal, type Rewrite } from "./journal.ts";
import type { Stage } from "./recorder.ts";
import { answer } from "./server.ts";

/** What is done in the page. Sent as text: it sees only the stage. */
export type Script = (stage: Stage) => void | Promise<void>;

export type { Rewrite } from "./journal.ts";

export interface Scenario {
  run: Script;
  /** The transports it runs over, each a scenario of its own. Default: websocket. */
  over?: Mode["name"][];
  /** Options of the server. */
  server?: Partial<ServerOptions>;
  /** The page talks to the server through a proxy. */
  proxy?: boolean;
  /** Changes what the server sends; made anew for each run. */
  rewrite?: () => Rewrite;
}

/** Scenarios by name. */
export type Scenarios = Record<string, Script | Scenario>;

/** Of a scenario: has the server answer the opening of a session with what `change` makes of its handshake. */
export function opening(change: (handshake: Record<string, unknown>) => string): Pick<Scenario, "rewrite"> {
  return { rewrite: () => (packet) => [packet.startsWith("0{") ? change(JSON.parse(packet.slice(1)) as Record<string, unknown>) : packet] };
}

/** The name of each scenario, with its transport where it runs over several. */
export function expand(scenarios: Scenarios): [name: string, scenario: Scenario, mode: Mode][] {
  return Object.entries(scenarios).flatMap(([name, given]) => {
    const scenario = typeof given === "function" ? { run: given } : given;
    const over = scenario.over ?? ["websocket"];
    return over.map((transport): [string, Scenario, Mode] => [
      over.length > 1 ? `${name} (${transport})` : name,
      scenario,
      modes.find(({ name }) => name === transport)!,
    ]);
  });
}

/** Runs a scenario on one client, with a server of its own, and returns the log by section. */
export async function record(name: ClientName, scenario: Scenario, mode: Mode, { serve, proxy, visit }: Fixtures): Promise<Map<string, string[]>> {
  const journal = new Journal();
  const server = await serve((io) => {
    journal.listen(io, scenario.rewrite?.());
    answer(io, journal);
  }, scenario.server);
  const between = scenario.proxy ? await proxy(server) : undefined;
  const origin = between ?? server;
  journal.name(new URL(origin.url).host, "host");
  const page = await visit(origin, { path: `/?entry=${clients[name].entry}`, mode: mode.options, faults: true });
  await connectBackstage(page.page, backstage(server, between, journal));
  await page.page.addScriptTag({ content: await recorder() });

  await page.page.evaluate(`(${scenario.run.toString()})(globalThis.stage)`);
  const lines = await settled(page.page, journal);
  return journal.sections(lines, await page.takeUncaught());
}

/** The page's log, once nothing more happens: what the script did last may still be on its way. */
async function settled(page: Page, journal: Journal): Promise<string[]> {
  let lines: string[] = [];
  let size = -1;
  for (let calm = 0; calm < 4; calm++) {
    lines = await page.evaluate(() => globalThis.stage.lines);
    const now = lines.length + journal.size;
    if (now !== size) calm = 0;
    size = now;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return lines;
}

/** Pages are used again, and a page's function cannot be taken back. */
const stages = new WeakMap<Page, { backstage: Backstage }>();

async function connectBackstage(page: Page, backstage: Backstage): Promise<void> {
  const known = stages.get(page);
  if (known) {
    known.backstage = backstage;
    return;
  }
  const current = { backstage };
  stages.set(page, current);
  await page.exposeFunction("backstage", async (command: Command, args: any[]) => {
    await (current.backstage[command] as (...args: any[]) => unknown)(...args);
  });
}

let built: Promise<string> | undefined;

function recorder(): Promise<string> {
  built ??= build({ entryPoints: [join(import.meta.dirname, "recorder.ts")], bundle: true, format: "iife", write: false }).then((result) => result.outputFiles[0]!.text);
  return built;
}
