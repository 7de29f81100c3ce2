import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RestList } from "../../src/state/rest.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
afterEach(() => void vi.useRealTimers());

it("knows nothing of what does not rest", () => {
  expect(new RestList().of("target:a")).toBeUndefined();
});

it("keeps the reason and the end of a rest", () => {
  const rests = new RestList();
  rests.put("target:a", "rate_limited", 5_000);
  expect(rests.of("target:a")).toEqual({ reason: "rate_limited", dueAt: 5_000 });
});

it("keeps rests apart by name", () => {
  const rests = new RestList();
  rests.put("target:a", "rate_limited", 5_000);
  expect(rests.of("client:a")).toBeUndefined();
});

it("ends a rest at its time", () => {
  const rests = new RestList();
  rests.put("target:a", "rate_limited", 5_000);
  vi.setSystemTime(4_999);
  const before = rests.of("target:a");
  vi.setSystemTime(5_000);
  expect([before?.dueAt, rests.of("target:a")]).toEqual([5_000, undefined]);
});

it("keeps the longer of two rests", () => {
  const rests = new RestList();
  rests.put("target:a", "quota_exhausted", 9_000);
  rests.put("target:a", "rate_limited", 5_000);
  expect(rests.of("target:a")).toEqual({ reason: "quota_exhausted", dueAt: 9_000 });
});

it("makes a rest longer", () => {
  const rests = new RestList();
  rests.put("target:a", "rate_limited", 5_000);
  rests.put("target:a", "quota_exhausted", 9_000);
  expect(rests.of("target:a")).toEqual({ reason: "quota_exhausted", dueAt: 9_000 });
});

it("takes another rest after one that is over", () => {
  const rests = new RestList();
  rests.put("target:a", "quota_exhausted", 5_000);
  vi.setSystemTime(6_000);
  rests.put("target:a", "rate_limited", 7_000);
  expect(rests.of("target:a")?.reason).toBe("rate_limited");
});

it("ends a rest when told to", () => {
  const rests = new RestList();
  rests.put("target:a", "rate_limited", 5_000);
  rests.end("target:a");
  expect(rests.of("target:a")).toBeUndefined();
});
