import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { transformSync } from "@babel/core";
import { expect, test } from "vitest";

const folder = "js/react";
const files = readdirSync(folder).filter((file) => /\bfunction use[A-Z]/.test(readFileSync(join(folder, file), "utf8")));

test.each(files)("the React Compiler compiles every hook of js/react/%s", (file) => {
  const source = readFileSync(join(folder, file), "utf8");
  const events = [];
  transformSync(source, {
    filename: file,
    configFile: false,
    babelrc: false,
    presets: ["@babel/preset-typescript"],
    plugins: [["babel-plugin-react-compiler", { panicThreshold: "none", logger: { logEvent: (_, event) => events.push(event) } }]],
  });
  const compiled = events.map(({ kind, fnName }) => (kind === "CompileSuccess" ? fnName : kind));
  // Those that call a hook; React's own rules find any other.
  const hooks = [...source.matchAll(/^(?:export )?function (use\w+)/gm)].map(([, name]) => name);
  expect(hooks.length).toBeGreaterThan(0);
  expect(compiled.sort()).toEqual(hooks.sort());
});
