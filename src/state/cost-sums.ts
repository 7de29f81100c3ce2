import type { AttemptRecord, RouteRecord } from "../glossary.ts";
import { addTokens, noTokens, type TokenSums } from "./token-sums.ts";

/** What calls cost, added up. */
export interface CostSums {
  /** Calls that have ended, whatever their outcome. */
  readonly calls: number;
  /** Calls that were served but whose cost is unknown in whole or part: `costUsd` is too low by these. */
  readonly unpricedCalls: number;
  /** Calls with tokens that were estimated, as their provider reported none: so much of `costUsd` is an estimate. */
  readonly estimatedCalls: number;
  /** Tokens of all attempts, failed ones included. */
  readonly tokens: Readonly<TokenSums>;
  /** Cost of all attempts whose cost is known, failed ones included, in USD. */
  readonly costUsd: number;
  /** What the baseline would have cost for the same tokens, in USD; over the calls where both costs are known. */
  readonly baselineUsd: number;
  /** `baselineUsd` less what those calls cost, in USD. */
  readonly savedUsd: number;
}

/** Adds up what calls cost. */
export class CostCounts {
  #calls = 0;
  #unpriced = 0;
  #estimated = 0;
  #costUsd = 0;
  #baselineUsd = 0;
  #savedUsd = 0;
  readonly #tokens = noTokens();

  /** Counts a call, without its tokens and its cost: these are those of its attempts. */
  addCall(record: RouteRecord): void {
    const { costUsd, savedUsd, attempts } = record;
    this.#calls += 1;
    if (isUnpriced(record)) this.#unpriced += 1;
    if (attempts.some(({ usage }) => usage?.estimated === true)) this.#estimated += 1;
    if (savedUsd === undefined || costUsd === undefined) return;
    this.#savedUsd += savedUsd;
    this.#baselineUsd += savedUsd + costUsd;
  }

  /** Adds the tokens and the cost of an attempt. */
  addAttempt({ usage, costUsd }: AttemptRecord): void {
    if (usage !== undefined) addTokens(this.#tokens, usage);
    if (costUsd !== undefined) this.#costUsd += costUsd;
  }

  /** Counts an attempt that is no call's, with its tokens and its cost. */
  addAlone(attempt: AttemptRecord): void {
    const { usage, costUsd } = attempt;
    this.#calls += 1;
    if (usage !== undefined && costUsd === undefined) this.#unpriced += 1;
    if (usage?.estimated === true) this.#estimated += 1;
    this.addAttempt(attempt);
  }

  /** What was added up so far, as a copy. */
  sums(): CostSums {
    return {
      calls: this.#calls,
      unpricedCalls: this.#unpriced,
      estimatedCalls: this.#estimated,
      tokens: { ...this.#tokens },
      costUsd: this.#costUsd,
      baselineUsd: this.#baselineUsd,
      savedUsd: this.#savedUsd,
    };
  }
}

/** What is left of a whole without its parts. */
export function rest(whole: CostSums, parts: readonly CostSums[]): CostSums {
  const left = { ...whole, tokens: { ...whole.tokens } };
  for (const part of parts) {
    left.calls -= part.calls;
    left.unpricedCalls -= part.unpricedCalls;
    left.estimatedCalls -= part.estimatedCalls;
    left.costUsd -= part.costUsd;
    left.baselineUsd -= part.baselineUsd;
    left.savedUsd -= part.savedUsd;
    addTokens(left.tokens, part.tokens, -1);
  }
  for (const kind of ["costUsd", "baselineUsd", "savedUsd"] as const) left[kind] = withoutNoise(left[kind]);
  return left;
}

// Sums of fractions differ in their last digits by the order of adding; a millionth of a millionth of a USD is no cost.
function withoutNoise(usd: number): number {
  const rounded = Math.round(usd * 1e12) / 1e12;
  return rounded === 0 ? 0 : rounded;
}

/** A call that no target gave anything costs nothing; that much is known. */
export function isUnpriced({ target, costUsd }: RouteRecord): boolean {
  return target !== undefined && costUsd === undefined;
}
