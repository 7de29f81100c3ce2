import type { ResolvedExperiment, ResolvedVariant } from "../config/resolved.ts";
import type { RoutingRequest } from "../glossary.ts";
import { placeOf } from "../lib/place-of.ts";

/** The side of an experiment that a call is on. */
export interface Assigned {
  readonly experiment: ResolvedExperiment;
  readonly variant: ResolvedVariant;
  /** False when it was drawn by lot: the next call may be on another side. */
  readonly isSticky: boolean;
}

/** Puts a call on a side of an experiment: always the same one for the same key, in every process, without keeping anything. */
export function assignedIn(experiment: ResolvedExperiment, request: RoutingRequest, random: () => number): Assigned {
  const key = experiment.keyOf(request);
  return key === undefined
    ? { experiment, variant: drawn(experiment, random()), isSticky: false }
    : { experiment, variant: rendezvous(experiment, key), isSticky: true };
}

/**
 * Weighted rendezvous hashing: each variant draws a number for the key, and the highest wins. When weights change, only as many keys move as
 * must: from the variants that lose weight to those that gain it.
 * @see C. Schindelhauer and G. Schomaker, "Weighted Distributed Hash Tables", SPAA 2005 (the logarithmic method)
 */
function rendezvous({ name, variants }: ResolvedExperiment, key: string): ResolvedVariant {
  const [first, ...others] = variants;
  let best = first;
  let highest = scoreOf(first, name, key);
  for (const variant of others) {
    const score = scoreOf(variant, name, key);
    if (score > highest) [best, highest] = [variant, score];
  }
  return best;
}

function scoreOf({ name, weight }: ResolvedVariant, experiment: string, key: string): number {
  return weight === 0 ? -1 : -weight / Math.log(placeOf(`${experiment}\0${key}\0${name}`));
}

function drawn({ variants }: ResolvedExperiment, random: number): ResolvedVariant {
  let left = random * variants.reduce((sum, { weight }) => sum + weight, 0);
  const [first] = variants;
  return (
    variants.find(({ weight }) => {
      left -= weight;
      return left < 0;
    }) ?? first
  );
}
