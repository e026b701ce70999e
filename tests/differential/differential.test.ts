import { describe } from "vitest";

import { expect, test } from "../e2e/harness/test.ts";
import { differences, judge } from "./harness/compare.ts";
import { expand, record, type Scenarios } from "./harness/scenario.ts";
import { intended } from "./intended.ts";
import { pending } from "./pending.ts";
import { acks } from "./scenarios/acks.ts";
import { binary } from "./scenarios/binary.ts";
import { buffers } from "./scenarios/buffers.ts";
import { errors } from "./scenarios/errors.ts";
import { handshake } from "./scenarios/handshake.ts";
import { lifecycle } from "./scenarios/lifecycle.ts";
import { listeners } from "./scenarios/listeners.ts";
import { manager } from "./scenarios/manager.ts";
import { namespaces } from "./scenarios/namespaces.ts";
import { options } from "./scenarios/options.ts";
import { reconnection } from "./scenarios/reconnection.ts";
import { recovery } from "./scenarios/recovery.ts";
import { repairs } from "./scenarios/repairs.ts";
import { retries } from "./scenarios/retries.ts";
import { upgrade } from "./scenarios/upgrade.ts";

const groups: Record<string, Scenarios> = {
  lifecycle,
  reconnection,
  manager,
  namespaces,
  buffers,
  acks,
  retries,
  listeners,
  handshake,
  binary,
  recovery,
  upgrade,
  errors,
  options,
  repairs,
};
const known = [...intended, ...pending];
const names = Object.values(groups).flatMap((scenarios) => expand(scenarios).map(([name]) => name));

for (const [group, scenarios] of Object.entries(groups)) {
  describe(group, () => {
    test.concurrent.for(expand(scenarios))("%s", async ([name, scenario, mode], { serve, proxy, visit }) => {
      const fixtures = { serve, proxy, visit } as Parameters<typeof record>[3];
      const peer = await record("peer", scenario, mode, fixtures);
      const ferrio = await record("ferrio", scenario, mode, fixtures);
      if (process.env["DIFFERENTIAL_SHOW"]) console.log(name, "\npeer", peer, "\nferrio", ferrio);
      const { unexpected, gone } = judge(name, differences(peer, ferrio), known);
      expect(unexpected, `differences that no list knows (- peer, + ferrio):\n${quoted(unexpected)}\n`).toEqual([]);
      expect(gone, `known differences that are gone, to be taken out of their list:\n${quoted(gone)}\n`).toEqual([]);
    });
  });
}

test("every scenario's name is its own, and the lists name no other", () => {
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(known.flatMap(({ shown }) => Object.keys(shown)).filter((name) => !names.includes(name))).toEqual([]);
});

/** Lines as a list of known differences has them. */
function quoted(lines: string[]): string {
  return lines.map((line) => `${JSON.stringify(line)},`).join("\n");
}
