import { setTimeout } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RouteRecord } from "../../src/index.ts";
import { faults, type ReceivedRequest, type Step } from "../../src/testing/index.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";
import { ledgerStore, type LedgerStore } from "./ledger-store.ts";
import { hear, startPair, type Pair } from "./setup.ts";

const calls = 1_000;

interface Weather {
  readonly seed: number;
  /** Whether the store answers after a while. */
  readonly late: boolean;
  /** By how much answers may be longer than what calls allow: 1 is not at all. */
  readonly excess: number;
}

/** Answers that cost anything up to what the call allows, and mishaps of every kind. */
function mixed(random: () => number, excess: number): Step {
  const mishaps = [500, faults.reset, 429, faults.html, faults.cutBody(), faults.cutStream({ afterChunks: 2 })];
  return (request: ReceivedRequest) => {
    const mishap: Step | undefined = random() < 0.2 ? mishaps[Math.floor(random() * mishaps.length)] : undefined;
    if (typeof mishap === "number") return mishap;
    const completion = Math.round(random() * Number(request.body["max_tokens"]) * excess);
    const usage = { prompt_tokens: 4, completion_tokens: completion, total_tokens: 4 + completion };
    return { usage, delayMs: random() * 20, chunks: 4, chunkDelayMs: random() * 4, ...mishap };
  };
}

async function oneCall({ router }: Pair, random: () => number): Promise<void> {
  // Not all at the same moment: some come when others have given back what they did not need.
  await setTimeout(random() * 150);
  const max = Math.round(random() * 20_000);
  const content = "word ".repeat(1 + Math.floor(random() * 40));
  const body = { model: "main", messages: [{ role: "user" as const, content }], max_tokens: max };
  const signal = random() < 0.2 ? AbortSignal.timeout(1 + Math.floor(random() * 60)) : undefined;
  const options = signal === undefined ? {} : { signal };
  if (random() < 0.3) await hear(router, body, options);
  else await router.chat.completions.create(body, options).catch(() => undefined);
}

interface Outcome {
  readonly store: LedgerStore;
  readonly records: readonly RouteRecord[];
  readonly limitUsd: number;
  readonly state: object;
  readonly spentUsd: number;
}

async function weather({ seed, late, excess }: Weather): Promise<Outcome> {
  const random = seededRandom(seed);
  const limitUsd = 4;
  const store = ledgerStore(late ? () => random() * 5 : undefined);
  const script = Array.from({ length: 6 * calls }, () => mixed(random, excess));
  await using pair = await startPair({
    a: script,
    b: script,
    targets: { a: { price: 1 }, b: { price: { promptUsd: 1, completionUsd: 2 } } },
    router: { breaker: false, budgets: { all: { limitUsd, per: "month" } }, store },
  });
  const records: RouteRecord[] = [];
  pair.router.on("request:end", ({ record }) => records.push(record));
  await Promise.all(Array.from({ length: calls }, () => oneCall(pair, random)));
  await pair.router.drain();
  const [state] = await pair.router.budgets();
  return { store, records, limitUsd, state: { heldUsd: state?.heldUsd }, spentUsd: state?.spentUsd ?? NaN };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

describe("1,000 calls at once, of any cost, with failures and aborts", () => {
  const weathers = fc.record({ seed: fc.nat(), late: fc.boolean(), excess: fc.constantFrom(1, 1, 3) });

  it("never pass the limit by more than answers were longer than allowed, and settle each hold once", async () => {
    await fc.assert(
      fc.asyncProperty(weathers, async (given) => {
        const { store, records, limitUsd, state, spentUsd } = await weather(given);
        const holds = [...store.holds.values()].map(({ taken: [taken = NaN], settled }) => ({ taken, settled }));
        expect(holds.filter(({ settled }) => settled.length !== 1)).toEqual([]);
        const used = holds.map(({ settled: [amounts] }) => amounts?.[0] ?? NaN);
        const beyond = sum(holds.map(({ taken }, at) => Math.max(0, (used[at] ?? NaN) - taken)));
        expect(sum(used)).toBeLessThanOrEqual(limitUsd + beyond + 1e-6);
        expect(given.excess > 1 || beyond < 1e-6).toBe(true);
        expect(spentUsd).toBeCloseTo(sum(used), 6);
        expect(state).toEqual({ heldUsd: expect.closeTo(0, 6) as number });
        const known = records.flatMap(({ attempts }) => attempts.map(({ costUsd = 0 }) => costUsd));
        expect(sum(known)).toBeLessThanOrEqual(sum(used) + 1e-6);
        expect(records.filter(({ attempts }) => attempts.length === 0).length).toBeGreaterThan(0);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);
});
