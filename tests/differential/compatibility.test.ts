import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { intended } from "./intended.ts";

/** A line of a table in docs/compatibility.md. */
interface Row {
  what: string;
  verdict: string;
  /** The tests that show it: where they are, and their titles. */
  tests: { place: string; title: string }[];
}

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const rows = read("docs/compatibility.md")
  .split("\n## ")
  .slice(2)
  .flatMap((section) => section.split("\n").filter((line) => /^\| (?!\|)/.test(line)))
  .map(row);

const VERDICTS = ["same", "fixed", "differs", "beyond", "no effect in browsers", "planned"];

/** Where the tests of a place are, and how the source there writes a title: its text is between the two. */
const PLACES: [place: RegExp, path: (name: string) => string, before: string, after: string][] = [
  [/^e2e\/(.+)/, (name) => `tests/e2e/${name}.test.ts`, "[\"`]", "[\"`]"],
  [/^faults\/(.+)/, (name) => `tests/faults/bad-input/${name}.ts`, 'name: "', '"'],
  [/^protocol\/(.+)/, (name) => `tests/protocol/${name}.rs`, "#\\[test\\]\nfn ", "\\(\\)"],
  [/^packaging\/(.+)/, (name) => `tests/packaging/${name}.test.mjs`, "[\"`]", "[\"`]"],
  [/^js\/(types)$/, (name) => `js/${name}.test-d.ts`, '"', '"'],
  [/^js\/(.+)/, (name) => `js/${name}.test.ts`, '"', '"'],
  [/^(compatibility)$/, (name) => `tests/differential/${name}.test.ts`, '"', '"'],
  [/^(\w+)$/, (name) => `tests/differential/scenarios/${name}.ts`, '\n  "', '": '],
];

test("every line of docs/compatibility.md has a verdict, and a test unless it is planned", () => {
  expect(rows.length).toBeGreaterThan(200);
  for (const { what, verdict, tests } of rows) {
    expect(VERDICTS.some((known) => new RegExp(`^${known}\\b`).test(verdict)), `${what}: ${verdict}`).toBe(true);
    if (verdict !== "planned") expect(tests.length, what).toBeGreaterThan(0);
  }
});

test("every test that docs/compatibility.md names exists", () => {
  expect(rows.flatMap(({ what, tests }) => tests.filter((test) => !exists(test)).map(({ place, title }) => `${what}: ${place}: ${title}`))).toEqual([]);
});

test("every difference that is meant has a line in docs/compatibility.md that says so", () => {
  const different = rows.filter(({ verdict }) => /^(fixed|differs|beyond)/.test(verdict)).flatMap(({ tests }) => tests.map(({ title }) => title));
  const scenarios = intended.flatMap(({ shown }) => Object.keys(shown).map((name) => name.replace(/ \((websocket|polling|upgrade)\)$/, "")));
  expect([...new Set(scenarios)].filter((name) => !different.includes(name))).toEqual([]);
});

test("every option, member, event and code of an error is in docs/compatibility.md", () => {
  const words = new Set(rows.flatMap(({ what }) => [...what.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code!.match(/\w+/g) ?? [])));
  const options = /function known[^"]*((?:"[^"]*"[\s+]*)+)/.exec(read("js/core/options.ts"))![1]!.match(/\w+/g)!;
  // Without what is internal.
  const members = ["emitter", "socket", "manager", "engine"].flatMap((file) => {
    const [, declared] = read(`pkg/dist/core/${file}.d.ts`).split("export declare class ");
    return [...declared!.matchAll(/^ {4}(?:(?:readonly|get|set) )?([a-z]\w*)[<(?!:]/gm)].map(([, name]) => name!).filter((name) => name !== "constructor");
  });
  const events = [...read("js/core/types.ts").matchAll(/^export interface \w*Events \{\n([^}]*)/gm)].flatMap(([, body]) => [...body!.matchAll(/^  (\w+):/gm)].map(([, name]) => name!));
  for (const names of [options, members, events, codes()]) expect(names.length).toBeGreaterThan(10);
  expect([...new Set([...options, ...members, ...events, ...codes()])].filter((name) => !words.has(name))).toEqual([]);
});

test("every code of an error has its entry in docs/errors.md", () => {
  const entries = [...read("docs/errors.md").matchAll(/^### (E_\w+)$/gm)].map(([, code]) => code);
  expect(entries.sort()).toEqual(codes().sort());
});

function row(line: string): Row {
  const [what, verdict, shown] = line.slice(2, -1).split(" |").map((cell) => cell.trim());
  let place = "";
  const tests = shown!.split(" · ").filter(Boolean).map((part) => {
    const [, named, title] = /^(?:`([^`]+)` )?(.+)$/.exec(part)!;
    return { place: (place = named ?? place), title: title! };
  });
  return { what: what!, verdict: verdict!, tests };
}

function exists({ place, title }: Row["tests"][number]): boolean {
  const [pattern, path, before, after] = PLACES.find(([pattern]) => pattern.test(place)) ?? [];
  if (!pattern) return false;
  const file = path!(pattern.exec(place)![1]!);
  // A parameter of a title is written as … in the document, and a blank is an underscore in Rust.
  const text = title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", "(?:%\\w|\\$\\{[^}]*\\})");
  const written = file.endsWith(".rs") ? text.replaceAll(" ", "_") : text;
  return existsSync(join(root, file)) && new RegExp(before + written + after).test(read(file));
}

/** The codes of `ErrorCode`. */
function codes(): string[] {
  return [...read("js/host/error.ts").matchAll(/\| "(E_\w+)"/g)].map(([, code]) => code!);
}
