/** The clients that are compared, and how each becomes what a page loads. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {{ name: string, code: string, bytes?: { raw: number, gzip: number } }} Client
 */

/**
 * Bundles every client the same way. `raw` is no client but a hand-written loop, the limit of what is possible.
 * `ferrio` is left out when it has not been built.
 * @param {string | undefined} standIn a module to measure in the place of `ferrio`, to test the benchmark itself
 * @returns {Promise<Client[]>}
 */
export async function bundleClients(standIn) {
  const clients = [await bundle("peer", "socket.io-client"), await bundle("peer2", "socket.io-client-b")];
  if (standIn !== undefined) clients.push(await bundle("ferrio", standIn));
  else if (existsSync(`${ROOT}/node_modules/ferrio/dist/index.js`)) clients.push(await bundle("ferrio", "ferrio"));
  else console.warn("ferrio is not built (no node_modules/ferrio/dist/index.js): measuring without it. `npm run build` makes it.");
  clients.push({ name: "raw", code: 'export { io } from "/page/raw.js";' });
  return clients;
}

/** A production bundle as an app's bundler makes it: ES modules, no debug build, minified. */
async function bundle(name, module) {
  const { outputFiles } = await build({
    stdin: { contents: `export { io } from ${JSON.stringify(module)};`, resolveDir: ROOT },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    conditions: ["module", "production"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const code = outputFiles[0].contents;
  return { name, code: outputFiles[0].text, bytes: { raw: code.length, gzip: gzipSync(code, { level: 9 }).length } };
}
