import { expect, test } from "vitest";

import { differences, judge } from "./harness/compare.ts";

const log = (...page: string[]) => new Map([["page", page]]);

test("equal logs have no differences; lines of one alone, and lines in another order, are differences", () => {
  expect(differences(log("a", "b"), log("a", "b"))).toEqual([]);
  expect(differences(log("a", "b", "c"), log("a", "c", "d"))).toEqual(["- page: b", "+ page: d"]);
  expect(differences(log("a", "b"), log("b", "a"))).toHaveLength(2);
  expect(differences(log("a"), new Map([["page", ["a"]], ["uncaught", ["Error"]]]))).toEqual(["+ uncaught: Error"]);
});

test("a difference that is not known, and one that is no longer found, are both told", () => {
  const known = [{ why: "it is meant", shown: { scenario: ["- page: b"], other: ["- page: z"] } }];
  expect(judge("scenario", ["- page: b"], known)).toEqual({ unexpected: [], gone: [] });
  expect(judge("scenario", ["- page: b", "- page: b"], known)).toEqual({ unexpected: ["- page: b"], gone: [] });
  expect(judge("scenario", [], known)).toEqual({ unexpected: [], gone: ["- page: b"] });
  expect(judge("unknown to the lists", ["+ page: c"], known)).toEqual({ unexpected: ["+ page: c"], gone: [] });
});
