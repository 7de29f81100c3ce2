import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryStore } from "../../src/stores/memory.ts";
import { storeConformance } from "../../src/testing/store-conformance.ts";

const wait = (ms: number): void => void vi.advanceTimersByTime(ms);

describe("memory", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it.each(storeConformance(memoryStore, { wait }))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
