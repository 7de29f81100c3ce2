import * as fc from "fast-check";
import type OpenAI from "openai";
import { expect, it, vi } from "vitest";
import { ModelRouter, type RouteRecord } from "../../src/index.ts";
import { startProvider, type Provider, type Step } from "../../src/testing/index.ts";
import { ledgerStore, type LedgerStore } from "./ledger-store.ts";
import { call, clientOf, Events, hear, textOf } from "./setup.ts";

const names = ["a", "b", "c"] as const;

/** No piece of one text is a piece of another. */
const texts = {
  a: "Ærøskøbing liegt 在 the sea.",
  b: "Só que não: мы пошли домой.",
  c: "0123 4567 89 ??? !!!",
} as const;

interface Conduct {
  readonly delayMs: number;
  readonly status: 200 | 400 | 429 | 500 | 503;
  readonly breaks: "headers" | "half" | undefined;
}

const conduct: fc.Arbitrary<Conduct> = fc.record({
  delayMs: fc.constantFrom(0, 0, 5, 10, 15, 25, 40),
  status: fc.constantFrom(200, 200, 200, 200, 400, 429, 500, 503),
  breaks: fc.constantFrom(undefined, undefined, undefined, "headers", "half"),
});

/** One attempt of each target after another, whatever they are attempts at. */
const conducts = fc.record({
  a: fc.array(conduct, { minLength: 4, maxLength: 4 }),
  b: fc.array(conduct, { minLength: 4, maxLength: 4 }),
  c: fc.array(conduct, { minLength: 4, maxLength: 4 }),
});

const situation = fc.record({
  scripts: conducts,
  stream: fc.boolean(),
  maxRetries: fc.constantFrom(0, 1, 2),
  /** After so long the caller aborts. */
  abortAfterMs: fc.constantFrom(undefined, undefined, undefined, 3, 12, 30),
  deadlineMs: fc.constantFrom(undefined, undefined, 35),
});

function stepOf({ delayMs, status, breaks }: Conduct): Step {
  if (breaks === undefined || status !== 200) return { delayMs, status };
  return { delayMs, status, breaks: { how: "close", after: breaks, waitMs: 1 } };
}

/** Whether a text is that of one target, or the beginning of it when the stream broke. */
function isOfOne(text: string, whole: boolean): boolean {
  return Object.values(texts).some((one) => (whole ? one === text : one.startsWith(text)));
}

type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

/** What came of a call: its text, or what there was of it. */
interface Outcome {
  readonly text: string;
  readonly isWhole: boolean;
}

async function ask(router: ModelRouter, given: Situation): Promise<Outcome> {
  const { stream, maxRetries, abortAfterMs, deadlineMs } = given;
  const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
  const options = { maxRetries, signal };
  const view = router.with({ deadlineMs });
  if (stream) {
    const { text, error } = await hear(view, {}, options);
    return { text, isWhole: error === undefined && signal?.aborted !== true };
  }
  const completion = await view.chat.completions.create(call, options).catch(() => undefined);
  return { text: completion === undefined ? "" : textOf(completion), isWhole: completion !== undefined };
}

interface Set extends AsyncDisposable {
  readonly router: ModelRouter;
  readonly events: Events;
  readonly store: LedgerStore;
  readonly providers: readonly Provider[];
  /** Begins anew, with other conduct. */
  conduct(scripts: Situation["scripts"]): void;
  /** Resolves when nothing is under way at any provider, and the call's record is complete. */
  quiet(): Promise<RouteRecord>;
}

async function start(): Promise<Set> {
  const providers = await Promise.all(
    names.map((name) => startProvider({ models: { [name]: { reply: texts[name] } } })),
  );
  const [a, b, c] = providers.map((provider) => clientOf(provider)) as [OpenAI, OpenAI, OpenAI];
  const store = ledgerStore();
  const router = new ModelRouter({
    client: a,
    clients: { b, c },
    targets: {
      a: { price: 1, limits: { concurrency: 9 } },
      b: { client: "b", price: 1 },
      c: { client: "c", price: 1 },
    },
    tiers: { main: names },
    retry: { minDelayMs: 0, maxDelayMs: 1 },
    breaker: false,
    // Bounded elsewhere: here as many are made as can be.
    retryBudget: { ratio: 1, minRetries: 1_000, reserve: 100_000, trust: 100_000 },
    hedge: { afterMs: 8, maxExtraLoad: 1 },
    budgets: { all: { limitUsd: 1_000, per: "month" } },
    store,
  });
  const events = new Events(router);
  return {
    router,
    events,
    store,
    providers,
    conduct(scripts) {
      events.told.length = 0;
      names.forEach((name, at) => {
        providers[at]?.reset();
        providers[at]?.enqueue(...scripts[name].map(stepOf));
      });
    },
    async quiet() {
      await Promise.all(providers.map((provider) => provider.idle()));
      await vi.waitUntil(() => events.of("request:end").length > 0);
      const [end] = events.of("request:end");
      if (end === undefined) throw new Error("There was no end.");
      return end.record;
    },
    async [Symbol.asyncDispose]() {
      await router.close();
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}

function count<T>(list: readonly T[], test: (item: T) => boolean): number {
  return list.filter(test).length;
}

/** What can not be wrong of a record. */
function expectSound({ attempts, outcome, hedged }: RouteRecord, maxRetries: number): void {
  // Of each target no more than one attempt and its retries, and one that answered at the most.
  const most = Math.max(...names.map((name) => count(attempts, ({ target }) => target === name)));
  expect(most).toBeLessThanOrEqual(1 + maxRetries);
  expect(count(attempts, ({ failure }) => failure === undefined)).toBe(outcome === "answered" ? 1 : 0);
  expect(count(attempts, ({ hedge }) => hedge === true)).toBe(hedged === true ? 1 : 0);
}

/** Nothing is left of a call. */
async function expectNothingLeft({ router, events, store }: Set, before: number): Promise<void> {
  expect(events.of("request:end")).toHaveLength(1);
  expect(events.of("hedge:end")).toHaveLength(events.of("hedge:start").length);
  expect(events.of("attempt:end")).toHaveLength(events.of("attempt:start").length);
  const holds = [...store.holds.values()].slice(before);
  expect(holds.map(({ settled }) => settled.length)).toEqual(holds.map(() => 1));
  const { targets } = router.health();
  expect([router.stats().inFlight, ...names.map((name) => targets[name]?.inFlight)]).toEqual([0, 0, 0, 0]);
  expect(router.stats().retryBudget.inFlight).toBe(0);
  expect((await router.budgets())[0]?.heldUsd).toBe(0);
}

it("whatever three targets do, a call has one answer of one target, holds are settled once, nothing stays in flight", async () => {
  await using set = await start();
  await fc.assert(
    fc.asyncProperty(situation, async (given) => {
      set.conduct(given.scripts);
      const before = set.store.holds.size;
      const { text, isWhole } = await ask(set.router, given);
      expect([text, isOfOne(text, isWhole)]).toEqual([text, true]);
      expectSound(await set.quiet(), given.maxRetries);
      await expectNothingLeft(set, before);
    }),
    { numRuns: 300, seed: 20_261_125 },
  );
  // Else nothing was tried.
  const { won, outrun, failed, gaveUp } = set.router.stats().hedges;
  expect(Math.min(won, outrun, failed, gaveUp)).toBeGreaterThan(3);
}, 120_000);
