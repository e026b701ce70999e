import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { isPeer } from "../e2e/harness/client.ts";
import { render } from "./table.ts";

/** `UPDATE_DOCS=1` writes the table into the document. */
test.skipIf(isPeer)("docs/servers.md shows the table of what is tested", async () => {
  const file = join(import.meta.dirname, "../../docs/servers.md");
  const text = await readFile(file, "utf8");
  const wanted = text.replace(/(<!-- tested -->\n).*(<!-- \/tested -->)/s, (_, begin: string, end: string) => `${begin}\n${render()}\n\n${end}`);
  expect(text).toContain("<!-- tested -->");
  if (process.env["UPDATE_DOCS"]) await writeFile(file, wanted);

  expect(await readFile(file, "utf8")).toBe(wanted);
});
