import type { RoutingRequest, TargetState, TargetView } from "./glossary.ts";

/** Orders the targets of a tier. */
export interface Strategy {
  readonly name: string;
  /** Returns the same targets in the order in which they are to be tried. Must not change its input. */
  order(targets: readonly TargetView[], context: StrategyContext): readonly TargetView[];
}

/** What a strategy may look at. */
export interface StrategyContext {
  readonly request: RoutingRequest;
  /** A number in [0, 1): the only randomness a strategy uses, so that plans can be repeated. */
  random(): number;
  stateOf(target: TargetView): TargetState;
}
