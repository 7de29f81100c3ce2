import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../src/config/resolve.ts";
import { optionsOf } from "./options-of.ts";

const defaults = {
  timeouts: { headersMs: undefined, firstContentMs: 60_000, idleMs: 60_000, attemptMs: Infinity },
  deadlineMs: Infinity,
  retry: { maxRetries: 1, minDelayMs: 250, maxDelayMs: 4000 },
  breaker: {
    failureThreshold: 5,
    errorRate: 0.5,
    windowMs: 60_000,
    cooldownMs: 30_000,
    maxCooldownMs: 300_000,
    probeMs: 30_000,
  },
  slow: false,
  hedge: false,
  pace: false,
};
const off = { headersMs: Infinity, firstContentMs: Infinity, idleMs: Infinity, attemptMs: Infinity };

/** What holds for target `a` in tier `cheap`, with options for the router, the tier and the target. */
function inTier({ router = {}, tier = {}, target = {} }: { router?: object; tier?: object; target?: object }) {
  const options = optionsOf({ ...router, tiers: { cheap: { targets: ["a"], ...tier } }, targets: { a: target } });
  return resolveConfig(options).tiers.get("cheap")?.resilience.get("a");
}

describe("limits, retries and breaker", () => {
  it("have defaults", () => {
    expect(inTier({})).toEqual(defaults);
  });

  it("come from the router, else the default, key by key", () => {
    expect(
      inTier({
        router: { timeouts: { idleMs: 1 }, retry: { maxRetries: 9 }, breaker: { windowMs: 2 }, deadlineMs: 3 },
      }),
    ).toEqual({
      timeouts: { ...defaults.timeouts, idleMs: 1 },
      deadlineMs: 3,
      retry: { ...defaults.retry, maxRetries: 9 },
      breaker: { ...defaults.breaker, windowMs: 2 },
      slow: false,
      hedge: false,
      pace: false,
    });
  });

  it("come from the target, else the tier, else the router, key by key", () => {
    expect(
      inTier({
        router: { timeouts: { headersMs: 1, idleMs: 1, attemptMs: 1 }, deadlineMs: 1 },
        tier: { timeouts: { idleMs: 2, attemptMs: 2 }, deadlineMs: 2 },
        target: { timeouts: { attemptMs: 3 } },
      }),
    ).toMatchObject({ timeouts: { headersMs: 1, firstContentMs: 60_000, idleMs: 2, attemptMs: 3 }, deadlineMs: 2 });
  });

  it("of a key that is undefined come from further away", () => {
    expect(
      inTier({ router: { timeouts: { idleMs: 1 } }, target: { timeouts: { idleMs: undefined }, retry: undefined } }),
    ).toEqual({
      ...defaults,
      timeouts: { ...defaults.timeouts, idleMs: 1 },
    });
  });

  it("are off where the nearest says false", () => {
    const on = { timeouts: { idleMs: 1 }, retry: { maxRetries: 2 }, breaker: { windowMs: 3 } };
    const none = { timeouts: false, retry: false, breaker: false };
    expect(inTier({ router: on, target: none })).toEqual({
      timeouts: off,
      deadlineMs: Infinity,
      retry: false,
      breaker: false,
      slow: false,
      hedge: false,
      pace: false,
    });
    expect(inTier({ router: none })).toEqual({
      timeouts: off,
      deadlineMs: Infinity,
      retry: false,
      breaker: false,
      slow: false,
      hedge: false,
      pace: false,
    });
  });

  it("are on again where a nearer one says how, and know nothing of what is behind the false", () => {
    const resilience = inTier({
      router: { timeouts: { idleMs: 1 }, retry: { maxDelayMs: 300 } },
      tier: { timeouts: false, retry: false },
      target: { timeouts: { headersMs: 5 }, retry: { maxRetries: 4 } },
    });
    expect(resilience?.timeouts).toEqual({ ...off, headersMs: 5 });
    expect(resilience?.retry).toEqual({ ...defaults.retry, maxRetries: 4 });
  });

  it("are on again by an empty object", () => {
    expect(inTier({ router: { breaker: false }, target: { breaker: {} } })?.breaker).toEqual(defaults.breaker);
  });

  it("of a target called outside any tier are its own, else the router's", () => {
    const { targets } = resolveConfig(
      optionsOf({
        deadlineMs: 1,
        breaker: { windowMs: 1 },
        tiers: { cheap: { targets: ["a"], deadlineMs: 2, breaker: { windowMs: 2 } } },
        targets: { a: { breaker: { cooldownMs: 3 } } },
      }),
    );
    expect(targets.get("a")?.resilience).toEqual({
      ...defaults,
      deadlineMs: 1,
      breaker: { ...defaults.breaker, windowMs: 1, cooldownMs: 3 },
    });
  });

  it("of one target can differ from tier to tier", () => {
    const { tiers } = resolveConfig(
      optionsOf({
        tiers: { cheap: { targets: ["a-1"], deadlineMs: 1 }, premium: { targets: ["a-1"], deadlineMs: 2 } },
      }),
    );
    expect([...tiers.values()].map(({ resilience }) => resilience.get("a-1")?.deadlineMs)).toEqual([1, 2]);
  });
});

describe("what is slow", () => {
  const slow = {
    latencyMs: 500,
    driftFactor: Infinity,
    pastMs: 3_600_000,
    slowRate: 0.5,
    minCalls: 10,
    windowMs: 60_000,
    cooldownMs: 30_000,
  };

  it("is nothing where no latency is given", () => {
    expect(inTier({ router: { slow: { minCalls: 3 } } })?.slow).toBe(false);
  });

  it("comes from the target, else the tier, else the router, key by key", () => {
    expect(
      inTier({
        router: { slow: { latencyMs: 500, minCalls: 3, slowRate: 0.9 } },
        tier: { slow: { minCalls: 4, slowRate: 0.8 } },
        target: { slow: { slowRate: 0.7 } },
      })?.slow,
    ).toEqual({ ...slow, minCalls: 4, slowRate: 0.7 });
  });

  it("is what breaks the tier's promise, where nothing else is said", () => {
    expect(inTier({ tier: { slo: { p99Ms: 500 } } })?.slow).toEqual(slow);
    expect(inTier({ tier: { slo: { p95Ms: 300, p99Ms: 500 } } })?.slow).toEqual(slow);
    expect(inTier({ tier: { slo: { p95Ms: 500 } } })?.slow).toEqual(slow);
    expect(inTier({ tier: { slo: { availability: 0.9 } } })?.slow).toBe(false);
  });

  it("is what is said of it, before the tier's promise", () => {
    expect(inTier({ router: { slow: { latencyMs: 900 } }, tier: { slo: { p99Ms: 500 } } })?.slow).toEqual({
      ...slow,
      latencyMs: 900,
    });
    expect(inTier({ router: { slow: false }, tier: { slo: { p99Ms: 500 } } })?.slow).toBe(false);
  });
});

describe("second attempts", () => {
  const hedge = { afterMs: "p95", maxExtraLoad: 0.05, minCalls: 20 };

  it("are made once anything is said of them", () => {
    expect(inTier({ router: { hedge: {} } })?.hedge).toEqual(hedge);
    expect(inTier({ router: { hedge: undefined } })?.hedge).toBe(false);
  });

  it("come from the target, else the tier, else the router, key by key", () => {
    expect(
      inTier({
        router: { hedge: { afterMs: 500, maxExtraLoad: 0.1, minCalls: 5 } },
        tier: { hedge: { afterMs: 400, maxExtraLoad: 0.2 } },
        target: { hedge: { afterMs: "p95" } },
      })?.hedge,
    ).toEqual({ afterMs: "p95", maxExtraLoad: 0.2, minCalls: 5 });
  });

  it("are off where the nearest says so", () => {
    expect(inTier({ router: { hedge: {} }, tier: { hedge: false } })?.hedge).toBe(false);
    expect(inTier({ router: { hedge: false }, target: { hedge: { minCalls: 7 } } })?.hedge).toEqual({
      ...hedge,
      minCalls: 7,
    });
  });
});
