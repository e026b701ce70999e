import { readFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

import { build, type BuildOptions } from "esbuild";

import { client, clients } from "./client.ts";

/**
 * The test page and the clients as plain static files, without any bundler between them and the browser:
 * `/` is the page (`?entry=` names another module as the client, `?before=` a script that runs first, `?csp=` a policy, `?cspreport=` one
 * that is only reported), `/kit.js` its kit,
 * `/parsers.js` parsers for it, `/react.js` React and the hooks (`?version=`, `?mode=`), `/ferrio/…` and `/peer/…` the clients.
 * Everything else is 404, so that a wrong path shows.
 */
export const site: RequestListener = (request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.writeHead(500).end(String(error));
  });
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://site");
  const csp = url.searchParams.get("csp");
  if (csp) response.setHeader("content-security-policy", csp);
  const reported = url.searchParams.get("cspreport");
  if (reported) response.setHeader("content-security-policy-report-only", reported);
  const file = await content(url);
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  // The connection must not be reused: the page's requests would otherwise share sockets that a test cuts.
  response.writeHead(200, { "content-type": file.type, "cache-control": "no-cache", connection: "close" }).end(file.body);
}

async function content(url: URL): Promise<{ type: string; body: string | Buffer } | undefined> {
  const path = url.pathname;
  if (path === "/") return { type: types[".html"]!, body: page(url.searchParams.get("entry") ?? client.entry, url.searchParams.get("before") ?? "") };
  if (path === "/kit.js") return { type: types[".js"]!, body: await built("kit") };
  if (path === "/parsers.js") return { type: types[".js"]!, body: await built("parsers") };
  if (path === "/react.js") return { type: types[".js"]!, body: await builtReact(url.searchParams.get("version")!, url.searchParams.get("mode")!) };
  if (path === "/favicon.ico") return { type: "image/x-icon", body: "" };
  const served = Object.values(clients).find(({ name }) => path.startsWith(`/${name}/`));
  if (!served) return undefined;
  const file = join(served.folder, normalize(path.slice(served.name.length + 1)));
  const type = types[extname(file)];
  if (!type) return undefined;
  return readFile(file).then(
    (body) => ({ type, body }),
    () => undefined,
  );
}

const page = (entry: string, before: string) => `<!doctype html>
<meta charset="utf-8">
<title>e2e</title>
<script>${before}</script>
<script type="importmap">{ "imports": { "client": "${entry}", "parsers": "/parsers.js" } }</script>
<script type="module" src="/kit.js"></script>`;

const builds = new Map<string, Promise<string>>();

/** A module of the harness for the page, compiled once per run; the client stays an import of the page. */
function built(name: string): Promise<string> {
  return once(name, { entryPoints: [join(import.meta.dirname, `${name}.ts`)] });
}

/** The harness's module `react`, with React 18 or 19, as a development or a production build. */
function builtReact(version: string, mode: string): Promise<string> {
  return once(`react ${version} ${mode}`, {
    entryPoints: [join(import.meta.dirname, "react.ts")],
    alias: version === "18" ? { react: "react-18", "react-dom": "react-dom-18" } : {},
    define: { "process.env.NODE_ENV": JSON.stringify(mode) },
    minify: mode === "production",
  });
}

function once(name: string, options: BuildOptions): Promise<string> {
  let text = builds.get(name);
  if (!text) {
    text = build({ ...options, bundle: true, external: ["client", "parsers"], format: "esm", write: false }).then((result) => result.outputFiles[0]!.text);
    builds.set(name, text);
  }
  return text;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".map": "application/json",
};
