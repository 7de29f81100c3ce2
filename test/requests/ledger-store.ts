import { setTimeout } from "node:timers/promises";
import { memoryStore, type Store, type TakeRequest, type TakeResult } from "../../src/index.ts";

/** A store in memory that writes down what it was asked, and answers late if it is told to. */
export interface LedgerStore extends Store {
  /** Every granted hold → how often it was settled. */
  readonly holds: ReadonlyMap<string, { readonly taken: readonly number[]; readonly settled: (readonly number[])[] }>;
  /** How often it was asked to take for a hold. */
  readonly takes: number;
}

/** @param lateMs - how long each answer takes, in ms; undefined answers at once */
export function ledgerStore(lateMs?: () => number): LedgerStore {
  const books = memoryStore();
  const holds = new Map<string, { taken: readonly number[]; settled: (readonly number[])[] }>();
  let takes = 0;
  const late = <T>(answer: () => T): T | Promise<T> =>
    lateMs === undefined ? answer() : setTimeout(lateMs()).then(answer);

  function take(request: TakeRequest): TakeResult {
    const result = books.take(request);
    if (request.hold === undefined) return result;
    takes += 1;
    const taken = request.accounts.map(({ amount }) => amount);
    if (result.granted) holds.set(request.hold, { taken, settled: [] });
    return result;
  }

  function settle(hold: string, used: readonly number[]): readonly number[] | undefined {
    holds.get(hold)?.settled.push(used);
    return books.settle(hold, used);
  }

  return {
    name: "ledger",
    take: (request) => late(() => take(request)),
    settle: (hold, used) => late(() => settle(hold, used)),
    note: (key, value, ttlMs) => late(() => books.note(key, value, ttlMs)),
    holds,
    get takes() {
      return takes;
    },
  };
}
