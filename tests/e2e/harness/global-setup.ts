import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";

import { assertClientExists } from "./client.ts";

declare module "vitest" {
  interface ProvidedContext {
    browserEndpoint: string;
  }
}

/** Launches the one browser of the run; the test files connect to it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  assertClientExists();
  const browser = await chromium.launchServer({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  project.provide("browserEndpoint", browser.wsEndpoint());
  return () => browser.close();
}
