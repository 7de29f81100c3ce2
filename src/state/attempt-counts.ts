import type { AttemptRecord, FailureKind } from "../glossary.ts";
import { addTokens, noTokens, type TokenSums } from "./token-sums.ts";

/** What attempts added up to since counting began. */
export interface AttemptStats {
  /** Calls to targets that have ended, retries and fallbacks included. */
  readonly attempts: number;
  /** Calls to targets under way at this moment. */
  readonly inFlight: number;
  /** Failed attempts by kind; a kind that never happened is not there. */
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
  /** Tokens of all attempts, failed ones included. */
  readonly tokens: Readonly<TokenSums>;
  /** Cost of the attempts whose cost is known, in USD. */
  readonly costUsd: number;
}

/** Adds attempts up. */
export class AttemptCounts {
  #inFlight = 0;
  #attempts = 0;
  #costUsd = 0;
  readonly #failures: Partial<Record<FailureKind, number>> = {};
  readonly #tokens = noTokens();

  /** Counts an attempt in. */
  begin(): void {
    this.#inFlight += 1;
  }

  /** Counts an attempt out, with what it brought. */
  end(attempt: AttemptRecord): void {
    const { failure, usage, costUsd } = attempt;
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    this.#attempts += 1;
    if (failure !== undefined) this.#failures[failure] = (this.#failures[failure] ?? 0) + 1;
    if (costUsd !== undefined) this.#costUsd += costUsd;
    if (usage !== undefined) addTokens(this.#tokens, usage);
  }

  /** What was counted so far, as a copy. */
  stats(): AttemptStats {
    return {
      attempts: this.#attempts,
      inFlight: this.#inFlight,
      failures: { ...this.#failures },
      tokens: { ...this.#tokens },
      costUsd: this.#costUsd,
    };
  }
}
