import type { Claim, Entry, Refusal } from "./admission.ts";
import { maxUsd } from "../config/quantities.ts";
import { BudgetSpentError } from "../errors.ts";
import type { AttemptRecord, FailureKind, Price, Usage } from "../glossary.ts";
import type { ExplainedBudget } from "../plan/explain.ts";
import { costOf } from "../record/cost.ts";
import type { BudgetAccount, BudgetWindow } from "../state/budget-account.ts";
import type { Account, Refused } from "../stores/store.ts";
import { worstCaseUsd } from "./worst-case.ts";

/** What a claim is made on. */
export interface ClaimInput {
  readonly account: BudgetAccount;
  /** What the target costs, or is taken to cost. */
  readonly price: Price;
  /** By the store's clock, in ms since the epoch. */
  readonly now: number;
}

/** What an attempt takes of one budget: before it the most that it may cost, after it what it did cost. */
export class BudgetClaim implements Claim {
  readonly account: Account;
  readonly #entry: Entry;
  readonly #budget: BudgetAccount;
  readonly #window: BudgetWindow;
  readonly #price: Price;
  readonly #now: number;

  constructor(entry: Entry, { account, price, now }: ClaimInput) {
    const { lenient, maxOutputTokens } = account.budget;
    this.#entry = entry;
    this.#budget = account;
    this.#price = price;
    this.#now = now;
    this.#window = account.windowAt(now);
    // A budget that only warns holds nothing: it hears what was spent.
    const amount = lenient ? 0 : countable(worstCaseUsd(entry, price, maxOutputTokens));
    this.account = account.take(this.#window, amount);
  }

  used(attempt: AttemptRecord): number | undefined {
    const costUsd = attempt.costUsd ?? costOf(attempt.usage, this.#price) ?? this.#unreported(attempt);
    return costUsd === undefined ? undefined : countable(costUsd);
  }

  began(): void {
    this.#window.heldUsd += this.account.amount;
  }

  ended(): void {
    this.#window.heldUsd = Math.max(0, this.#window.heldUsd - this.account.amount);
  }

  tell(left: number, now: number): void {
    this.#budget.heard(this.#window, left, now);
  }

  explained(left: number | undefined): ExplainedBudget {
    const { budget, tags } = this.#budget;
    const { name, limitUsd, maxOutputTokens, lenient, downgradeTo } = budget;
    const mayCostUsd = countable(worstCaseUsd(this.#entry, this.#price, maxOutputTokens));
    const isPaid = left === undefined || mayCostUsd <= left;
    const otherwise = lenient ? "let through" : downgradeTo === undefined ? "refused" : "downgraded";
    return {
      budget: name,
      tags,
      target: this.#entry.target.id,
      limitUsd,
      leftUsd: left,
      mayCostUsd,
      resetsAt: this.#budget.resetsAt(this.#window, this.#now),
      outcome: isPaid ? "paid" : otherwise,
    };
  }

  refusal({ left, refusedBy = 0, retryAt = Infinity, now }: Refused): Refusal {
    const { budget } = this.#budget;
    const window = this.#window;
    const resetsAt = this.#resetsAt(retryAt, now);
    this.#budget.heard(window, left[refusedBy] ?? 0, now);
    if (this.#entry.isHedge !== true) this.#budget.tellSpent(window, resetsAt);
    const spent = this.#budget.spent(window, resetsAt);
    const { amount } = this.account;
    const words = `the budget "${budget.name}" has ${usd(Math.max(0, left[refusedBy] ?? 0))} left of ${usd(budget.limitUsd)}, and the call may cost ${usd(amount)}`;
    return {
      refused: true,
      reason: "budget_spent",
      detail: words,
      downgradeTo: budget.downgradeTo,
      downgraded: ({ request: { requestId }, tier }) => this.#budget.tellDowngrade({ requestId, from: tier, resetsAt }),
      error: (attempts) => {
        const possible = amount <= budget.limitUsd;
        const retryAfterMs = possible ? Math.max(0, resetsAt - now) : undefined;
        const smaller = budget.limitUsd === 0 ? "It pays nothing at all." : "Set a lower max_tokens.";
        const advice = possible ? `It resets at ${new Date(resetsAt).toISOString()}.` : smaller;
        return new BudgetSpentError(`Not sent: ${words}. ${advice}`, spent, { attempts, retryAfterMs });
      },
    };
  }

  // A rolling window lets go bit by bit: the store knows when it is enough.
  #resetsAt(retryAt: number, now: number): number {
    const isRolling = this.#budget.budget.timeZone === undefined;
    return isRolling && retryAt < Infinity ? retryAt : this.#budget.resetsAt(this.#window, now);
  }

  // Nobody said what it cost. An answer may have cost all that was held; a provider that refused does not charge.
  #unreported({ failure, status = 200 }: AttemptRecord): number | undefined {
    if (failure === undefined) return undefined;
    const isServed = status < 300 && workedOn.has(failure);
    return isServed ? costOf(promptOnly(this.#entry.promptTokens()), this.#price) : 0;
  }
}

// The provider may have begun, and charges the prompt then.
const workedOn: ReadonlySet<FailureKind> = new Set(["timeout", "aborted", "invalid_response", "stream_interrupted"]);

function promptOnly(promptTokens: number): Usage {
  const none = { completionTokens: 0, cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  return { promptTokens, totalTokens: promptTokens, ...none };
}

/** What a store can count. */
function countable(costUsd: number): number {
  return Math.min(Math.max(0, costUsd), maxUsd);
}

function usd(amount: number): string {
  // Without zeros at its end. `toLocaleString` takes longer than all the rest of a call that is refused.
  return `$${Number(amount.toFixed(amount < 1 ? 6 : 2))}`;
}
