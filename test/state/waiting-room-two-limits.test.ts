import { array, assert, asyncProperty, boolean, constant, integer, nat, oneof, record } from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WaitingRoom, type Obstacle, type Waiter } from "../../src/state/waiting-room.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A call that one or both of two targets may serve. */
interface Call {
  readonly isBatch: boolean;
  readonly atMs: number;
  readonly holdMs: number;
  readonly targets: readonly number[];
  readonly patienceMs: number;
}

const calls = array(
  record({
    isBatch: boolean(),
    atMs: nat(200),
    holdMs: integer({ min: 1, max: 80 }),
    targets: oneof(constant([0]), constant([1]), constant([0, 1]), constant([1, 0])),
    patienceMs: oneof(constant(Infinity), nat(200)),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Two targets, each with so many places and a waiting line. */
class World {
  readonly room = new WaitingRoom({ maxWaiting: () => 1_000 });
  readonly served: Call[] = [];
  gaveUp = 0;
  /** How often a target had a free place while somebody waited who could have taken it. */
  leftEmpty = 0;
  readonly #places: number[];
  readonly #waiting = new Set<Call>();

  constructor(places: readonly number[]) {
    this.#places = [...places];
  }

  async run(all: readonly Call[]): Promise<void> {
    const running = Promise.all(all.map((call) => this.#run(call)));
    await vi.advanceTimersByTimeAsync(10_000);
    await running;
  }

  async #run(call: Call): Promise<void> {
    await sleep(call.atMs);
    const giveUpAt = performance.now() + call.patienceMs;
    let waiter: Waiter | undefined;
    for (;;) {
      const obstacles = this.#try(call, waiter);
      if (obstacles === undefined) break;
      if (waiter === undefined) waiter = this.room.join(call.isBatch, obstacles, giveUpAt);
      else this.room.stay(waiter, obstacles);
      if (waiter === undefined) throw new Error("There are places to wait.");
      this.#waiting.add(call);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiter.listen(resolve);
      await promise;
      if (!waiter.isOver) continue;
      this.gaveUp += 1;
      break;
    }
    this.#waiting.delete(call);
    if (waiter !== undefined) this.room.leave(waiter);
    void sleep(0).then(() => this.#look());
  }

  #try(call: Call, waiter: Waiter | undefined): readonly Obstacle[] | undefined {
    const obstacles: Obstacle[] = [];
    for (const target of call.targets) {
      const key = String(target);
      const inTheWay = this.room.inTheWay([key], waiter ?? { isBatch: call.isBatch, seniority: Infinity });
      if (inTheWay === undefined && this.#take(target, call)) {
        this.room.went([key], call.isBatch ? { isBatch: true, seniority: 0 } : { isBatch: false, seniority: 0 });
        return undefined;
      }
      // Nobody polls in this world: what nobody frees, nobody gets.
      obstacles.push(inTheWay ?? { key, dueAt: Infinity, isFirm: false, frees: this.room.frees });
    }
    return obstacles;
  }

  #take(target: number, call: Call): boolean {
    const left = this.#places[target] ?? 0;
    if (left === 0) return false;
    this.#places[target] = left - 1;
    this.served.push(call);
    void this.#hold(target, call);
    return true;
  }

  async #hold(target: number, { holdMs }: Call): Promise<void> {
    await sleep(holdMs);
    this.#places[target] = (this.#places[target] ?? 0) + 1;
    this.room.freed([String(target)]);
    await sleep(0);
    this.#look();
  }

  #look(): void {
    for (const [target, places] of this.#places.entries()) {
      if (places > 0 && [...this.#waiting].some(({ targets }) => targets.includes(target))) this.leftEmpty += 1;
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

it("serves whoever waits for either of two limits as soon as one is free", async () => {
  await assert(
    asyncProperty(calls, integer({ min: 1, max: 3 }), integer({ min: 1, max: 3 }), async (all, one, other) => {
      const world = new World([one, other]);
      await world.run(all);
      expect(world.served.length + world.gaveUp).toBe(all.length);
      expect([world.room.size, world.leftEmpty]).toEqual([0, 0]);
    }),
    { numRuns: 150 },
  );
}, 60_000);

it("serves every call that is patient", async () => {
  await assert(
    asyncProperty(calls, integer({ min: 1, max: 3 }), async (all, places) => {
      const world = new World([places, 1]);
      await world.run(all.map((call) => ({ ...call, patienceMs: Infinity })));
      expect(world.served).toHaveLength(all.length);
    }),
    { numRuns: 100 },
  );
}, 60_000);
