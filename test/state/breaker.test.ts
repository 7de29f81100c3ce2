import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Breaker } from "../../src/config/resolved.ts";
import { TargetBreaker, type Ticket } from "../../src/state/breaker.ts";

const growth = { maxCooldownMs: 300_000, probeMs: 30_000, rampUpMs: undefined };
const options = { failureThreshold: 3, errorRate: 0.5, windowMs: 60_000, cooldownMs: 30_000, ...growth };

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  // No jitter, unless a test asks for it.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Set extends Disposable {
  readonly breaker: TargetBreaker;
  readonly states: string[];
}

function make(given: Partial<Breaker> = {}): Set {
  const states: string[] = [];
  const breaker = new TargetBreaker("a", { ...options, ...given }, (state) => states.push(state));
  return { breaker, states, [Symbol.dispose]: () => breaker.close() };
}

/** opossum counts an outcome a microtask after it was handed over. */
async function settle(breaker: TargetBreaker, outcome: "success" | "failure" | "neutral", times = 1): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    breaker.settle(admitted(breaker), outcome);
    await vi.advanceTimersByTimeAsync(0);
  }
}

function admitted(breaker: TargetBreaker): Ticket {
  const ticket = breaker.admit();
  if (ticket === undefined) throw new Error("The breaker refused.");
  return ticket;
}

async function opened(breaker: TargetBreaker): Promise<void> {
  await settle(breaker, "failure", 3);
}

async function halfOpened(breaker: TargetBreaker): Promise<void> {
  await opened(breaker);
  await vi.advanceTimersByTimeAsync(options.cooldownMs);
}

describe("a closed breaker", () => {
  it("lets every call in", () => {
    using set = make();
    const tickets = Array.from({ length: 50 }, () => set.breaker.admit());
    expect(tickets.filter((ticket) => ticket?.probe === false)).toHaveLength(50);
  });

  it("stays closed one failure below the threshold", async () => {
    using set = make();
    await settle(set.breaker, "failure", 2);
    expect(set.breaker.state).toBe("closed");
  });

  it("opens at the threshold", async () => {
    using set = make();
    await settle(set.breaker, "failure", 3);
    expect([set.breaker.state, set.states]).toEqual(["open", ["open"]]);
  });

  it("stays closed while failures are below the share", async () => {
    using set = make();
    await settle(set.breaker, "success", 4);
    await settle(set.breaker, "failure", 3);
    expect(set.breaker.state).toBe("closed");
  });

  it("opens when failures reach the share", async () => {
    using set = make();
    await settle(set.breaker, "success", 3);
    await settle(set.breaker, "failure", 3);
    expect(set.breaker.state).toBe("open");
  });

  it("never opens by outcomes that say nothing", async () => {
    using set = make();
    await settle(set.breaker, "neutral", 50);
    expect(set.breaker.state).toBe("closed");
  });

  it("does not count outcomes that say nothing among the calls", async () => {
    using set = make();
    await settle(set.breaker, "neutral", 50);
    await settle(set.breaker, "failure", 3);
    expect(set.breaker.state).toBe("open");
  });

  it("forgets failures that are older than the window", async () => {
    using set = make();
    await settle(set.breaker, "failure", 2);
    await vi.advanceTimersByTimeAsync(61_000);
    await settle(set.breaker, "failure", 2);
    expect(set.breaker.state).toBe("closed");
  });

  it("remembers failures within the window", async () => {
    using set = make();
    for (let count = 0; count < 3; count += 1) {
      await settle(set.breaker, "failure");
      await vi.advanceTimersByTimeAsync(20_000);
    }
    expect(set.states).toEqual(["open"]);
  });

  it("forgets successes that are older than the window", async () => {
    using set = make();
    await settle(set.breaker, "success", 100);
    await vi.advanceTimersByTimeAsync(61_000);
    await settle(set.breaker, "failure", 3);
    expect(set.breaker.state).toBe("open");
  });

  it("opens at the first failure when told so", async () => {
    using set = make({ failureThreshold: 1, errorRate: 0 });
    await settle(set.breaker, "success", 100);
    await settle(set.breaker, "failure");
    expect(set.breaker.state).toBe("open");
  });

  it("has no due time", () => {
    using set = make();
    expect([set.breaker.dueAt, set.breaker.ready]).toEqual([0, true]);
  });

  it("keeps counting after thousands of calls", async () => {
    using set = make();
    await settle(set.breaker, "success", 2_500);
    await settle(set.breaker, "failure", 2_500);
    expect(set.breaker.state).toBe("open");
  }, 20_000);
});

describe("an open breaker", () => {
  it("lets nothing in until the cooldown is over", async () => {
    using set = make();
    await opened(set.breaker);
    await vi.advanceTimersByTimeAsync(options.cooldownMs - 1);
    expect([set.breaker.admit(), set.breaker.ready]).toEqual([undefined, false]);
  });

  it("says when the cooldown is over", async () => {
    using set = make();
    await opened(set.breaker);
    expect(set.breaker.dueAt).toBe(1_000_000 + options.cooldownMs);
  });

  it("ignores calls that were let in before it opened", async () => {
    using set = make();
    const early = [admitted(set.breaker), admitted(set.breaker)] as const;
    await opened(set.breaker);
    set.breaker.settle(early[0], "success");
    set.breaker.settle(early[1], "failure");
    await vi.advanceTimersByTimeAsync(0);
    expect(set.states).toEqual(["open"]);
  });

  it("can be passed by one call at a time", async () => {
    using set = make();
    await opened(set.breaker);
    expect([set.breaker.force()?.probe, set.breaker.force()]).toEqual([true, undefined]);
  });

  it("closes when the call that passed it succeeds", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.settle(set.breaker.force()!, "success");
    await vi.advanceTimersByTimeAsync(0);
    expect([set.breaker.state, set.states]).toEqual(["closed", ["open", "close"]]);
  });

  it("stays open when the call that passed it fails", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.settle(set.breaker.force()!, "failure");
    await vi.advanceTimersByTimeAsync(0);
    expect(set.breaker.state).toBe("open");
  });

  it("lets another call pass after one that said nothing", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.settle(set.breaker.force()!, "neutral");
    expect([set.breaker.state, set.breaker.force()?.probe]).toEqual(["open", true]);
  });

  it("is due a whole cooldown after a call that passed it failed", async () => {
    using set = make();
    await opened(set.breaker);
    await vi.advanceTimersByTimeAsync(10_000);
    set.breaker.settle(set.breaker.force()!, "failure");
    await vi.advanceTimersByTimeAsync(options.cooldownMs - 10_000);
    expect([set.breaker.dueAt, set.breaker.admit()]).toEqual([1_010_000 + options.cooldownMs, undefined]);
  });
});

describe("a half-open breaker", () => {
  it("is what an open one becomes by itself after the cooldown", async () => {
    using set = make();
    await halfOpened(set.breaker);
    expect([set.breaker.state, set.states]).toEqual(["half-open", ["open", "half-open"]]);
  });

  it("lets one probe in", async () => {
    using set = make();
    await halfOpened(set.breaker);
    expect([set.breaker.ready, set.breaker.admit()?.probe]).toEqual([true, true]);
    expect([set.breaker.ready, set.breaker.admit()]).toEqual([false, undefined]);
  });

  it("closes when the probe succeeds", async () => {
    using set = make();
    await halfOpened(set.breaker);
    await settle(set.breaker, "success");
    expect([set.breaker.state, set.states]).toEqual(["closed", ["open", "half-open", "close"]]);
  });

  it("opens again, for two cooldowns, when the probe fails", async () => {
    using set = make();
    await halfOpened(set.breaker);
    await settle(set.breaker, "failure");
    expect([set.breaker.state, set.breaker.dueAt]).toEqual(["open", 1_000_000 + 3 * options.cooldownMs]);
  });

  it("takes another probe after one that said nothing", async () => {
    using set = make();
    await halfOpened(set.breaker);
    await settle(set.breaker, "neutral");
    expect([set.breaker.state, set.breaker.admit()?.probe]).toEqual(["half-open", true]);
  });

  it("is not closed by a success from before the opening", async () => {
    using set = make();
    const early = admitted(set.breaker);
    await halfOpened(set.breaker);
    set.breaker.settle(early, "success");
    await vi.advanceTimersByTimeAsync(0);
    expect(set.breaker.state).toBe("half-open");
  });

  it("is still opened by its probe after a success from before the opening", async () => {
    using set = make();
    const early = admitted(set.breaker);
    await halfOpened(set.breaker);
    set.breaker.settle(early, "success");
    await settle(set.breaker, "failure");
    expect(set.breaker.state).toBe("open");
  });

  it("is not opened by a failure from before the opening", async () => {
    using set = make();
    const early = admitted(set.breaker);
    await halfOpened(set.breaker);
    set.breaker.settle(early, "failure");
    await vi.advanceTimersByTimeAsync(0);
    expect([set.breaker.state, set.breaker.ready]).toEqual(["half-open", true]);
  });

  it("is not held by a probe that never ends", async () => {
    using set = make();
    await halfOpened(set.breaker);
    admitted(set.breaker);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(set.breaker.admit()?.probe).toBe(true);
  });

  it("does not count, once it has closed, what began before it opened", async () => {
    using set = make({ failureThreshold: 3 });
    const early = Array.from({ length: 3 }, () => admitted(set.breaker));
    await halfOpened(set.breaker);
    await settle(set.breaker, "success");
    for (const ticket of early) set.breaker.settle(ticket, "failure");
    await vi.advanceTimersByTimeAsync(0);
    expect(set.breaker.state).toBe("closed");
  });

  it("is not closed by a probe from an opening before", async () => {
    using set = make();
    await halfOpened(set.breaker);
    const lost = admitted(set.breaker);
    await vi.advanceTimersByTimeAsync(600_000);
    await settle(set.breaker, "failure");
    await vi.advanceTimersByTimeAsync(2 * options.cooldownMs);
    set.breaker.settle(lost, "success");
    await vi.advanceTimersByTimeAsync(0);
    expect(set.breaker.state).toBe("half-open");
  });

  it("begins its counts afresh once it has closed", async () => {
    using set = make();
    await halfOpened(set.breaker);
    await settle(set.breaker, "success");
    await settle(set.breaker, "failure", 2);
    expect(set.breaker.state).toBe("closed");
  });
});

it("leaves no timer behind when it is closed", async () => {
  using set = make();
  await opened(set.breaker);
  set.breaker.close();
  expect(vi.getTimerCount()).toBe(0);
});

it("needs no timer while it is closed", async () => {
  using set = make();
  await settle(set.breaker, "success", 3);
  expect(vi.getTimerCount()).toBe(0);
});

/** How long the cooldown is that has just begun, in seconds. */
function cooldownOf(breaker: TargetBreaker): number {
  return (breaker.dueAt - Date.now()) / 1_000;
}

/** Fails so many probes in a row, each as soon as it is due. Says how long the cooldowns before and after them were, in s. */
async function cooldowns(breaker: TargetBreaker, probes: number): Promise<number[]> {
  await opened(breaker);
  const all = [cooldownOf(breaker)];
  for (let probe = 0; probe < probes; probe += 1) {
    await vi.advanceTimersByTimeAsync(breaker.dueAt - Date.now());
    await settle(breaker, "failure");
    all.push(cooldownOf(breaker));
  }
  return all;
}

async function closed(breaker: TargetBreaker): Promise<void> {
  await vi.advanceTimersByTimeAsync(breaker.dueAt - Date.now());
  await settle(breaker, "success");
}

describe("the cooldown", () => {
  it("grows by itself with each probe that fails, to five minutes", async () => {
    using set = make();
    expect(await cooldowns(set.breaker, 11)).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
  });

  it("grows no further than it may", async () => {
    using set = make({ maxCooldownMs: 70_000 });
    expect(await cooldowns(set.breaker, 3)).toEqual([30, 60, 70, 70]);
  });

  it("is never shorter than it was set to", async () => {
    using set = make({ cooldownMs: 600_000 });
    expect(await cooldowns(set.breaker, 1)).toEqual([600, 600]);
  });

  it("is up to a tenth shorter, by chance", async () => {
    vi.mocked(Math.random).mockReturnValueOnce(0.5).mockReturnValueOnce(0.999_999);
    using set = make();
    const [first, second] = await cooldowns(set.breaker, 1);
    expect([first, second]).toEqual([28.5, expect.closeTo(54, 2)]);
  });

  it("goes on growing when the target fails again soon after it was back", async () => {
    using set = make();
    await cooldowns(set.breaker, 2);
    await closed(set.breaker);
    await vi.advanceTimersByTimeAsync(89_000);
    await opened(set.breaker);
    expect(cooldownOf(set.breaker)).toBe(120);
  });

  it("begins anew when the target was back for as long as its last cooldown", async () => {
    using set = make();
    await cooldowns(set.breaker, 2);
    await closed(set.breaker);
    await vi.advanceTimersByTimeAsync(91_000);
    await opened(set.breaker);
    expect(cooldownOf(set.breaker)).toBe(30);
  });

  it("does not grow by a call that passed the open breaker and failed", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.settle(set.breaker.force()!, "failure");
    expect(cooldownOf(set.breaker)).toBe(30);
  });

  it("lasts at least as long as the provider asks for", async () => {
    using set = make();
    set.breaker.waitUntil(Date.now() + 100_000);
    await opened(set.breaker);
    expect(cooldownOf(set.breaker)).toBe(100);
  });

  it("lasts longer when the provider asks for more while it lasts", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.waitUntil(Date.now() + 100_000);
    await vi.advanceTimersByTimeAsync(99_000);
    const early = set.breaker.admit();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([early, set.breaker.admit()?.probe]).toEqual([undefined, true]);
  });

  it("is told to be over when it is", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.waitUntil(Date.now() + 100_000);
    await vi.advanceTimersByTimeAsync(50_000);
    const early = [...set.states];
    await vi.advanceTimersByTimeAsync(50_000);
    set.breaker.admit();
    expect([early, set.states]).toEqual([["open"], ["open", "half-open"]]);
  });

  it("lasts no shorter than its own length when the provider asks for less", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.waitUntil(Date.now() + 1_000);
    expect(cooldownOf(set.breaker)).toBe(30);
  });
});

describe("a probe", () => {
  it("has more time to answer after each that failed", async () => {
    using set = make();
    const limits: unknown[] = [];
    await opened(set.breaker);
    for (let count = 0; count < 3; count += 1) {
      await vi.advanceTimersByTimeAsync(set.breaker.dueAt - Date.now());
      const ticket = admitted(set.breaker);
      limits.push(ticket.limitMs);
      set.breaker.settle(ticket, "failure");
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(limits).toEqual([30_000, 60_000, 90_000]);
  });

  it("makes way for another one when that time has passed", async () => {
    using set = make();
    await halfOpened(set.breaker);
    admitted(set.breaker);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(set.breaker.admit()?.probe).toBe(true);
  });

  it("alone has such a limit", () => {
    using set = make();
    expect(admitted(set.breaker).limitMs).toBeUndefined();
  });
});

describe("the share of its calls that a target gets", () => {
  it("is all of them at first", () => {
    using set = make();
    expect(set.breaker.share).toBe(1);
  });

  it("grows from a tenth to all of them over a cooldown, once it is back", async () => {
    using set = make();
    await opened(set.breaker);
    await closed(set.breaker);
    const shares: number[] = [];
    for (let step = 0; step < 5; step += 1) {
      shares.push(set.breaker.share);
      await vi.advanceTimersByTimeAsync(options.cooldownMs / 4);
    }
    expect(shares).toEqual([0.1, 0.25, 0.5, 0.75, 1]);
  });

  it("grows also when another process found it back", () => {
    using set = make();
    set.breaker.hearOpen(Date.now() + 5_000);
    set.breaker.hearClosed();
    expect(set.breaker.share).toBe(0.1);
  });

  it("is all of them at once when that is wanted", async () => {
    using set = make({ rampUpMs: 0 });
    await opened(set.breaker);
    await closed(set.breaker);
    expect(set.breaker.share).toBe(1);
  });
});

describe("a breaker that hears of another process", () => {
  it("opens, and is due when that process says", async () => {
    using set = make();
    set.breaker.hearOpen(Date.now() + 5_000);
    const before = set.breaker.admit();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([before, set.breaker.admit()?.probe, set.states]).toEqual([undefined, true, ["open", "half-open"]]);
  });

  it("is due later when that process says so later", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.hearOpen(Date.now() + 2 * options.cooldownMs);
    await vi.advanceTimersByTimeAsync(options.cooldownMs);
    const [state, probe] = [set.breaker.state, set.breaker.admit()];
    await vi.advanceTimersByTimeAsync(options.cooldownMs);
    expect([state, probe, set.breaker.admit()?.probe]).toEqual(["open", undefined, true]);
  });

  it("closes", async () => {
    using set = make();
    await opened(set.breaker);
    set.breaker.hearClosed();
    expect([set.breaker.state, set.breaker.dueAt, set.states]).toEqual(["closed", 0, ["open", "close"]]);
  });

  it("has its own cooldown again after a probe of its own", async () => {
    using set = make();
    set.breaker.hearOpen(Date.now() + 5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    await settle(set.breaker, "failure");
    expect([set.breaker.dueAt - Date.now(), set.breaker.learnt]).toEqual([options.cooldownMs, false]);
  });

  it("says of each change whether it was learnt", async () => {
    const told: unknown[] = [];
    const breaker = new TargetBreaker("a", options, (state, _dueAt, learnt) => told.push([state, learnt]));
    breaker.hearOpen(Date.now() + 5_000);
    breaker.hearClosed();
    await opened(breaker);
    breaker.hearClosed();
    breaker.close();
    expect(told).toEqual([
      ["open", true],
      ["close", true],
      ["open", false],
      ["close", true],
    ]);
  });

  it("says nothing when it hears what it knows", () => {
    using set = make();
    set.breaker.hearClosed();
    set.breaker.hearOpen(Date.now() + 5_000);
    set.breaker.hearOpen(Date.now() + 6_000);
    expect(set.states).toEqual(["open"]);
  });
});
