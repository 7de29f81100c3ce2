import { expect, it } from "vitest";
import { InFlight } from "../../src/lib/in-flight.ts";

const [a, b, c, unknown] = [{ name: "a" }, { name: "b" }, { name: "c" }, { name: "unknown" }];

it("is empty at once where nothing was added", async () => {
  await expect(new InFlight().empty()).resolves.toBeUndefined();
});

it("is empty once the last item is gone", async () => {
  const items = new InFlight<object>();
  items.add(a);
  items.add(b);
  const left: number[] = [];
  const emptied = items.empty().then(() => left.push(items.size));
  items.delete(a);
  left.push(items.size);
  items.delete(b);
  await emptied;
  expect(left).toEqual([1, 0]);
});

it("tells everybody who waits", async () => {
  const items = new InFlight<object>();
  items.add(a);
  const waits = [items.empty(), items.empty()];
  items.delete(a);
  await expect(Promise.all(waits)).resolves.toHaveLength(2);
});

it("does not count an item twice", () => {
  const items = new InFlight<object>();
  items.add(a);
  items.add(a);
  expect(items.size).toBe(1);
});

it("is not emptied by what was never in it", async () => {
  const items = new InFlight<object>();
  items.add(a);
  let emptied = false;
  const wait = items.empty().then(() => (emptied = true));
  items.delete(b);
  await Promise.resolve();
  expect(emptied).toBe(false);
  items.delete(a);
  await wait;
});

it("can be walked while items go", () => {
  const items = new InFlight<object>();
  for (const item of [a, b, c]) items.add(item);
  const seen: object[] = [];
  for (const item of items) {
    seen.push(item);
    items.delete(item);
  }
  expect([seen, items.size]).toEqual([[a, b, c], 0]);
});

it("calls back at each item that goes, until it is told to stop", () => {
  const items = new InFlight<object>();
  for (const item of [a, b, c]) items.add(item);
  const left: number[] = [];
  const stop = items.onDelete(() => left.push(items.size));
  items.delete(a);
  items.delete(unknown);
  items.delete(b);
  stop();
  items.delete(c);
  expect(left).toEqual([2, 1]);
});
