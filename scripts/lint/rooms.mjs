// ESLint rule: who may import whom in js/ (the picture is in docs/ARCHITECTURE.md).
//
//   entries (js/*.ts)  may import every room
//   js/host            itself; besides the entries only it sees the wasm (`#wasm`)
//   js/core            itself and js/host/index.js
//   js/<feature>       itself and js/core; only js/react imports React

import { dirname, relative, resolve } from "node:path";

/** @type {import("eslint").Rule.RuleModule} */
export const rooms = {
  meta: { type: "problem", schema: [], messages: { wall: "{{from}} must not import {{what}}: {{reason}}" } },
  create(context) {
    const js = resolve(context.cwd, "js");
    const room = roomOf(relative(js, context.filename));
    const check = (node) => {
      if (typeof node.source?.value !== "string") return;
      const reason = objection(js, room, context.filename, node.source.value);
      if (reason !== undefined) context.report({ node: node.source, messageId: "wall", data: { from: room === "" ? "An entry" : `js/${room}`, what: `"${node.source.value}"`, reason } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

/** The wall that an import would break, or `undefined`. */
function objection(js, room, file, source) {
  if (!source.startsWith(".")) return objectionToPackage(room, source);
  const path = relative(js, resolve(dirname(file), source));
  if (path.startsWith("..")) return "it is outside js/; the wasm comes from `#wasm`.";
  const target = roomOf(path);
  if (room === "" || target === room) return undefined;
  if (room === "host") return "the host knows no other room.";
  if (room === "core") return path === "host/index.js" ? undefined : "the core enters js/host by its index, and no other room.";
  return target === "core" ? undefined : "a feature builds on js/core only.";
}

function objectionToPackage(room, source) {
  if (/^react(-dom)?(\/|$)/.test(source)) return room === "react" ? undefined : "only js/react knows React.";
  if (source === "#wasm") return room === "" || room === "host" ? undefined : "only js/host and the entries see the wasm.";
  if (/^(ferrio|@ferrio)(\/|$)/.test(source)) return "inside js/, import the file.";
  if (source.startsWith("node:")) return "the package runs in browsers.";
  return undefined;
}

/** The first folder under js/, "" for an entry. */
function roomOf(path) {
  const [first, ...rest] = path.split(/[/\\]/);
  return rest.length === 0 ? "" : first;
}
