import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryStore } from "../../src/stores/memory.ts";
import { resilientStore } from "../../src/stores/resilient.ts";
import { storeConformance } from "../../src/testing/store-conformance.ts";

const wait = (ms: number): void => void vi.advanceTimersByTime(ms);

const stores = { memoryStore, "resilientStore on memory": () => resilientStore(memoryStore()) };

describe.each(Object.entries(stores))("%s", (_name, makeStore) => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it.each(storeConformance(makeStore, { wait }))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
