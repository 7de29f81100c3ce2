import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import {
  memoryStore,
  ModelRouter,
  type Hints,
  type RouterOptions,
  type Store,
  type TakeRequest,
} from "../../src/index.ts";
import { ledgerStore, type LedgerStore } from "./ledger-store.ts";
import { call, clientOf, errorOf, hear, startPair, startSingle, textOf, type Single } from "./setup.ts";

const budgets = { all: { limitUsd: 1, per: "day" } } as const;
const priced = { a: { price: 1 }, b: { price: 1 } };

function startOn(store: Store, options: Parameters<typeof startSingle>[0] = {}): Promise<Single> {
  return startSingle({ targets: priced, ...options, router: { budgets, store, ...options.router } });
}

/** How often each hold was settled. */
function settlings({ holds }: LedgerStore): readonly number[] {
  return [...holds.values()].map(({ settled }) => settled.length);
}

const stores = [
  ["answers at once", undefined],
  ["answers late", () => 2],
] as const;

describe.each(stores)("a store that %s", (_, lateMs) => {
  it("is asked once before the call, and told once after it", async () => {
    const store = ledgerStore(lateMs);
    await using single = await startOn(store);
    await single.router.chat.completions.create(call);
    await single.router.drain();
    expect([store.takes, settlings(store)]).toEqual([1, [1]]);
  });

  it("gets a hold for each attempt", async () => {
    const store = ledgerStore(lateMs);
    await using pair = await startPair({ a: [500, 500], targets: priced, router: { budgets, store } });
    await pair.router.chat.completions.create(call);
    await pair.router.drain();
    expect(settlings(store)).toEqual([1, 1, 1]);
  });

  it("is told of a stream when it has ended", async () => {
    const store = ledgerStore(lateMs);
    await using single = await startOn(store);
    await hear(single.router);
    await single.router.drain();
    expect(settlings(store)).toEqual([1]);
  });

  it("gets back what a call held whose client failed before it was sent", async () => {
    const store = ledgerStore(lateMs);
    await using single = await startOn(store);
    Object.defineProperty(single.router.openai, "prepareRequest", {
      value: () => Promise.reject(new Error("the hook failed")),
    });
    const error = await errorOf(single.router.chat.completions.create(call));
    await single.router.drain();
    expect(error.message).toBe("the hook failed");
    expect([...store.holds.values()].map(({ settled }) => settled)).toEqual([[[0]]]);
  });

  it("gets back what a call held that was aborted before it was sent", async () => {
    const store = ledgerStore(lateMs);
    await using single = await startOn(store);
    const abort = new AbortController();
    const pending = single.router.chat.completions.create(call, { signal: abort.signal });
    single.router.on("decision:made", () => abort.abort());
    await errorOf(pending);
    await expect.poll(() => settlings(store)).toEqual([1]);
    expect(single.a.hits()).toBe(0);
    expect(single.router.stats().answered).toBe(0);
  });

  it("gets back what a call held at a target whose breaker opened meanwhile", async () => {
    const store = ledgerStore(lateMs);
    await using pair = await startPair({
      a: [500, 500, 500],
      targets: priced,
      router: { budgets, store, breaker: { failureThreshold: 1, errorRate: 0 }, retry: { maxRetries: 0 } },
    });
    const completions = await Promise.all([1, 2, 3].map(() => pair.router.chat.completions.create(call)));
    await pair.router.drain();
    expect(completions.map(textOf).every((text) => text.includes("This is b"))).toBe(true);
    expect(settlings(store).every((times) => times === 1)).toBe(true);
  });
});

describe("a store that answers late", () => {
  it("is waited for by drain()", async () => {
    const store = ledgerStore(() => 20);
    await using single = await startOn(store);
    const pending = single.router.chat.completions.create(call);
    await expect.poll(() => single.events.names).toContain("decision:made");
    await single.router.drain();
    expect(settlings(store)).toEqual([1]);
    await pending;
  });

  it("does not hold a call that is closed meanwhile", async () => {
    const store = ledgerStore(() => 50);
    await using single = await startOn(store);
    const pending = errorOf(single.router.chat.completions.create(call));
    await expect.poll(() => single.events.names).toContain("decision:made");
    await single.router.close();
    expect(await pending).toMatchObject({ code: "router_closed" });
    await expect.poll(() => settlings(store)).toEqual([1]);
  });

  it("is not waited for beyond the deadline, and gets back what it grants then", async () => {
    const store = ledgerStore(() => 100);
    await using single = await startOn(store, { router: { deadlineMs: 20 } });
    const error = await errorOf(single.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "deadline_exceeded" });
    expect(single.events.of("request:end")).toHaveLength(1);
    await expect.poll(() => [...store.holds.values()].map(({ settled }) => settled)).toEqual([[[0]]]);
  });

  it("is not waited for beyond the deadline by a fallback either", async () => {
    let asked = 0;
    // After the first take comes its settling, then the second take.
    const store = ledgerStore(() => ((asked += 1) === 3 ? 1_200 : 0));
    await using pair = await startPair({
      a: [429],
      targets: priced,
      router: { budgets, store, deadlineMs: 600, shareHealth: false },
    });
    const error = await errorOf(pair.router.chat.completions.create(call));
    expect(error).toMatchObject({ code: "deadline_exceeded", attempts: [{ target: "a" }] });
    await expect.poll(() => settlings(store), { timeout: 10_000 }).toEqual([1, 1]);
    expect(pair.b.hits()).toBe(0);
  });

  it("refuses as well", async () => {
    await using single = await startOn(
      ledgerStore(() => 2),
      { router: { budgets: { all: { ...budgets.all, limitUsd: 0 } } } },
    );
    expect(await errorOf(single.router.chat.completions.create(call))).toMatchObject({ code: "budget_spent" });
  });
});

function fail(): never {
  throw new Error("the store is down");
}

function failing(verb: "take" | "settle"): Store {
  return { ...memoryStore(), name: "failing", [verb]: fail };
}

describe("a store that fails", () => {
  const rejecting: Store = { ...failing("take"), take: async () => Promise.reject(new Error("the store is down")) };

  it.each([
    ["throws", failing("take"), "take"],
    ["rejects", rejecting, "take"],
    ["throws when it is to settle", failing("settle"), "settle"],
  ] as const)("and %s lets the call through, and is told of", async (_, store, verb) => {
    await using single = await startOn(store, { router: { shareHealth: false } });
    const completion = await single.router.chat.completions.create(call);
    expect(textOf(completion)).toContain("This is a");
    expect(single.events.of("store:failed")).toEqual([{ store: "failing", verb, detail: "the store is down" }]);
  });

  it("and says that it lets nobody in is obeyed", async () => {
    const refusing: Store = {
      ...memoryStore(),
      take: () => ({ granted: false, left: [0], facts: [], now: Date.now(), refusedBy: undefined, retryAt: undefined }),
    };
    await using single = await startOn(refusing);
    expect(await errorOf(single.router.chat.completions.create(call))).toMatchObject({
      code: "no_target",
      leftOut: [{ target: "a", reason: "store_unavailable" }],
    });
  });
});

describe("a store whose clock is ahead", () => {
  it("is asked again for the window of its own time, and for no other after that", async () => {
    const books = memoryStore();
    const day = 86_400_000;
    const asked: number[] = [];
    const ahead: Store = {
      ...books,
      name: "ahead",
      take(request) {
        const [account] = request.accounts;
        const now = Date.now() + day;
        if (account?.kind !== "window") throw new Error("It asks for a calendar's window.");
        asked.push(account.endsAt);
        if (account.endsAt > now) return { ...books.take(request), now };
        return { granted: false, left: [0], facts: [], now, refusedBy: 0, retryAt: now };
      },
    };
    await using single = await startOn(ahead);
    await single.router.chat.completions.create(call);
    await single.router.chat.completions.create(call);
    expect(asked).toHaveLength(3);
    expect(asked[1]).toBe((asked[0] ?? 0) + day);
    expect(asked[2]).toBe(asked[1]);
  });
});

describe("a router without budgets", () => {
  it("asks its store nothing", async () => {
    const store = ledgerStore();
    await using single = await startOn(store, { router: { budgets: {} } });
    await single.router.chat.completions.create(call);
    expect(store.takes).toBe(0);
  });
});

describe("two routers on one store", () => {
  it("share a budget", async () => {
    const usage = { prompt_tokens: 500_000, completion_tokens: 500_000, total_tokens: 1_000_000 };
    const store = memoryStore();
    await using one = await startOn(store, { a: { models: { a: { usage } } } });
    await using other = await startOn(store);
    await one.router.chat.completions.create(call);
    expect(await errorOf(other.router.chat.completions.create(call))).toMatchObject({ spentUsd: 1 });
  });
});

describe("a configuration that is data", () => {
  it("has budgets, and is given its store beside", async () => {
    await using single = await startSingle();
    const store = ledgerStore();
    const config = { client: "mine", tiers: { main: ["a"] }, prices: { a: 1 }, budgets };
    const clients = { mine: new OpenAI({ baseURL: clientOf(single.a).baseURL, apiKey: "sk-test-key-1" }) };
    await using router = ModelRouter.fromConfig(JSON.parse(JSON.stringify(config)) as never, { clients, store });
    await router.chat.completions.create(call);
    expect(settlings(store)).toEqual([1]);
  });
});

describe("what a call holds", () => {
  const cases: readonly { name: string; router?: Partial<RouterOptions>; hints?: Hints; leaseMs?: number }[] = [
    { name: "as long as a store thinks right, when no clock ends the call" },
    { name: "half a minute longer than its deadline", router: { deadlineMs: 20_000 }, leaseMs: 50_000 },
    { name: "half a minute longer than a deadline of its own", hints: { deadlineMs: 5_000 }, leaseMs: 35_000 },
    {
      name: "half a minute longer than an attempt may take",
      router: { timeouts: { attemptMs: 3_600_000 } },
      leaseMs: 3_630_000,
    },
  ];

  it.each(cases)("is leased for $name", async ({ router, hints = {}, leaseMs }) => {
    const leases: unknown[] = [];
    const books = memoryStore();
    const take = (request: TakeRequest) => (
      request.hold !== undefined && leases.push(request.leaseMs),
      books.take(request)
    );
    await using pair = await startPair({
      a: [500],
      targets: priced,
      router: { budgets, store: { ...books, take }, ...router },
    });
    await pair.router.with(hints).chat.completions.create(call);
    expect(new Set(leases)).toEqual(new Set([leaseMs]));
  });
});
