import { Calendar } from "../lib/calendar.ts";
import type { BudgetPeriod } from "../options.ts";

/** What may be spent on shadows: what one may cost is held before it, and settled after it. Of this process alone. */
export class ShadowBudget {
  readonly #limitUsd: number;
  readonly #calendar: Calendar;
  #endsAt = 0;
  #spentUsd = 0;
  #heldUsd = 0;

  constructor(limitUsd: number, per: BudgetPeriod) {
    this.#limitUsd = limitUsd;
    this.#calendar = new Calendar(per, "UTC");
  }

  get spentUsd(): number {
    this.#turn();
    return this.#spentUsd;
  }

  /** Holds so much. False when that is more than is left. */
  hold(usd: number): boolean {
    this.#turn();
    if (this.#spentUsd + this.#heldUsd + usd > this.#limitUsd) return false;
    this.#heldUsd += usd;
    return true;
  }

  /** What was held did cost so much. */
  settle(heldUsd: number, usd: number): void {
    this.#turn();
    this.#heldUsd -= heldUsd;
    this.#spentUsd += usd;
  }

  // What is in flight when a window ends counts in the next one, when its cost is known.
  #turn(): void {
    const now = Date.now();
    if (now < this.#endsAt) return;
    this.#endsAt = this.#calendar.endAfter(now);
    this.#spentUsd = 0;
  }
}
