import { array, assert, asyncProperty, boolean, constant, constantFrom, integer, nat, oneof, record } from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { maxPassed } from "../../src/state/waiting-line.ts";
import { WaitingRoom, type Obstacle, type Waiter } from "../../src/state/waiting-room.ts";
import { memoryStore } from "../../src/stores/memory.ts";
import type { Account, TakeResult } from "../../src/stores/store.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

interface Call {
  readonly isBatch: boolean;
  readonly atMs: number;
  readonly holdMs: number;
  readonly tokens: number;
  readonly patienceMs: number;
}

interface Limits {
  readonly places: number;
  readonly tokens: number;
  readonly maxWaiting: number;
  /** How long the store takes to answer. */
  readonly storeMs: number;
}

type End = "served" | "refused" | "gave up";

const calls = array(
  record({
    isBatch: boolean(),
    atMs: nat(400),
    holdMs: integer({ min: 1, max: 120 }),
    tokens: integer({ min: 1, max: 10 }),
    patienceMs: oneof(constant(Infinity), nat(500)),
  }),
  { minLength: 1, maxLength: 40 },
);
const limits = record({
  places: integer({ min: 1, max: 4 }),
  tokens: integer({ min: 10, max: 30 }),
  maxWaiting: oneof(constant(1_000), integer({ min: 1, max: 5 })),
  storeMs: constantFrom(0, 0, 3),
});

/** Many calls under one limit of places and one of tokens, in fake time. */
class World {
  readonly room: WaitingRoom;
  readonly ends: { readonly call: Call; readonly end: End; readonly atMs: number }[] = [];
  /** The longest row of interactive calls that went while one of a batch waited. */
  longestRow = 0;
  /** Calls of batches that went before an interactive one that waited, before their turn. */
  tooEarly = 0;
  /** How often a place was empty while somebody waited. */
  leftEmpty = 0;
  held = 0;
  mostHeld = 0;
  mostWaiting = 0;
  readonly #limits: Limits;
  readonly #store = memoryStore();
  readonly #waiting = new Set<Call>();
  #row = 0;
  #count = 0;

  constructor(given: Limits) {
    this.#limits = given;
    this.room = new WaitingRoom({ maxWaiting: () => given.maxWaiting });
  }

  async run(all: readonly Call[]): Promise<void> {
    const running = Promise.all(all.map((call) => this.#run(call)));
    await vi.advanceTimersByTimeAsync(40_000);
    await running;
  }

  async #run(call: Call): Promise<void> {
    await sleep(call.atMs);
    const start = performance.now();
    const end = await this.#serve(call, start + call.patienceMs);
    this.#waiting.delete(call);
    this.ends.push({ call, end, atMs: performance.now() - start });
  }

  async #serve(call: Call, giveUpAt: number): Promise<End> {
    let waiter: Waiter | undefined;
    for (;;) {
      const obstacle = await this.#try(call, waiter);
      if (obstacle === undefined) {
        if (waiter !== undefined) this.room.leave(waiter);
        return "served";
      }
      if (waiter === undefined) waiter = this.room.join(call.isBatch, [obstacle], giveUpAt);
      else this.room.stay(waiter, [obstacle]);
      if (waiter === undefined) return "refused";
      this.#waiting.add(call);
      this.mostWaiting = Math.max(
        this.mostWaiting,
        [...this.#waiting].filter((one) => one.isBatch === call.isBatch).length,
      );
      const { promise, resolve } = Promise.withResolvers<void>();
      waiter.listen(resolve);
      await promise;
      if (!waiter.isOver) continue;
      this.room.leave(waiter);
      return "gave up";
    }
  }

  async #try(call: Call, waiter: Waiter | undefined): Promise<Obstacle | undefined> {
    const caller = waiter ?? { isBatch: call.isBatch, seniority: Infinity };
    const keys = ["places", "tokens"];
    const inTheWay = this.room.inTheWay(keys, caller);
    if (inTheWay !== undefined) return inTheWay;
    const { frees } = this.room;
    this.#count += 1;
    const hold = String(this.#count);
    const answer = await this.#take(hold, call);
    if (answer.granted) {
      this.#went(call);
      this.room.went(keys, caller);
      void this.#hold(hold, call);
      return undefined;
    }
    const { refusedBy = 0, retryAt, now } = answer;
    const dueAt = retryAt === undefined ? undefined : performance.now() + retryAt - now;
    return { key: keys[refusedBy] ?? "", dueAt, isFirm: false, frees };
  }

  async #take(hold: string, call: Call): Promise<TakeResult> {
    const { storeMs, places, tokens } = this.#limits;
    const accounts: readonly Account[] = [
      { kind: "slots", key: "places", limit: places, amount: 1 },
      { kind: "bucket", key: "tokens", limit: tokens, amount: call.tokens, windowMs: 300 },
    ];
    if (storeMs > 0) await sleep(storeMs);
    const answer = this.#store.take({ hold, accounts });
    if (storeMs > 0) await sleep(storeMs);
    return answer;
  }

  async #hold(hold: string, call: Call): Promise<void> {
    this.held += 1;
    this.mostHeld = Math.max(this.mostHeld, this.held);
    await sleep(call.holdMs);
    this.held -= 1;
    this.#store.settle(hold, [0, call.tokens / 2]);
    this.room.freed(["places", "tokens"]);
    void sleep(0).then(() => this.#look());
  }

  #look(): void {
    if (this.held < this.#limits.places && this.room.size > 0) this.leftEmpty += 1;
  }

  #went(call: Call): void {
    this.#waiting.delete(call);
    const waiting = [...this.#waiting];
    const isBatchWaiting = waiting.some(({ isBatch }) => isBatch);
    if (call.isBatch && this.#row < maxPassed && waiting.some(({ isBatch }) => !isBatch)) this.tooEarly += 1;
    this.#row = call.isBatch || !isBatchWaiting ? 0 : this.#row + 1;
    this.longestRow = Math.max(this.longestRow, this.#row);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

async function worldAfter(all: readonly Call[], given: Limits): Promise<World> {
  const world = new World(given);
  await world.run(all);
  return world;
}

const settings = { numRuns: 60 };

it("ends every call: no wake-up is lost", async () => {
  await assert(
    asyncProperty(calls, limits, async (all, given) => {
      const world = await worldAfter(all, given);
      expect(world.ends).toHaveLength(all.length);
      expect([world.room.size, world.held, vi.getTimerCount()]).toEqual([0, 0, 0]);
    }),
    settings,
  );
}, 60_000);

it("serves every call that is patient, when there are places to wait", async () => {
  await assert(
    asyncProperty(calls, limits, async (all, given) => {
      const patient = all.map((call) => ({ ...call, patienceMs: Infinity }));
      const { ends } = await worldAfter(patient, { ...given, maxWaiting: 1_000 });
      expect(ends.filter(({ end }) => end !== "served")).toEqual([]);
    }),
    settings,
  );
}, 60_000);

it("keeps nobody longer than he waits", async () => {
  await assert(
    asyncProperty(calls, limits, async (all, given) => {
      const { ends } = await worldAfter(all, given);
      for (const { call, atMs } of ends) expect(atMs).toBeLessThanOrEqual(call.patienceMs + 2 * given.storeMs + 2);
    }),
    settings,
  );
}, 60_000);

it("never holds more places, and never lets more wait, than there are", async () => {
  await assert(
    asyncProperty(calls, limits, async (all, given) => {
      const { mostHeld, mostWaiting } = await worldAfter(all, given);
      expect(mostHeld).toBeLessThanOrEqual(given.places);
      // A call may stand in one of two lines.
      expect(mostWaiting).toBeLessThanOrEqual(2 * given.maxWaiting);
    }),
    settings,
  );
}, 60_000);

it("leaves no place empty while somebody waits for one", async () => {
  await assert(
    asyncProperty(calls, limits, async (all, given) => {
      const plenty = all.map((call) => ({ ...call, tokens: 1 }));
      const { leftEmpty } = await worldAfter(plenty, { ...given, tokens: 10_000, storeMs: 0 });
      expect(leftEmpty).toBe(0);
    }),
    settings,
  );
}, 60_000);

it("lets interactive calls go first, and no more than so many before a batch call that waits", async () => {
  await assert(
    asyncProperty(calls, limits, async (all, given) => {
      const patient = all.map((call) => ({ ...call, tokens: 1, patienceMs: Infinity }));
      const one = { ...given, places: 1, tokens: 10_000, maxWaiting: 1_000, storeMs: 0 };
      const { longestRow, tooEarly } = await worldAfter(patient, one);
      expect(longestRow).toBeLessThanOrEqual(maxPassed);
      expect(tooEarly).toBe(0);
    }),
    settings,
  );
}, 60_000);
