// The npm package in pkg/: the skeleton of pkg-template/, the bundled TypeScript of js/, its declarations and the
// wasm, which the default entry carries inside.

import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Failure, npmProgram, root, run } from "../run.mjs";
import { whenChanged } from "./stamp.mjs";
import { moduleSource } from "./text-encoding.mjs";
import { wasmFile } from "./wasm.mjs";

/** The finished package. */
export const packageFolder = join(root, "pkg");

const template = join(root, "pkg-template");
const staging = join(root, "target", "ferrio", "pkg");

/** Members that only the library itself uses, and whose names are in use nowhere else: not in the wasm, in browsers, or on the wire. */
const members =
  "acknowledge beforeunload broken buffered configure deadline dead disposable flush input network origin poll put queueLength ready record " +
  "refresh renew report scratch setup take";
/** Properties by which the parts of the library know each other: a `_` and a letter, or one of `members`. */
const internal = new RegExp(`^(_[a-zA-Z].*|${members.replaceAll(" ", "|")})$`);
/** Properties of that form with a meaning outside: on the wire, and in the official client's API. */
const peers = /^_(placeholder|close|opts)$/;

/** Builds the package if its inputs have changed, and makes `import "ferrio"` work in the repository. */
export async function buildPackage() {
  await whenChanged({
    name: "package",
    inputs: ["js", "pkg-template", "Cargo.toml", "LICENSE", "tsconfig.base.json", "tsconfig.package.json", "target/ferrio/ferrio.wasm", "scripts/build", "package-lock.json"],
    output: join(packageFolder, "package.json"),
    step: assemble,
  });
  linkPackage();
}

/** The entry points that pkg-template/package.json exports: `./dist/x.js` is built from `js/x.ts`. */
export function entries() {
  const { exports } = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
  return Object.values(exports)
    .map((target) => (typeof target === "object" ? /^\.\/dist\/(.+)\.js$/.exec(target.default)?.[1] : undefined))
    .filter((name) => name !== undefined);
}

/** The packages that pkg-template/package.json depends on, for all or for some: apps install them, the bundle leaves them out. */
export function dependencies() {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
  return Object.keys({ ...dependencies, ...peerDependencies });
}

/** The esbuild plugin that gives the module `#wasm`: `wasmBytes(): Uint8Array`, the module's bytes carried as text. */
export function inlinedWasm() {
  return {
    name: "inlined-wasm",
    setup(build) {
      build.onResolve({ filter: /^#wasm$/ }, () => ({ path: "wasm", namespace: "inlined" }));
      build.onLoad({ filter: /^wasm$/, namespace: "inlined" }, () => ({ contents: moduleSource(readFileSync(wasmFile)), loader: "js" }));
    },
  };
}

/**
 * The esbuild plugin that leaves the default entry a file of its own where another entry imports it: only files that package.json
 * names may do something when they are imported, and to carry the wasm is something.
 */
function apart() {
  return {
    name: "apart",
    setup(build) {
      build.onResolve({ filter: /^\.\/index\.js$/ }, ({ path, resolveDir }) => (resolveDir === join(root, "js") ? { path, external: true } : undefined));
    },
  };
}

async function assemble() {
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(join(staging, "dist"), { recursive: true });
  await bundle();
  await run(npmProgram("tsc"), ["--project", "tsconfig.package.json", "--outDir", join(staging, "dist")]);
  for (const entry of entries()) {
    if (!existsSync(join(staging, "dist", `${entry}.d.ts`))) throw new Failure(`tsc wrote no declarations for js/${entry}.ts.`);
  }
  cpSync(wasmFile, join(staging, "dist", "ferrio.wasm"));
  cpSync(join(root, "LICENSE"), join(staging, "LICENSE"));
  cpSync(join(template, "README.md"), join(staging, "README.md"));
  const manifest = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
  writeFileSync(join(staging, "package.json"), `${JSON.stringify({ ...manifest, version: crateVersion() }, null, 2)}\n`);
  // Whoever reads pkg/ meanwhile sees the old package or the new one, never half of one.
  const old = `${staging}-old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(packageFolder)) renameSync(packageFolder, old);
  renameSync(staging, packageFolder);
  rmSync(old, { recursive: true, force: true });
}

async function bundle() {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    // What is imported later is named too, for a name of its own: that of a chunk is long, and changes.
    entryPoints: [...entries(), "host/parser"].map((entry) => `js/${entry}.ts`),
    outbase: "js",
    outdir: join(staging, "dist"),
    bundle: true,
    splitting: true,
    external: dependencies(),
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "ascii",
    // The app's bundler minifies; for whoever loads the files as they are, names stay readable in a stack trace.
    minifySyntax: true,
    minifyWhitespace: true,
    // Except those of internal properties, which no later minifier would dare to shorten.
    mangleProps: internal,
    reserveProps: peers,
    // The app's bundler decides what a development build is, not this one.
    define: { "process.env.NODE_ENV": "process.env.NODE_ENV" },
    legalComments: "none",
    chunkNames: "[name]-[hash]",
    logLevel: "warning",
    plugins: [inlinedWasm(), apart()],
  });
  for (const entry of entries()) {
    const file = join(staging, "dist", `${entry}.js`);
    // Chunks do nothing when they are imported: an import without a name is none, and esbuild would warn apps of it.
    writeFileSync(file, readFileSync(file, "utf8").replace(/import\s*"\.\/chunk-[^"]+";/g, ""));
  }
}

function linkPackage() {
  const link = join(root, "node_modules", "ferrio");
  const target = join("..", "pkg");
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && readlinkSync(link) === target) return;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(target, link, "dir");
}

function crateVersion() {
  const version = /^\[package\][^[]*?^version\s*=\s*"([^"]+)"/ms.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  if (version === undefined) throw new Failure("Cargo.toml has no `version` under [package].");
  return version;
}
