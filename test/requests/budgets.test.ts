import { APIError } from "openai";
import { afterEach, describe, expect, it, vi } from "vitest";
import { BudgetSpentError, ModelRouter } from "../../src/index.ts";
import { call, clientOf, errorOf, hear, startPair, startSingle, textOf, type Single } from "./setup.ts";
import { ledgerStore } from "./ledger-store.ts";

// At a price of 1 an answer costs $0.20.
const usage = { prompt_tokens: 100_000, completion_tokens: 100_000, total_tokens: 200_000 };
const priced = { a: { price: 1 }, b: { price: 1 } };
const day = { limitUsd: 0.2, per: "day" } as const;

afterEach(() => vi.useRealTimers());

function startWith(budget: object, router: object = {}): Promise<Single> {
  return startSingle({
    a: { models: { a: { usage } } },
    targets: priced,
    router: { budgets: { all: { ...day, ...budget } }, ...router },
  });
}

async function spentUsd({ router }: Pick<Single, "router">): Promise<number | undefined> {
  const [budget] = await router.budgets();
  return budget?.spentUsd;
}

describe("a hard budget", () => {
  it("refuses what it can not pay, and sends nothing", async () => {
    await using single = await startWith({});
    await single.router.chat.completions.create(call);
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toBeInstanceOf(BudgetSpentError);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: "budget_spent", status: 429, budget: "all", limitUsd: 0.2, spentUsd: 0.2 });
    expect(single.a.hits()).toBe(1);
  });

  it("says that it pays nothing when its limit is 0", async () => {
    await using single = await startWith({ limitUsd: 0 });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error.message).toMatch(/has \$0 left of \$0, and the call may cost .*\. It pays nothing at all\.$/);
  });

  it("says when it can pay again", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 9, 30, 18) });
    await using single = await startWith({});
    await single.router.chat.completions.create(call);
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toMatchObject({ resetsAt: Date.UTC(2026, 9, 31), retryAfterMs: 6 * 3_600_000 });
    expect(error.message).toContain("It resets at 2026-10-31T00:00:00.000Z.");
  });

  it("pays again in the next window", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 9, 30, 18) });
    await using single = await startWith({});
    await single.router.chat.completions.create(call);
    vi.setSystemTime(Date.UTC(2026, 9, 31));
    await single.router.chat.completions.create(call);
    expect(await spentUsd(single)).toBe(0.2);
  });

  it("pays again, when it is rolling, once what was spent has left the window", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 9, 30, 18) });
    await using single = await startWith({ rolling: true });
    await single.router.chat.completions.create(call);
    const error = await errorOf(single.router.chat.completions.create(call));
    const { resetsAt } = error as BudgetSpentError;
    expect(resetsAt).toBeGreaterThanOrEqual(Date.UTC(2026, 9, 31, 18));
    vi.setSystemTime(resetsAt);
    await single.router.chat.completions.create(call);
    expect(single.a.hits()).toBe(2);
  });

  it("refuses a call whose worst case is more than is left, though nothing was spent", async () => {
    await using single = await startWith({});
    const error = await errorOf(single.router.chat.completions.create({ ...call, max_tokens: 300_000 }));
    expect(error).toMatchObject({ code: "budget_spent", spentUsd: 0, retryAfterMs: undefined });
    expect(error.message).toContain("Set a lower max_tokens.");
  });

  it("takes as many tokens for the answer as maxOutputTokens says, where the call says nothing", async () => {
    await using single = await startWith({ maxOutputTokens: 300_000 });
    expect(await errorOf(single.router.chat.completions.create(call))).toMatchObject({ code: "budget_spent" });
  });

  it("writes the refusal into the record of the call", async () => {
    await using single = await startWith({ limitUsd: 0 });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(single.router.recordOf(error)).toMatchObject({ outcome: "failed", attempts: [], tier: "main" });
    expect(single.events.of("request:end")).toHaveLength(1);
  });

  it("pays free calls even when nothing is left", async () => {
    await using single = await startSingle({
      targets: { a: { price: 0 } },
      router: { budgets: { all: { ...day, limitUsd: 0 } } },
    });
    await single.router.chat.completions.create(call);
    expect(single.a.hits()).toBe(1);
  });

  it("answers a caller at fetch level with a 429", async () => {
    await using single = await startWith({ limitUsd: 0 });
    const body = JSON.stringify(call);
    const response = await single.router.fetch(`${single.a.url}/chat/completions`, { method: "POST", body });
    expect(response.status).toBe(429);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject({ error: { type: "router_error", code: "budget_spent" } });
    expect(single.router.recordOf(response).outcome).toBe("failed");
  });

  it("counts nothing twice when a client retries by itself", async () => {
    await using single = await startSingle({
      a: [500, 500, 200],
      targets: priced,
      router: { retry: false, budgets: { all: day }, store: ledgerStore() },
    });
    const completion = await single.router.chat.completions.create(call);
    expect(await spentUsd(single)).toBeCloseTo(single.router.recordOf(completion).costUsd ?? NaN, 9);
  });
});

describe("a budget that warns", () => {
  it("lets calls through, and counts them", async () => {
    await using single = await startWith({ onSpent: "warn" });
    for (let turn = 0; turn < 3; turn += 1) await single.router.chat.completions.create(call);
    expect(await spentUsd(single)).toBeCloseTo(0.6, 9);
  });

  it("tells each threshold once, and once that it is spent", async () => {
    await using single = await startWith({ onSpent: "warn", limitUsd: 0.6, warnAt: [0.9, 0.3] });
    for (let turn = 0; turn < 4; turn += 1) await single.router.chat.completions.create(call);
    const low = single.events.of("budget:low").map(({ spentUsd: spent }) => spent.toFixed(2));
    expect(low).toEqual(["0.20", "0.60"]);
    expect(single.events.of("budget:spent")).toMatchObject([{ budget: "all", limitUsd: 0.6 }]);
  });
});

describe("events of a hard budget", () => {
  it("tell that it is low, with the share", async () => {
    await using single = await startWith({ limitUsd: 0.25 });
    await single.router.chat.completions.create(call);
    const [low, ...more] = single.events.of("budget:low");
    expect(low).toMatchObject({ budget: "all", tags: {}, limitUsd: 0.25, spentUsd: 0.2 });
    expect(low?.share).toBeCloseTo(0.8, 9);
    expect(more).toEqual([]);
  });

  it("tell once that it is spent, however many calls it refuses", async () => {
    await using single = await startWith({});
    await single.router.chat.completions.create(call);
    for (let turn = 0; turn < 3; turn += 1) await errorOf(single.router.chat.completions.create(call));
    expect(single.events.of("budget:spent")).toHaveLength(1);
  });

  it("do not take what calls in flight hold for spent", async () => {
    await using single = await startWith({ limitUsd: 1 });
    await single.router.chat.completions.create({ ...call, max_tokens: 900_000 });
    expect(single.events.of("budget:low")).toEqual([]);
  });
});

describe("what a budget is for", () => {
  it("is one tier's calls", async () => {
    await using pair = await startPair({
      targets: priced,
      router: { tiers: { main: ["a"], other: ["b"] }, budgets: { main: { ...day, limitUsd: 0, tier: "main" } } },
    });
    await pair.router.chat.completions.create({ ...call, model: "other" });
    expect(await errorOf(pair.router.chat.completions.create(call))).toMatchObject({ budget: "main" });
  });

  it("is one target, and the next of the chain serves", async () => {
    await using pair = await startPair({
      targets: priced,
      router: { budgets: { a: { ...day, limitUsd: 0, target: "a" } } },
    });
    const completion = await pair.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is b");
    expect(pair.router.recordOf(completion)).toMatchObject({ target: "b", tier: "main", fellBack: false });
  });

  it("is a target also as a fallback", async () => {
    await using pair = await startPair({
      a: [500, 500],
      targets: priced,
      router: { budgets: { b: { ...day, limitUsd: 0, target: "b" } } },
    });
    expect(await errorOf(pair.router.chat.completions.create(call))).toMatchObject({ status: 500 });
    expect(pair.b.hits()).toBe(0);
  });

  it("is each value of a tag for itself", async () => {
    await using single = await startWith({ tag: { team: "*" } });
    const of = (team: string) => single.router.with({ tags: { team } }).chat.completions.create(call);
    await of("search");
    expect(await errorOf(of("search"))).toMatchObject({ budget: "all", tags: { team: "search" } });
    await of("support");
    expect((await single.router.budgets()).map(({ tags }) => tags)).toEqual([{ team: "search" }, { team: "support" }]);
  });

  it("is one value of a tag, and no call without it", async () => {
    await using single = await startWith({ limitUsd: 0, tag: { team: "search" } });
    await single.router.chat.completions.create(call);
    await single.router.with({ tags: { team: "support" } }).chat.completions.create(call);
    const search = single.router.with({ tags: { team: "search" } });
    expect(await errorOf(search.chat.completions.create(call))).toMatchObject({ code: "budget_spent" });
  });

  it("is all that several budgets are for: each pays", async () => {
    const budgets = { hour: { limitUsd: 1, per: "hour" }, day } as const;
    await using single = await startWith({}, { budgets });
    await single.router.chat.completions.create(call);
    expect((await single.router.budgets()).map(({ spentUsd: spent }) => spent)).toEqual([0.2, 0.2]);
    expect(await errorOf(single.router.chat.completions.create(call))).toMatchObject({ budget: "day" });
  });
});

describe("a target whose price is not known", () => {
  it("is a fault of the configuration when a budget is for it", async () => {
    await using single = await startSingle();
    const client = clientOf(single.a);
    expect(() => new ModelRouter({ client, tiers: { main: ["a", "b"] }, budgets: { all: day } })).toThrow(
      'budgets.all: is for "a", "b", whose price is not known; add it to prices, or set assumedPrice',
    );
  });

  it("is counted with the assumed price", async () => {
    await using single = await startWith({ assumedPrice: 0.5 }, { targets: {} });
    await single.router.chat.completions.create(call);
    expect(await spentUsd(single)).toBeCloseTo(0.1, 9);
  });

  it("is refused when the caller makes up its id", async () => {
    await using single = await startWith({});
    const error = await errorOf(single.router.chat.completions.create({ ...call, model: "unheard-of" }));
    expect(error).toMatchObject({ code: "no_target", leftOut: [{ target: "unheard-of", reason: "price_unknown" }] });
  });

  it("is let through by a budget that warns", async () => {
    await using single = await startWith({ onSpent: "warn" });
    await single.router.chat.completions.create({ ...call, model: "unheard-of" });
    expect(await spentUsd(single)).toBe(0);
  });
});

describe("what is settled", () => {
  it("is nothing for a refusal of the provider, and the price of the answer", async () => {
    await using single = await startSingle({
      a: { models: { a: { usage, script: [500, 200] } } },
      targets: priced,
      router: { budgets: { all: { ...day, limitUsd: 1 } } },
    });
    await single.router.chat.completions.create(call);
    expect(await spentUsd(single)).toBe(0.2);
  });

  it("is what a failed attempt reported", async () => {
    const body = { error: { message: "no" }, usage };
    await using single = await startSingle({
      a: [{ body }, { body }],
      targets: priced,
      router: { budgets: { all: { ...day, limitUsd: 1 } } },
    });
    await errorOf(single.router.chat.completions.create(call));
    expect(await spentUsd(single)).toBe(0.4);
  });

  it("is the prompt's price of an attempt that ran out of time", async () => {
    await using single = await startSingle({
      a: { models: { a: { latencyMs: 500 } } },
      targets: { a: { price: 1, timeouts: { headersMs: 20 } } },
      router: { budgets: { all: { ...day, limitUsd: 1 } } },
    });
    const content = "word ".repeat(4_000);
    await errorOf(single.router.chat.completions.create({ ...call, messages: [{ role: "user", content }] }));
    expect(await spentUsd(single)).toBeCloseTo(0.005, 4);
  });

  it("is a stream's cost when it has ended", async () => {
    await using single = await startWith({});
    const { text } = await hear(single.router);
    expect(text).not.toBe("");
    expect(await spentUsd(single)).toBe(0.2);
  });

  it("is what an aborted stream gave out, by estimate", async () => {
    await using single = await startSingle({
      a: { models: { a: { chunks: 50, chunkDelayMs: 5 } } },
      targets: priced,
      router: { budgets: { all: { ...day, limitUsd: 1 } } },
    });
    const stream = await single.router.chat.completions.create({ ...call, stream: true });
    for await (const _ of stream) break;
    const { costUsd } = single.router.recordOf(stream);
    expect(costUsd).toBeGreaterThan(0);
    expect(await spentUsd(single)).toBeCloseTo(costUsd ?? NaN, 9);
  });
});

describe("update()", () => {
  it("keeps what was spent", async () => {
    await using single = await startWith({});
    await single.router.chat.completions.create(call);
    single.router.update({ budgets: { all: { ...day, limitUsd: 0.3 } } });
    expect(await single.router.budgets()).toMatchObject([{ limitUsd: 0.3, spentUsd: 0.2 }]);
  });

  it("goes on knowing what calls in flight hold, and takes nothing of it for spent", async () => {
    await using single = await startWith({ limitUsd: 1 });
    single.a.setModel("a", { usage, latencyMs: 1_000 });
    const inFlight = single.router.with({ tags: { team: "x" } }).chat.completions.create(call);
    await single.a.received(1);
    const [before] = await single.router.budgets();
    single.router.update({ budgets: { all: { ...day, limitUsd: 0.004 } } });
    expect(await single.router.budgets()).toMatchObject([{ limitUsd: 0.004, spentUsd: 0, heldUsd: before?.heldUsd }]);
    expect(single.events.of("budget:spent")).toEqual([]);
    await inFlight;
    expect(await single.router.budgets()).toMatchObject([{ spentUsd: 0.2, heldUsd: 0 }]);
  });

  it("goes on knowing it for each value of a tag", async () => {
    const each = { ...day, tag: { team: "*" } };
    await using single = await startWith({ ...each, limitUsd: 1 });
    single.a.setModel("a", { usage, latencyMs: 1_000 });
    const view = single.router.with({ tags: { team: "x" } });
    const inFlight = view.chat.completions.create(call);
    await single.a.received(1);
    const [before] = await single.router.budgets();
    single.router.update({ budgets: { all: { ...each, limitUsd: 0.5 } } });
    const second = view.chat.completions.create(call);
    await single.a.received(2);
    const [during] = await single.router.budgets();
    expect(during?.heldUsd).toBeCloseTo(2 * (before?.heldUsd ?? NaN), 9);
    await Promise.all([inFlight, second]);
    expect(await single.router.budgets()).toMatchObject([{ heldUsd: 0 }]);
  });

  it("of something else does not tell again what was told", async () => {
    await using single = await startWith({ onSpent: "warn" });
    await single.router.chat.completions.create(call);
    single.router.update({ slowMs: 1_000 });
    await single.router.chat.completions.create(call);
    expect(single.events.of("budget:low")).toHaveLength(1);
  });

  it("takes budgets away", async () => {
    await using single = await startWith({ limitUsd: 0 });
    single.router.update({ budgets: undefined });
    await single.router.chat.completions.create(call);
    expect(await single.router.budgets()).toEqual([]);
  });
});

describe("explain()", () => {
  it("says which budgets are for a call, and what would come of it", async () => {
    await using single = await startWith({});
    await single.router.chat.completions.create(call);
    const { budgets, summary } = await single.router.explain(call);
    expect(budgets).toMatchObject([{ budget: "all", target: "a", limitUsd: 0.2, leftUsd: 0, outcome: "refused" }]);
    expect(summary).toContain('Budget "all": $0 left of $0.2, and a may cost $0.0041');
  });

  it("takes nothing", async () => {
    const store = ledgerStore();
    await using single = await startWith({}, { store });
    await single.router.explain(call);
    expect([store.holds.size, await spentUsd(single)]).toEqual([0, 0]);
  });
});
