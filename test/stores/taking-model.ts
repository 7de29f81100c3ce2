import * as fc from "fast-check";
import type { Account, Store } from "../../src/stores/store.ts";

/** Something that happens to a store. Amounts are in hundredths, so that the model can count in whole numbers. */
export type Happening =
  | { readonly what: "take"; readonly hold: number; readonly amounts: readonly number[]; readonly leaseMs: number }
  | { readonly what: "settle"; readonly hold: number; readonly used: readonly number[] }
  | { readonly what: "wait"; readonly ms: number };

/** What the accounts of the model are called, with their limits in hundredths. */
const limits = { window: 500, freed: 300, rolling: 400, slots: 200 } as const;

const names = Object.keys(limits) as (keyof typeof limits)[];
const windowMs = 6_000;
const sliceMs = windowMs / 60;

/** The accounts for these amounts. */
export function accountsFor(amounts: readonly number[], endsAt: number): readonly Account[] {
  const [window = 0, freed = 0, rolling = 0, slots = 0] = amounts.map((amount) => amount / 100);
  return [
    { kind: "window", key: "window", limit: limits.window / 100, amount: window, endsAt },
    { kind: "window", key: "freed", limit: limits.freed / 100, amount: freed, endsAt, onLapse: "freed" },
    { kind: "rolling", key: "rolling", limit: limits.rolling / 100, amount: rolling, windowMs },
    { kind: "slots", key: "slots", limit: limits.slots / 100, amount: slots },
  ];
}

const amounts = fc.array(fc.integer({ min: 0, max: 220 }), { minLength: 4, maxLength: 4 });
const holds = fc.integer({ min: 0, max: 12 });

/** Schedules of what happens. */
export const schedules: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    fc.record({
      what: fc.constant("take" as const),
      hold: holds,
      amounts,
      leaseMs: fc.integer({ min: 1, max: 4_000 }),
    }),
    fc.record({ what: fc.constant("settle" as const), hold: holds, used: amounts }),
    fc.record({ what: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  ),
  { maxLength: 60 },
);

interface ModelHold {
  readonly takenAt: number;
  readonly endsAt: number;
  readonly amounts: readonly number[];
  used: readonly number[] | undefined;
}

/** The plainest store there could be: it remembers every hold, and adds all of them up each time. */
export class TakingModel {
  readonly #holds = new Map<number, ModelHold>();

  /** Whether it is granted. */
  take({ hold: id, amounts: wanted, leaseMs }: Happening & { what: "take" }, now: number): boolean {
    if (this.#holds.has(id)) return true;
    const left = this.left(now);
    if (wanted.some((amount, at) => amount > 0 && amount > (left[at] ?? 0))) return false;
    this.#holds.set(id, { takenAt: now, endsAt: now + leaseMs, amounts: wanted, used: undefined });
    return true;
  }

  /** Whether there was anything to settle. */
  settle({ hold: id, used }: Happening & { what: "settle" }): boolean {
    const held = this.#holds.get(id);
    if (held === undefined || held.used !== undefined) return false;
    held.used = used;
    return true;
  }

  /** In hundredths. */
  left(now: number): readonly number[] {
    return names.map((name, at) => {
      let left: number = limits[name];
      for (const held of this.#holds.values()) left -= countOf(name, held, { at, now });
      return left;
    });
  }
}

function countOf(name: keyof typeof limits, held: ModelHold, { at, now }: { at: number; now: number }): number {
  const amount = held.amounts[at] as number;
  const used = held.used?.[at];
  const afterLease = now >= held.endsAt ? 0 : amount;
  if (name === "slots") return used === undefined ? afterLease : 0;
  if (name === "freed") return used ?? afterLease;
  return name === "rolling" && isGone(held, now) ? 0 : (used ?? amount);
}

function isGone({ takenAt }: ModelHold, now: number): boolean {
  return Math.floor(now / sliceMs) > Math.floor(takenAt / sliceMs) + 60;
}

/** A store beside the model of it. */
export interface Pair {
  readonly store: Store;
  readonly model: TakingModel;
  accountsOf(amounts: readonly number[]): readonly Account[];
  now(): number;
  wait(ms: number): void;
}

/** What both say to what happens, and what is left then, in hundredths. */
export async function happen(happening: Happening, pair: Pair): Promise<{ store: unknown; model: unknown }> {
  const { store, model, accountsOf, now } = pair;
  const said = await bothTo(happening, pair);
  const { left } = await store.take({ accounts: accountsOf([]) });
  return {
    store: [said.store, ...left.map((amount) => Math.round(1e9 * amount))],
    model: [said.model, ...model.left(now()).map((hundredths) => 1e7 * hundredths)],
  };
}

async function bothTo(happening: Happening, { store, model, accountsOf, now, wait }: Pair) {
  if (happening.what === "wait") {
    wait(happening.ms);
    return { store: undefined, model: undefined };
  }
  const hold = `h${happening.hold}`;
  if (happening.what === "settle") {
    const used = happening.used.map((amount) => amount / 100);
    const left = await store.settle(hold, used);
    return { store: left !== undefined, model: model.settle(happening) };
  }
  const { granted } = await store.take({ hold, leaseMs: happening.leaseMs, accounts: accountsOf(happening.amounts) });
  return { store: granted, model: model.take(happening, now()) };
}
