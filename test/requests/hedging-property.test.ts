import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ModelRouter } from "../../src/index.ts";
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
const scripts = fc.record({
  a: fc.array(conduct, { minLength: 4, maxLength: 4 }),
  b: fc.array(conduct, { minLength: 4, maxLength: 4 }),
  c: fc.array(conduct, { minLength: 4, maxLength: 4 }),
});

const situation = fc.record({
  scripts,
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

describe("whatever the delays and failures of three targets are", () => {
  let providers: Record<(typeof names)[number], Provider>;
  let store: LedgerStore;
  let router: ModelRouter;
  let events: Events;

  beforeAll(async () => {
    const [a, b, c] = await Promise.all(
      names.map((name) => startProvider({ models: { [name]: { reply: texts[name] } } })),
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error("three providers");
    providers = { a, b, c };
    store = ledgerStore();
    router = new ModelRouter({
      client: clientOf(a),
      clients: { b: clientOf(b), c: clientOf(c) },
      targets: {
        a: { price: 1, limits: { concurrency: 9 } },
        b: { client: "b", price: 1 },
        c: { client: "c", price: 1 },
      },
      tiers: { main: ["a", "b", "c"] },
      retry: { minDelayMs: 0, maxDelayMs: 1 },
      breaker: false,
      hedge: { afterMs: 8, maxExtraLoad: 1 },
      budgets: { all: { limitUsd: 1_000, per: "month" } },
      store,
    });
    events = new Events(router);
  });
  afterAll(async () => {
    await router.close();
    await Promise.all(names.map((name) => providers[name].close()));
  });

  it("a call has one answer of one target, every hold is settled once, and nothing stays in flight", async () => {
    let hedges = 0;
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const { stream, maxRetries, abortAfterMs, deadlineMs } = given;
        for (const name of names) {
          providers[name].reset();
          providers[name].enqueue(...given.scripts[name].map(stepOf));
        }
        events.told.length = 0;
        const before = store.holds.size;
        const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
        const options = { maxRetries, ...(signal === undefined ? {} : { signal }) };
        const view = router.with(deadlineMs === undefined ? {} : { deadlineMs });
        if (stream) {
          const { text, error } = await hear(view, {}, options);
          expect([text, isOfOne(text, error === undefined && signal?.aborted !== true)]).toEqual([text, true]);
        } else {
          const completion = await view.chat.completions.create(call, options).catch(() => undefined);
          if (completion !== undefined) expect(Object.values(texts)).toContain(textOf(completion));
        }
        await Promise.all(names.map((name) => providers[name].idle()));
        await expect.poll(() => events.of("request:end").length).toBe(1);
        const [end] = events.of("request:end");
        const record = end?.record;
        hedges += record?.hedged === true ? 1 : 0;
        const attempts = record?.attempts ?? [];
        // Of each target no more than one attempt and its retries, and one that answered at the most.
        for (const name of names) {
          expect(attempts.filter(({ target }) => target === name).length).toBeLessThanOrEqual(1 + maxRetries);
        }
        expect(attempts.filter(({ failure }) => failure === undefined).length).toBe(
          record?.outcome === "answered" ? 1 : 0,
        );
        expect(attempts.filter(({ hedge }) => hedge === true).length).toBe(record?.hedged === true ? 1 : 0);
        expect(events.of("hedge:end").length).toBe(events.of("hedge:start").length);
        expect(events.of("attempt:end").length).toBe(events.of("attempt:start").length);
        const holds = [...store.holds.values()].slice(before);
        expect(holds.map(({ settled }) => settled.length)).toEqual(holds.map(() => 1));
        const { inFlight } = router.stats();
        const { targets } = router.health();
        expect([inFlight, ...names.map((name) => targets[name]?.inFlight)]).toEqual([0, 0, 0, 0]);
        expect((await router.budgets())[0]?.heldUsd).toBe(0);
      }),
      { numRuns: 300, seed: 20_261_125 },
    );
    // Else nothing was tried.
    expect(hedges).toBeGreaterThan(20);
  }, 120_000);
});
