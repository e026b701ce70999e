import { browserName } from "./harness/browser.ts";
import { TestPage } from "./harness/page.ts";
import { describe, expect, test } from "./harness/test.ts";

describe("the harness", () => {
  const FAULTS = {
    "an uncaught error": { run: () => void setTimeout(() => undefinedFunction()), told: /uncaught errors in the page/ },
    "an unhandled rejection": { run: () => void Promise.reject(new Error("nobody catches it")), told: /uncaught errors in the page/ },
    "a console.error": { run: () => console.error("wrong"), told: /console errors in the page/ },
    "an answer of 404": { run: () => fetch("/nowhere").then(() => {}), told: /failed requests of the page/ },
    "a websocket that fails": {
      run: () => new Promise<void>((resolve) => (new WebSocket(location.origin.replace("http", "ws")).onclose = () => resolve())),
      told: /failed requests of the page/,
    },
  };

  for (const [name, { run, told }] of Object.entries(FAULTS)) {
    // WebKit's driver does not tell of requests.
    const unseen = browserName === "webkit" && told.source.startsWith("failed requests");
    test.skipIf(unseen)(`does not let ${name} in the page pass`, async ({ serve }) => {
      const page = await TestPage.open((await serve()).url);

      await page.run(run);

      await expect(page.close()).rejects.toThrow(told);
    });
  }

  test("brings values of every kind of JSON, and undefined, from the page", async ({ serve, visit }) => {
    const page = await visit(await serve());

    const values = await page.run(() => ({ list: [undefined, null, 1.5, "é😀\u2028", { a: [] }], missing: undefined }));

    expect(values.list).toEqual([undefined, null, 1.5, "é😀\u2028", { a: [] }]);
    await expect(page.run(() => Promise.reject(new Error("from the page")))).rejects.toThrow("from the page");
  });

  test("runs a script before the page's own, and keeps nothing of a page for the next", async ({ serve, visit }) => {
    const server = await serve();
    const first = await TestPage.open(server.url, { before: () => void ((globalThis as any).early = document.scripts.length) });
    expect(await first.run(() => (globalThis as any).early)).toBe(1);
    await first.run(() => {
      document.cookie = "a=b";
      localStorage.setItem("a", "b");
    });
    await first.close();

    const next = await visit(server);
    expect(await next.run(() => [(globalThis as any).early, document.cookie, localStorage.length])).toEqual([undefined, "", 0]);
  });
});

/** Not there in the page. */
declare function undefinedFunction(): void;
