import type { ResolvedTarget } from "../config/resolved.ts";
import type { Awaitable } from "../glossary.ts";
import type { Hold } from "../admit/hold.ts";
import type { HedgeOutcome } from "../state/hedges.ts";
import type { Turn } from "./turn.ts";

/** Lets one attempt of a call be made beside another. */
export interface Hedging {
  /** Whether a hedge may go to a target of the chain. */
  allows(target: ResolvedTarget): boolean;
  /**
   * Takes what a hedge at a target may need; false when that is refused. No other is made in this call then.
   * @param turn - whose target it is
   */
  admit(turn: Turn): Awaitable<Hold | undefined | false>;
  /** It was let in, and is not made after all. */
  giveBack(): void;
  /** There was nowhere to go. */
  noTarget(): void;
  started(hedge: Hedge): void;
  ended(hedge: Hedge, outcome: HedgeOutcome): void;
}

/** A second attempt beside a slow one. */
export interface Hedge {
  /** The slow target. */
  readonly from: ResolvedTarget;
  readonly to: ResolvedTarget;
  /** How long the slow one was waited for, in ms. */
  readonly afterMs: number;
}
