import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ResolvedKey } from "../../src/config/resolved.ts";
import type { Client } from "../../src/options.ts";
import { KeyRing } from "../../src/state/key-ring.ts";
import { someClient } from "../config/options-of.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
afterEach(() => void vi.useRealTimers());

const base = someClient();

function keyOf(apiKey: string, parts: Partial<ResolvedKey> = {}): ResolvedKey {
  return { label: apiKey, given: { apiKey }, base, client: base, drop: undefined, limits: [], ...parts };
}

function ringOf(...keys: readonly string[]): KeyRing {
  return new KeyRing(
    keys.map((key) => keyOf(key)),
    undefined,
  );
}

/** The label of the key that is taken and put back. */
function used(ring: KeyRing, target = "a"): string {
  const slot = ring.take(target);
  slot.inFlight -= 1;
  return slot.label;
}

describe("whose turn it is", () => {
  it("goes round", () => {
    const ring = ringOf("1", "2", "3");
    expect([used(ring), used(ring), used(ring), used(ring)]).toEqual(["1", "2", "3", "1"]);
  });

  it("is the least busy one's", () => {
    const ring = ringOf("1", "2", "3");
    const taken = [ring.take("a"), ring.take("a"), ring.take("a")];
    taken[1]!.inFlight -= 1;
    expect(ring.take("a").label).toBe("2");
  });

  it("is not that of a key that rests", () => {
    const ring = ringOf("1", "2");
    ring.slots[0]!.rest("quota_exhausted", 5_000);
    expect([used(ring), used(ring)]).toEqual(["2", "2"]);
  });

  it("comes again when the rest is over", () => {
    const ring = ringOf("1", "2");
    ring.slots[0]!.rest("quota_exhausted", 5_000);
    used(ring);
    vi.setSystemTime(5_000);
    expect(used(ring)).toBe("1");
  });

  it("is not that of a key that was tried", () => {
    const ring = ringOf("1", "2");
    expect(ring.take("a", new Set([ring.slots[0]!])).label).toBe("2");
  });

  it("is that of the key that is due first when all rest", () => {
    const ring = ringOf("1", "2");
    ring.slots[0]!.rest("quota_exhausted", 9_000);
    ring.slots[1]!.rest("credentials_refused", 5_000);
    expect(used(ring)).toBe("2");
  });

  it("depends on the target where a rate is limited", () => {
    const ring = ringOf("1", "2");
    ring.slots[0]!.rest("rate_limited", 5_000, "a");
    expect([used(ring, "a"), used(ring, "b")]).toEqual(["2", "1"]);
  });
});

describe("the rest of all keys", () => {
  it("is there only when each of them rests", () => {
    const ring = ringOf("1", "2");
    ring.slots[0]!.rest("quota_exhausted", 9_000);
    const before = ring.restAt("a");
    ring.slots[1]!.rest("rate_limited", 5_000, "a");
    expect([before, ring.restAt("a"), ring.restAt()]).toEqual([
      undefined,
      { reason: "rate_limited", dueAt: 5_000 },
      undefined,
    ]);
  });

  it("of one key lasts as long as the longer of its reasons", () => {
    const [slot] = ringOf("1").slots;
    slot!.rest("quota_exhausted", 5_000);
    slot!.rest("rate_limited", 9_000, "a");
    expect([slot!.restAt("a")?.dueAt, slot!.restAt("b")?.dueAt]).toEqual([9_000, 5_000]);
  });

  it("ends when a key is accepted", () => {
    const ring = ringOf("1");
    ring.slots[0]!.rest("quota_exhausted", 9_000);
    ring.slots[0]!.wake("a");
    expect(ring.restAt("a")).toBeUndefined();
  });
});

describe("another key", () => {
  it.each([
    ["ready and not tried", "1", true],
    ["tried", "2", false],
  ])("is one that is %s", (_, tried, there) => {
    const ring = ringOf("1", "2");
    ring.slots[0]!.rest("quota_exhausted", 9_000);
    const slot = ring.slots.find(({ label }) => label === tried);
    expect(ring.hasAnother("a", new Set([slot!]))).toBe(there);
  });
});

it("forgets a key that is kept when it is refused, and only then", () => {
  const drop = vi.fn<() => void>();
  const ring = new KeyRing([keyOf("1", { drop })], undefined);
  ring.slots[0]!.rest("quota_exhausted", 5_000);
  const before = drop.mock.calls.length;
  ring.slots[0]!.rest("credentials_refused", 9_000);
  expect([before, drop.mock.calls.length]).toEqual([0, 1]);
});

describe("another ring", () => {
  it("knows what was known of keys that stay, under their new labels", () => {
    const before = ringOf("1", "2");
    before.slots[1]!.rest("quota_exhausted", 9_000);
    const after = new KeyRing([keyOf("2", { label: "old" }), keyOf("3")], before);
    expect(after.slots.map((slot) => [slot.label, slot.restAt()?.reason])).toEqual([
      ["old", "quota_exhausted"],
      ["3", undefined],
    ]);
  });

  it.each<[string, Partial<ResolvedKey>]>([
    ["another client", { base: {} as Client }],
    ["another organisation", { given: { apiKey: "1", organization: "org" } }],
    ["another time to be kept", { given: { apiKey: "1", ttlMs: 5 } }],
  ])("knows nothing of the same key for %s", (_, parts) => {
    const before = ringOf("1");
    before.slots[0]!.rest("quota_exhausted", 9_000);
    expect(new KeyRing([keyOf("1", parts)], before).restAt()).toBeUndefined();
  });
});
