import type { TestProject } from "vitest/node";

import { browserName, engine } from "./browser.ts";
import { assertClientExists } from "./client.ts";

declare module "vitest" {
  interface ProvidedContext {
    browserEndpoint: string;
  }
}

/** Launches the one browser of the run; the test files connect to it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  assertClientExists();
  const browser = await (await engine()).launch();
  console.log(`the page runs in ${browserName} ${browser.version}`);
  project.provide("browserEndpoint", browser.endpoint);
  return () => browser.close();
}
