import type { Assigned } from "./experiment.ts";

/** The side of an experiment that a request would be on. */
export interface ExplainedExperiment {
  /** Name of the experiment. */
  readonly experiment: string;
  /** The side that the call would be on. */
  readonly variant: string;
  /** False when it would be drawn by lot: the call itself may be on another side. */
  readonly isSticky: boolean;
}

/** As an explanation has it. */
export function explainExperiment(assigned: Assigned | undefined): { readonly experiment?: ExplainedExperiment } {
  if (assigned === undefined) return {};
  const { experiment, variant, isSticky } = assigned;
  return { experiment: { experiment: experiment.name, variant: variant.name, isSticky } };
}

/** In words. */
export function describeExperiment(assigned: Assigned | undefined): readonly string[] {
  if (assigned === undefined) return [];
  const { experiment, variant, isSticky } = assigned;
  const how = isSticky ? `by ${experiment.by}` : `by lot, as the call has no ${experiment.by}`;
  return [`On the side "${variant.name}" of the experiment "${experiment.name}", ${how}.`];
}
