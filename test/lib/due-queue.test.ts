import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Due, DueQueue } from "../../src/lib/due-queue.ts";

const times = fc.array(fc.record({ dueAt: fc.integer({ min: 0, max: 20 }), isDeleted: fc.boolean() }), {
  maxLength: 50,
});

it("hands out what is due, the earliest first, without what was taken out", () => {
  fc.assert(
    fc.property(times, fc.integer({ min: -1, max: 21 }), (items, now) => {
      const queue = new DueQueue<Due & { readonly isDeleted: boolean }>();
      const queued = items.map((item) => ({ ...item, place: 0 }));
      for (const item of queued) queue.add(item);
      for (const item of queued) if (item.isDeleted) queue.delete(item);
      const kept = items.filter(({ isDeleted }) => !isDeleted).map(({ dueAt }) => dueAt);
      const due: number[] = [];
      for (let next = queue.next(now); next !== undefined; next = queue.next(now)) due.push(next.dueAt);
      expect(due).toEqual(kept.filter((dueAt) => dueAt <= now).toSorted((one, other) => one - other));
      expect(queue.size).toBe(kept.length - due.length);
    }),
  );
});
