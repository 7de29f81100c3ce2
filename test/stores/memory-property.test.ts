import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { memoryStore } from "../../src/stores/memory.ts";
import { accountsFor, happen, type Pair, schedules, TakingModel } from "./taking-model.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("answers as a store that remembers everything would, whatever happens in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const endsAt = Date.now() + 1e9;
      const pair: Pair = {
        store: memoryStore(),
        model: new TakingModel(),
        accountsOf: (amounts) => accountsFor(amounts, endsAt),
        now: () => Date.now(),
        wait: (ms) => void vi.advanceTimersByTime(ms),
      };
      for (const happening of schedule) {
        const { store, model } = await happen(happening, pair);
        expect(store).toEqual(model);
      }
    }),
    { numRuns: 500 },
  );
});
