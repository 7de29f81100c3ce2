import type { RoutingRequest, TargetState, TargetView } from "./glossary.ts";

/** Orders the targets of a tier. */
export interface Strategy {
  /** What it is called where plans are explained. */
  readonly name: string;
  /** Returns the same targets in the order in which they are to be tried. Must not change its input. */
  order(targets: readonly TargetView[], context: StrategyContext): readonly TargetView[];
}

/** What a strategy may look at. */
export interface StrategyContext {
  /** The request that is planned for. */
  readonly request: RoutingRequest;
  /** A number in [0, 1): the only randomness a strategy uses, so that plans can be repeated. */
  random(): number;
  /** What is known of a target just now. */
  stateOf(target: TargetView): TargetState;
}
