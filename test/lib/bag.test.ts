import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Bag } from "../../src/lib/bag.ts";

const items = ["a", "b", "c", "d"].map((name) => ({ name }));

it("holds what a set holds, whatever comes and goes", () => {
  const step = fc.tuple(fc.constantFrom("add", "delete"), fc.constantFrom(...items));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const [bag, set] = [new Bag<object>(), new Set<object>()];
      const gone = steps.map(([what, item]) => (what === "add" ? bag.add(item) : bag.delete(item)));
      expect(gone).toEqual(steps.map(([what, item]) => (what === "add" ? void set.add(item) : set.delete(item))));
      expect([bag.size, new Set(bag)]).toEqual([set.size, set]);
    }),
  );
});

it("does not mistake its items for those of another bag", () => {
  const [one, other] = [new Bag<object>(), new Bag<object>()];
  const item = {};
  one.add(item);
  expect(other.delete(item)).toBe(false);
  other.add(item);
  one.delete(item);
  expect([one.size, other.size]).toEqual([0, 1]);
});

it("can be walked while items come and go", () => {
  const bag = new Bag<object>();
  for (const item of items) bag.add(item);
  const seen: object[] = [];
  for (const item of bag) {
    seen.push(item);
    bag.delete(item);
    bag.add({});
  }
  expect([seen, bag.size]).toEqual([items, 4]);
});
