import type { AccountSource, Admission, Claim, Entry, Refusal } from "./admission.ts";
import { BudgetClaim } from "./budget-claim.ts";
import type { ResolvedBudget } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { Emitter } from "../lib/emitter.ts";
import { LruMap } from "../lib/lru-map.ts";
import type { ExplainedBudget } from "../plan/explain.ts";
import { BudgetAccount } from "../state/budget-account.ts";

/** What is left of a budget. */
export interface BudgetState {
  /** Its name. */
  readonly budget: string;
  /** Tag → value, where each value of a tag has the limit for itself. */
  readonly tags: Readonly<Record<string, string>>;
  /** The most that may be spent in one window, in USD. */
  readonly limitUsd: number;
  /** What was spent in this window, in USD. What calls of other processes hold at the moment counts as spent. */
  readonly spentUsd: number;
  /** What calls of this process that are in flight hold, in USD. */
  readonly heldUsd: number;
  /** When the window ends, in ms since the epoch; of a rolling one, when all that was spent until now has left it. */
  readonly resetsAt: number;
}

// Values of tags are the callers': so many of each budget are remembered here; the store forgets none.
const mostValues = 1_000;

const noTags: Readonly<Record<string, string>> = Object.freeze({});

/** All budgets of a router: what a call has to take of them, and how they stand. */
export class Budgets implements AccountSource {
  readonly #accounts: readonly Accounts[];

  /** @param before - as they were configured before, where calls under those may be in flight */
  constructor(budgets: ReadonlyMap<string, ResolvedBudget>, events: Emitter<RouterEvents>, before?: Budgets) {
    this.#accounts = [...budgets.values()].map((budget) => {
      const accounts = new Accounts(budget, events);
      accounts.follow(before === undefined ? undefined : before.#named(budget.name));
      return accounts;
    });
  }

  get size(): number {
    return this.#accounts.length;
  }

  claims(entry: Entry, now: number): readonly Claim[] | Refusal {
    const claims: BudgetClaim[] = [];
    for (const accounts of this.#accounts) {
      const account = accounts.of(entry);
      if (account === undefined) continue;
      const claim = claimOf(entry, account, now);
      if (claim !== undefined) claims.push(claim);
      else if (!account.budget.lenient) return priceless(account.budget.name);
    }
    return claims;
  }

  /** What attempts would take of the budgets that are for them, and what would come of it. Takes nothing. */
  async outlook(entries: readonly Entry[], admission: Admission): Promise<readonly ExplainedBudget[]> {
    const now = admission.now();
    const claims = entries.flatMap((entry) => {
      const accounts = this.#accounts.map((one) => one.of(entry)).filter((account) => account !== undefined);
      return accounts.map((account) => claimOf(entry, account, now)).filter((claim) => claim !== undefined);
    });
    const keys = [...new Set(claims.map(({ account }) => account.key))];
    const read = keys.flatMap((key) => claims.find(({ account }) => account.key === key)?.account ?? []);
    const left = await admission.look(read);
    return claims.map((claim) => claim.explained(left?.[keys.indexOf(claim.account.key)]));
  }

  /** How every budget stands: those whose tags have values of their own, for the values that were seen here lately. */
  async states(admission: Admission): Promise<readonly BudgetState[]> {
    const now = admission.now();
    const seen = this.#accounts.flatMap((accounts) => accounts.seen());
    const left = await admission.look(seen.map((account) => account.take(account.windowAt(now), 0)));
    return seen.map((account, at) => stateOf(account, now, left?.[at]));
  }

  #named(name: string): Accounts | undefined {
    return this.#accounts.find((accounts) => accounts.name === name);
  }
}

/** The accounts of one budget. */
class Accounts {
  readonly #budget: ResolvedBudget;
  readonly #events: Emitter<RouterEvents>;
  /** By the values of the tags. */
  readonly #byValues = new LruMap<string, BudgetAccount>(mostValues);
  readonly #only: BudgetAccount | undefined;
  #before: Accounts | undefined;

  constructor(budget: ResolvedBudget, events: Emitter<RouterEvents>) {
    this.#budget = budget;
    this.#events = events;
    if (budget.tags.every(([, value]) => value !== "*")) this.#only = new BudgetAccount(budget, noTags, events);
  }

  get name(): string {
    return this.#budget.name;
  }

  /** The same budget was configured otherwise before. */
  follow(before: Accounts | undefined): void {
    if (before === undefined) return;
    this.#before = before;
    this.#only?.follow(before.#only);
    // What was before that is over by now, as a rule.
    before.#before = undefined;
  }

  /** The account that an attempt takes from; `undefined` when the budget is not for it. */
  of({ request, tier, target }: Entry): BudgetAccount | undefined {
    const { tags = noTags } = request.hints;
    const budget = this.#budget;
    if (budget.tier !== undefined && budget.tier !== tier) return undefined;
    if (budget.target !== undefined && budget.target !== target.id) return undefined;
    const isFor = budget.tags.every(([tag, value]) => (value === "*" ? tags[tag] !== undefined : tags[tag] === value));
    return isFor ? (this.#only ?? this.#ofValues(tags)) : undefined;
  }

  seen(): readonly BudgetAccount[] {
    return this.#only === undefined ? this.#byValues.values() : [this.#only];
  }

  #ofValues(tags: Readonly<Record<string, string>>): BudgetAccount {
    const own = this.#budget.tags.filter(([, value]) => value === "*").map(([tag]) => [tag, tags[tag] ?? ""] as const);
    const key = JSON.stringify(own);
    const known = this.#byValues.get(key);
    if (known !== undefined) return known;
    const account = new BudgetAccount(this.#budget, Object.fromEntries(own), this.#events);
    if (this.#before !== undefined) account.follow(this.#before.#byValues.get(key));
    this.#byValues.set(key, account);
    return account;
  }
}

function claimOf(entry: Entry, account: BudgetAccount, now: number): BudgetClaim | undefined {
  const price = entry.target.price ?? account.budget.assumedPrice;
  return price === undefined ? undefined : new BudgetClaim(entry, { account, price, now });
}

function stateOf(account: BudgetAccount, now: number, left: number | undefined): BudgetState {
  const window = account.windowAt(now);
  if (left !== undefined) account.heard(window, left, now);
  return { ...account.spent(window, account.resetsAt(window, now)), heldUsd: window.heldUsd };
}

function priceless(budget: string): Refusal {
  const detail = `its price is not known, and the budget "${budget}" is for it: add it to prices, or set assumedPrice`;
  return { refused: true, reason: "price_unknown", detail };
}
