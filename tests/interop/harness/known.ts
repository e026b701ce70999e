import { isPeer } from "../../e2e/harness/client.ts";
import type { ParserName } from "../../e2e/harness/kit.ts";
import type { Capability, Entry, Group } from "../catalogue.ts";

/**
 * What does not work although it should. These tests are expected to fail, and fail the run when they do not: delete a line
 * here when its fault is mended.
 */
const known: readonly { group: Group; row: Capability; parser?: ParserName; why: string }[] = [
  // A fault of that parser with every client.
  { group: "python", row: "kick", parser: "official", why: "refuses a DISCONNECT whose data is null" },
];

/** Why this row fails on this server, with this msgpack parser; undefined when it does not. */
export function knownFault(entry: Entry, row: string, parser?: ParserName): string | undefined {
  return known.find((fault) => fault.group === entry.group && fault.row === row && (fault.parser ? fault.parser === parser : !isPeer))?.why;
}
