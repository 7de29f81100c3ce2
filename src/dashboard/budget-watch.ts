import type { BudgetState } from "../admit/budgets.ts";

/** A store is asked for budgets this often at most, while somebody looks. */
const askEveryMs = 3_000;

/** Budgets as they were last heard: a store that does not answer holds nothing up. */
export class BudgetWatch {
  readonly #ask: () => Promise<readonly BudgetState[]>;
  #latest: readonly BudgetState[] | undefined;
  #askedAt = -Infinity;
  #asking = false;

  constructor(ask: () => Promise<readonly BudgetState[]>) {
    this.#ask = ask;
  }

  /** What was heard last; asks anew in the background when that is a while ago. */
  latest(): readonly BudgetState[] | undefined {
    if (!this.#asking && performance.now() - this.#askedAt >= askEveryMs) void this.refresh();
    return this.#latest;
  }

  /** Asks now. Never rejected: what can not be asked stays as it was. */
  async refresh(): Promise<void> {
    this.#asking = true;
    this.#askedAt = performance.now();
    try {
      this.#latest = await this.#ask();
    } catch {
      // The store tells of its failures by events of its own.
    } finally {
      this.#asking = false;
    }
  }
}
