import { expect, it } from "vitest";
import { Bell } from "../../src/lib/bell.ts";

it("wakes everybody who waits", async () => {
  const bell = new Bell();
  const waits = [bell.rung(), bell.rung()];
  bell.ring();
  await expect(Promise.all(waits)).resolves.toHaveLength(2);
});

it("forgets a ring that nobody waited for", async () => {
  const bell = new Bell();
  bell.ring();
  let woken = false;
  const wait = bell.rung().then(() => (woken = true));
  await Promise.resolve();
  const before = woken;
  bell.ring();
  await wait;
  expect([before, woken]).toEqual([false, true]);
});
