/** How a second attempt ended: it gave the answer, the slow one did, it failed, or the call ended without an answer of either. */
export type HedgeOutcome = "won" | "outrun" | "failed" | "gave_up";

/**
 * Why no second attempt was made beside a slow one: `maxExtraLoad` or the retry budget allowed no more, a limit or a budget said no, or no other
 * target could serve.
 */
export type HedgeRefusal = "load" | "limits" | "no_target";

/** How second attempts beside slow ones went since counting began. */
export interface HedgeStats {
  /** Second attempts that were made. */
  readonly started: number;
  /** Of these, those that gave the answer. */
  readonly won: number;
  /** Those that the slow attempt outran after all. */
  readonly outrun: number;
  /** Those that failed. */
  readonly failed: number;
  /** Those that were given up: the call ended without an answer of either. */
  readonly gaveUp: number;
  /** How often none was made though an attempt was slow: by `load`, `limits` (budgets too), or because there was `no_target`. */
  readonly refused: Readonly<Record<HedgeRefusal, number>>;
}

// So many may be saved up while nothing is slow, and made at once when something is.
const mostSaved = 10;

/**
 * Bounds and counts second attempts. Each call of a tier that could have one earns its share of one, and each one that is
 * made takes a whole: so they are never more than that share of the calls since the beginning.
 */
export class Hedges {
  /** By tier: what was earned and not used. */
  readonly #saved = new Map<string, number>();
  readonly #ended: Record<HedgeOutcome, number> = { won: 0, outrun: 0, failed: 0, gave_up: 0 };
  readonly #refused: Record<HedgeRefusal, number> = { load: 0, limits: 0, no_target: 0 };
  #started = 0;

  /** A call that could have a second attempt was made in a tier that allows so many of them, 0–1. */
  earn(tier: string, share: number): void {
    this.#saved.set(tier, Math.min(mostSaved, this.#savedIn(tier) + share));
  }

  /** Whether a tier may make one now. */
  maySpend(tier: string): boolean {
    return this.#savedIn(tier) >= whole;
  }

  /** Takes one; false when there is none. */
  take(tier: string): boolean {
    if (!this.maySpend(tier)) return false;
    this.#saved.set(tier, Math.max(0, this.#savedIn(tier) - 1));
    return true;
  }

  /** It was not made after all. */
  giveBack(tier: string): void {
    this.earn(tier, 1);
  }

  refused(why: HedgeRefusal): void {
    this.#refused[why] += 1;
  }

  started(): void {
    this.#started += 1;
  }

  ended(outcome: HedgeOutcome): void {
    this.#ended[outcome] += 1;
  }

  /** What was counted so far, as a copy. */
  stats(): HedgeStats {
    const { won, outrun, failed, gave_up: gaveUp } = this.#ended;
    return { started: this.#started, won, outrun, failed, gaveUp, refused: { ...this.#refused } };
  }

  #savedIn(tier: string): number {
    return this.#saved.get(tier) ?? 0;
  }
}

// Ten times 0.1 adds up to a little less than 1.
const whole = 1 - 1e-9;
