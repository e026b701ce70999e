import { expect, it } from "vitest";

import { Records } from "./records.js";

/** Takes all that is there. */
function taken(records: Records): unknown[][] {
  const all: unknown[][] = [];
  while (records.take((...fields) => all.push(fields)));
  return all;
}

/** Node's modules: the types here are a browser's. */
declare const process: { getBuiltinModule(name: string): any };

/** Lets the garbage collector take what nobody holds. */
async function collected(): Promise<void> {
  process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
  // What a weak reference was made of, or gave, in this turn is kept until its end.
  await new Promise((resolve) => setTimeout(resolve));
  process.getBuiltinModule("node:vm").runInNewContext("gc")();
}

it("gives all fields of each record in the order of their coming, and then says that there is none", () => {
  const records = new Records();
  expect(taken(records)).toEqual([]);
  records.push(1, 2, "content", 3, 4, 5);
  records.push(6, 7, undefined, "head", 8, 9);
  expect(taken(records)).toEqual([
    [1, 2, "content", 3, 4, 5],
    [6, 7, undefined, "head", 8, 9],
  ]);
  expect(taken(records)).toEqual([]);
});

it("gives what comes while one is carried out behind those that were there", () => {
  const records = new Records();
  const kinds: number[] = [];
  records.push(1, 0, undefined, 0, 0, 0);
  records.push(2, 0, undefined, 0, 0, 0);
  while (
    records.take((kind) => {
      kinds.push(kind);
      if (kind < 10) records.push(kind + 10, 0, undefined, 0, 0, 0);
    })
  );
  expect(kinds).toEqual([1, 2, 11, 12]);
});

it("is used again, with nothing left of what was in it", () => {
  const records = new Records();
  for (let round = 0; round < 3; round++) {
    records.push(1, round, { round }, round, round, round);
    records.push(2, round, undefined, round, round, round);
    expect(taken(records)).toEqual([
      [1, round, { round }, round, round, round],
      [2, round, undefined, round, round, round],
    ]);
  }
});

it("keeps no content that was taken", async () => {
  const records = new Records();
  const content = (): WeakRef<object> => {
    const object = {};
    records.push(1, 0, object, 0, 0, 0);
    return new WeakRef(object);
  };
  const [first, second] = [content(), content()];
  records.take(() => {});
  await collected();
  expect([first.deref(), second.deref()]).toEqual([undefined, {}]);
  records.take(() => {});
  await collected();
  expect(second.deref()).toBeUndefined();
});

it("puts new records into the places of old ones once all were taken", async () => {
  const records = new Records();
  const head = (): WeakRef<object> => {
    const object = {};
    records.push(1, 0, undefined, object, 0, 0);
    return new WeakRef(object);
  };
  const old = head();
  taken(records);
  records.push(2, 0, undefined, 0, 0, 0);
  await collected();
  expect(old.deref()).toBeUndefined();
  expect(taken(records)).toEqual([[2, 0, undefined, 0, 0, 0]]);
});

it("loses nothing when carrying out one throws", () => {
  const records = new Records();
  records.push(1, 0, undefined, 0, 0, 0);
  records.push(2, 0, undefined, 0, 0, 0);
  const thrown = new Error("the app's");
  expect(() =>
    records.take(() => {
      throw thrown;
    }),
  ).toThrow(thrown);
  expect(taken(records).map(([kind]) => kind)).toEqual([2]);
});

it("forgets all when told to, also while one is carried out", () => {
  const records = new Records();
  for (let kind = 1; kind <= 3; kind++) records.push(kind, 0, undefined, 0, 0, 0);
  records.take(() => records.clear());
  expect(taken(records)).toEqual([]);
  records.push(4, 5, "content", 6, 7, 8);
  expect(taken(records)).toEqual([[4, 5, "content", 6, 7, 8]]);
});
