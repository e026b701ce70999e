import browser from "../../e2e/harness/global-setup.ts";
import { groups } from "../catalogue.ts";
import { ensureCluster, ensurePython, ensureSocketioxide } from "./install.mjs";

/** Installs what the chosen servers need, and launches the one browser of the run. */
export default async function setup(project) {
  const chosen = groups();
  project.provide("programs", {
    node: process.execPath,
    ...(chosen.includes("python") && { python: await ensurePython() }),
    ...(chosen.includes("socketioxide") && { socketioxide: await ensureSocketioxide() }),
    ...(chosen.includes("cluster") && (await ensureCluster())),
  });
  return browser(project);
}
