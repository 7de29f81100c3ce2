import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { within } from "../../src/lib/within.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("gives what comes in time, and leaves no timer", async () => {
  await expect(within(10, Promise.resolve("value"))).resolves.toBe("value");
  await expect(within(10, Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  expect(vi.getTimerCount()).toBe(0);
});

it("rejects when the time is over, and drops an error that comes later", async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  const [waited] = await Promise.allSettled([within(10, promise), vi.advanceTimersByTimeAsync(10)]);
  expect(waited).toMatchObject({ status: "rejected", reason: { message: "No answer within 10 ms." } });
  reject(new Error("refused, but nobody asks any more"));
  await vi.advanceTimersByTimeAsync(10);
});
