import { describe, expect, it } from "vitest";
import type { RouterConfig } from "../../src/index.ts";
import { simulate, type SimulatedOutage, type SimulatedTraffic } from "../../src/simulation/index.ts";

const config: RouterConfig = {
  client: { baseURL: "https://one.test/v1", apiKeyEnv: "KEY_OF_ONE" },
  clients: { two: { baseURL: "https://two.test/v1", apiKeyEnv: ["FIRST_KEY_OF_TWO", "SECOND_KEY_OF_TWO"] } },
  targets: {
    first: { price: 1, region: "eu-1" },
    second: { price: 2, client: "two", region: "us-1" },
  },
  tiers: { cheap: ["first", "second"], premium: ["second"] },
};
const speeds = { "*": { ttftP50Ms: 200, ttftP99Ms: 800, tokensPerSecond: 100 } };
const traffic: SimulatedTraffic = { hours: 0.5, callsPerSecond: 0.4, speeds };
const timeout = 120_000;

describe("a simulation", () => {
  it(
    "answers everything while everything is well, at the speeds and prices that were given",
    async () => {
      const { calls, answered, availability, latencyMs, ttftMs, costUsd, byTarget, byTier, errors, timeline } =
        await simulate(config, { ...traffic, promptTokens: 500, completionTokens: 100 });
      expect(calls).toBeGreaterThan(600);
      expect({ answered, availability, errors }).toEqual({ answered: calls, availability: 1, errors: {} });
      expect(byTarget["first"]).toMatchObject({ answered: calls, share: 1, attempts: calls, failures: 0 });
      expect(byTier["cheap"]).toMatchObject({ calls, answered: calls, availability: 1 });
      expect(costUsd).toBeCloseTo((calls * 600) / 1_000_000, 6);
      expect(ttftMs.p50).toBeGreaterThan(150);
      expect(ttftMs.p50).toBeLessThan(250);
      expect(latencyMs.p50).toBeGreaterThan(1_100);
      expect(latencyMs.p99).toBeLessThan(2_500);
      expect(timeline.reduce((sum, minute) => sum + minute.calls, 0)).toBe(calls);
    },
    timeout,
  );

  it(
    "shows which target takes over while one is down, and for how long",
    async () => {
      const outages: SimulatedOutage[] = [{ target: "first", from: "10m", for: "10m", kind: "down" }];
      const { availability, fallbacks, byTarget, breakerOpenings, timeline } = await simulate(config, traffic, outages);
      expect(availability).toBe(1);
      expect(fallbacks).toBeGreaterThan(0);
      expect(breakerOpenings).toBeGreaterThan(0);
      expect(byTarget["first"]?.failures).toBeGreaterThan(0);
      expect(timeline[15]?.byTarget["first"]).toBeUndefined();
      expect(timeline[15]?.byTarget["second"]).toBe(timeline[15]?.calls);
      expect(timeline[5]?.byTarget["second"]).toBeUndefined();
      expect(timeline[25]?.byTarget["first"]).toBe(timeline[25]?.calls);
    },
    timeout,
  );

  it.each([
    ["client", { client: "two" }],
    ["region", { region: "us-1" }],
    ["provider", {}],
  ])(
    "fails the calls that only a %s that is out could answer, with the errors that callers catch",
    async (_, place) => {
      const outages: SimulatedOutage[] = [{ ...place, from: 0, for: "1h", kind: "unavailable" }];
      const { answered, failed, availability, errors, byTier } = await simulate(
        config,
        { ...traffic, model: "premium" },
        outages,
      );
      expect({ answered, availability }).toEqual({ answered: 0, availability: 0 });
      expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(failed);
      expect(Object.keys(errors)).toContain("all_targets_out");
      expect(byTier["premium"]).toMatchObject({ calls: failed, answered: 0 });
    },
    timeout,
  );

  it(
    "makes answers slower by a factor, and comes back to a rate-limited target when it said so",
    async () => {
      const slow = await simulate(config, traffic, [{ from: 0, for: "1h", kind: "slow", factor: 5 }]);
      expect(slow.ttftMs.p50).toBeGreaterThan(750);
      const limited = await simulate(config, traffic, [
        { target: "first", from: "5m", for: "30s", kind: "rateLimited", retryAfter: "10m" },
      ]);
      expect(limited.timeline[10]?.byTarget["first"]).toBeUndefined();
      expect(limited.timeline[20]?.byTarget["second"]).toBeUndefined();
    },
    timeout,
  );

  it(
    "follows a profile of rates, and sends tasks where they are to go",
    async () => {
      const { timeline, byTier } = await simulate(
        { ...config, classifier: { type: "task", tiers: { hard: "premium" } } },
        { ...traffic, callsPerSecond: [0, 1], tasks: { hard: 0.5 } },
      );
      expect(timeline.slice(0, 15).every(({ calls }) => calls === 0)).toBe(true);
      expect(byTier["premium"]?.calls).toBeGreaterThan(350);
      expect(byTier["cheap"]?.calls).toBeGreaterThan(350);
    },
    timeout,
  );

  it(
    "gives the same for the same seed, and something else for another",
    async () => {
      const outages: SimulatedOutage[] = [{ target: "first", from: "5m", for: "10m", kind: "cutStream", share: 0.3 }];
      const [one, again, other] = await Promise.all([
        simulate(config, traffic, outages),
        simulate(config, traffic, outages),
        simulate(config, { ...traffic, seed: 2 }, outages),
      ]);
      expect(again).toEqual(one);
      expect(other.calls).not.toBe(one.calls);
    },
    timeout,
  );

  it(
    "leaves time and chance of the caller alone",
    async () => {
      const { random } = Math;
      const { now } = Date;
      const startedAt = Date.now();
      await simulate(config, { hours: 0.1, callsPerSecond: 0.1 });
      expect(Date.now() - startedAt).toBeLessThan(100_000);
      expect([Math.random, Date.now]).toEqual([random, now]);
    },
    timeout,
  );
});

describe("what a simulation can not play is refused with its path", () => {
  const good: SimulatedOutage = { from: 0, for: "5m", kind: "down" };
  it.each([
    ["traffic.hours", { traffic: { ...traffic, hours: 0 } }],
    ["traffic.callsPerSecond", { traffic: { ...traffic, callsPerSecond: [] } }],
    ["traffic.callsPerSecond", { traffic: { ...traffic, callsPerSecond: 10_000 } }],
    ["traffic.promptTokens", { traffic: { ...traffic, promptTokens: [5, 1] } }],
    ["traffic.model", { traffic: { ...traffic, model: "premum" } }],
    ["traffic.tasks", { traffic: { ...traffic, tasks: { a: 0.7, b: 0.7 } } }],
    ['traffic.speeds["frist"]', { traffic: { ...traffic, speeds: { frist: {} } } }],
    ["traffic.speeds.first.ttftP99Ms", { traffic: { ...traffic, speeds: { first: { ttftP50Ms: 9, ttftP99Ms: 1 } } } }],
    ["outages[0].kind", { outages: [{ ...good, kind: "dwon" }] }],
    ["outages[1].for", { outages: [good, { ...good, for: "soon" }] }],
    ["outages[0].target", { outages: [{ ...good, target: "frist" }] }],
    ["outages[0].client", { outages: [{ ...good, client: "three" }] }],
    ["outages[0].region", { outages: [{ ...good, region: "eu-2" }] }],
    ["tiers.cheap[0]", { config: { ...config, tiers: { cheap: [""] } } }],
  ])("%s", async (path, change) => {
    const given = { config, traffic, outages: [good], ...change } as {
      config: RouterConfig;
      traffic: SimulatedTraffic;
      outages: SimulatedOutage[];
    };
    const error = await simulate(given.config, given.traffic, given.outages).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ConfigError", issues: [{ path }] });
  });
});
