import { expect, it } from "vitest";

import { Slots } from "./slots.js";

it("never gives out 0, and gives a freed slot again", () => {
  const slots = new Slots<string>();
  const [a, b] = [slots.put("a"), slots.put("b")];
  expect([a, b, slots.size]).toEqual([1, 2, 2]);
  expect(slots.take(a)).toBe("a");
  expect(slots.size).toBe(1);
  expect(slots.put("c")).toBe(a);
});

it("takes an empty slot, or none, without giving it out twice", () => {
  const slots = new Slots<string>();
  const a = slots.put("a");
  slots.take(a);
  expect([slots.take(a), slots.take(0), slots.take(99)]).toEqual([undefined, undefined, undefined]);
  expect(slots.put("b")).not.toBe(slots.put("c"));
  expect(slots.size).toBe(2);
});
