import type { ResolvedBudget } from "../config/resolved.ts";
import type { SpentBudget } from "../spent-budget.ts";
import type { RouterEvents } from "../events.ts";
import { Calendar } from "../lib/calendar.ts";
import type { Emitter } from "../lib/emitter.ts";
import type { Account } from "../stores/store.ts";

/** How long rolling windows are, in ms. */
const rollingMs = { hour: 3_600_000, day: 86_400_000, month: 30 * 86_400_000 } as const;

/** One window of time of a budget, and what is known of it here. */
export class BudgetWindow {
  /** Its account in the store. */
  readonly key: string;
  /** Of a rolling one: until when nothing is told twice. In ms since the epoch. */
  endsAt: number;
  /** What was spent when the store was last heard, in USD. */
  spentUsd = 0;
  /** How many of `warnAt` were told. */
  told = 0;
  toldSpent = false;
  readonly #held: { usd: number };

  /** @param before - the same budget's as it was configured before: of the same account the calls in flight hold the same */
  constructor(key: string, endsAt: number, before: BudgetWindow | undefined) {
    this.key = key;
    this.endsAt = endsAt;
    this.#held = before?.key === key ? before.#held : { usd: 0 };
  }

  /** What calls of this process hold, in USD. */
  get heldUsd(): number {
    return this.#held.usd;
  }

  set heldUsd(usd: number) {
    this.#held.usd = usd;
  }
}

/** What a budget counts in: one account for all of its calls, or for those with the same values of its tags. */
export class BudgetAccount {
  readonly budget: ResolvedBudget;
  readonly tags: Readonly<Record<string, string>>;
  readonly #events: Emitter<RouterEvents>;
  readonly #calendar: Calendar | undefined;
  readonly #name: string;
  #window: BudgetWindow | undefined;
  #before: BudgetWindow | undefined;

  constructor(budget: ResolvedBudget, tags: Readonly<Record<string, string>>, events: Emitter<RouterEvents>) {
    const { name, per, timeZone } = budget;
    this.budget = budget;
    this.tags = tags;
    this.#events = events;
    this.#calendar = timeZone === undefined ? undefined : new Calendar(per, timeZone);
    const values = Object.values(tags).map((value) => `:${encodeURIComponent(value)}`);
    this.#name = `budget:${encodeURIComponent(name)}${values.join("")}:${per}`;
  }

  /** The same budget was configured otherwise before: calls that are in flight may hold something of it. */
  follow(before: BudgetAccount | undefined): void {
    if (before !== undefined) this.#before = before.#window;
  }

  /** The window of a time by the store's clock, in ms since the epoch. */
  windowAt(now: number): BudgetWindow {
    const held = this.#window;
    if (held !== undefined && now < held.endsAt) return held;
    const endsAt = this.#calendar?.endAfter(now) ?? now + rollingMs[this.budget.per];
    if (held !== undefined && this.#calendar === undefined) return Object.assign(held, { ...untold, endsAt });
    const key = this.#calendar === undefined ? this.#name : `${this.#name}:${new Date(endsAt).toISOString()}`;
    this.#window = new BudgetWindow(key, endsAt, this.#before);
    this.#before = undefined;
    return this.#window;
  }

  /** When the window ends; of a rolling one, when all that was spent until now has left it. In ms since the epoch. */
  resetsAt({ endsAt }: BudgetWindow, now: number): number {
    return this.#calendar === undefined ? now + rollingMs[this.budget.per] : endsAt;
  }

  /** The window's account in the store, and how much of it to take, in USD. */
  take({ key, endsAt }: BudgetWindow, amount: number): Account {
    const { limitUsd: limit, per } = this.budget;
    return this.#calendar === undefined
      ? { kind: "rolling", key, limit, amount, windowMs: rollingMs[per] }
      : { kind: "window", key, limit, amount, endsAt };
  }

  /** The store has said what is left, in USD. */
  heard(window: BudgetWindow, left: number, now: number): void {
    // Of a window that is over nothing is left, and nothing is to be told.
    if (now >= window.endsAt && this.#calendar !== undefined) return;
    const { limitUsd, warnAt } = this.budget;
    window.spentUsd = Math.max(0, rounded(limitUsd - left - window.heldUsd));
    const resetsAt = this.resetsAt(window, now);
    const share = limitUsd === 0 ? 1 : window.spentUsd / limitUsd;
    for (let at = warnAt[window.told]; at !== undefined && share >= at; at = warnAt[window.told]) {
      window.told += 1;
      this.#events.emit("budget:low", { ...this.spent(window, resetsAt), share });
    }
    if (share >= 1) this.tellSpent(window, resetsAt);
  }

  /** Tells, once a window, that nothing is left, or too little for a call. */
  tellSpent(window: BudgetWindow, resetsAt: number): void {
    if (window.toldSpent) return;
    window.toldSpent = true;
    this.#events.emit("budget:spent", this.spent(window, resetsAt));
  }

  tellDowngrade(entry: { readonly requestId: string; readonly from: string; readonly resetsAt: number }): void {
    const { name: budget, downgradeTo: to = "" } = this.budget;
    this.#events.emit("budget:downgrade", { ...entry, budget, to });
  }

  spent({ spentUsd }: BudgetWindow, resetsAt: number): SpentBudget {
    const { name, limitUsd } = this.budget;
    return { budget: name, tags: this.tags, limitUsd, spentUsd, resetsAt };
  }
}

const untold = { told: 0, toldSpent: false };

// Stores count in billionths, too.
function rounded(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}
