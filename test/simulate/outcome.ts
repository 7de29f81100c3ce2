import type { properties, Violation } from "./properties.ts";

/** What a worker is asked to play. */
export interface Asked {
  readonly seed: number;
  /** Breaks this property afterwards, to see that it is found. */
  readonly spoil?: keyof typeof properties | undefined;
  /** Gives all that was told, not only what has to do with a violation. */
  readonly whole?: boolean | undefined;
}

/** What a worker says of a schedule that it played. */
export interface Outcome {
  readonly seed: number;
  readonly calls: number;
  readonly requests: number;
  /** Virtual time that it took. */
  readonly elapsedMs: number;
  /** The first property that does not hold. */
  readonly violation: Violation | undefined;
  /** All of them. */
  readonly broken: readonly Violation["property"][];
  /** The events that have to do with it. */
  readonly log: readonly string[];
}
