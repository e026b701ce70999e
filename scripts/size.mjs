// The size of all that a browser downloads at first for each entry of the package: an app that only imports it, bundled and
// minified by esbuild. Fails above the limit. What is only loaded when it is needed has lines of its own, without a limit.
// 1 KB = 1024 bytes; the limit counts gzip -9.
//
//   node scripts/size.mjs

import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { Failure, root, whenStarted } from "./run.mjs";

const wasm = join(root, "node_modules", "ferrio", "dist", "ferrio.wasm");
/** `limit`: of gzip, in KB; `adds`: the same beyond the first entry. */
const ferrio = [
  { entry: "ferrio", app: `import { io } from "ferrio"; io();`, files: [], limit: 22 },
  { entry: "ferrio/slim", app: `import { init, io } from "ferrio/slim"; init("/ferrio.wasm"); io();`, files: [wasm], limit: 18 },
  // Beside the app's own React.
  { entry: "ferrio/react", app: `import * as hooks from "ferrio/react"; console.log(hooks);`, files: [], adds: 4 },
  { entry: "ferrio/msgpack", app: `import { io } from "ferrio"; import parser from "ferrio/msgpack"; io({ parser });`, files: [] },
];
const peers = [
  { entry: "socket.io-client", app: `import { io } from "socket.io-client"; io();`, files: [] },
  { entry: "… msgpack-parser", app: `import { io } from "socket.io-client"; import parser from "socket.io-msgpack-parser"; io({ parser });`, files: [] },
];

/** Measures every entry, and the peer without and with its parser: bytes of what is downloaded, raw and compressed; `later`: files that are loaded when they are needed. */
export async function sizes() {
  const measured = await Promise.all(
    [...ferrio, ...peers].map(async ({ entry, app, files, limit, adds }) => {
      const { first, later } = await bundled(app);
      return { entry, limit, adds, ...total([...first, ...files.map((file) => readFileSync(file))]), later: later.map(({ name, contents }) => ({ name, ...total([contents]) })) };
    }),
  );
  // What adds to the default entry may add so much to whatever that one has.
  const [{ gzip }] = measured;
  return measured.map(({ adds, ...size }) => (adds === undefined ? size : { ...size, limit: gzip / 1024 + adds }));
}

/** The files of an app's bundle: those loaded at first, and the others. */
async function bundled(app) {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    stdin: { contents: app, resolveDir: root },
    bundle: true,
    splitting: true,
    outdir: "app",
    metafile: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["react"],
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
  });
  const { outputs } = metafile;
  const first = new Set();
  const visit = (path) => {
    if (first.has(path)) return;
    first.add(path);
    for (const { path: imported, kind, external } of outputs[path].imports) if (kind === "import-statement" && !external) visit(imported);
  };
  visit(Object.keys(outputs).find((path) => outputs[path].entryPoint === "<stdin>"));
  const minified = new Map(await Promise.all(outputFiles.map(async ({ path, text }) => [path, await minify(text)])));
  const contents = (path) => minified.get(resolve(path));
  const later = Object.keys(outputs).filter((path) => !first.has(path));
  // esbuild adds a hash to the file's own name, which has one from the package's build.
  return { first: [...first].map(contents), later: later.map((path) => ({ name: basename(path).replace(/-.*/, ""), contents: contents(path) })) };
}

/** What webpack makes of a file. esbuild alone gives 0.2 KB more for every client here, the peer too. */
async function minify(text) {
  const { minify: terser } = await import("terser");
  const { code } = await terser(text, { module: true, ecma: 2022, compress: { passes: 2 } });
  return Buffer.from(code);
}

function total(files) {
  const add = (size) => files.reduce((bytes, file) => bytes + size(file), 0);
  return { raw: add((file) => file.length), gzip: add((file) => gzipSync(file, { level: 9 }).length), brotli: add((file) => brotliCompressSync(file).length) };
}

await whenStarted(import.meta.url, async () => {
  const measured = await sizes();
  const kilobytes = (bytes) => (bytes / 1024).toFixed(2).padStart(9);
  console.log(`${"KB (1024 bytes)".padEnd(20)}      raw  gzip -9   brotli    limit`);
  const line = (name, { raw, gzip, brotli }, bound = "") => console.log(`${name.padEnd(18)}${kilobytes(raw)}${kilobytes(gzip)}${kilobytes(brotli)}${bound}`);
  for (const { entry, limit, later, ...size } of measured) {
    line(entry, size, limit === undefined ? "" : kilobytes(limit * 1024));
    for (const { name, ...lazy } of later) line(`  + ${name}`, lazy);
  }
  const over = measured.filter(({ gzip, limit }) => limit !== undefined && gzip > limit * 1024);
  if (over.length > 0) throw new Failure(`over the size limit: ${over.map(({ entry }) => entry).join(", ")}`);
});
