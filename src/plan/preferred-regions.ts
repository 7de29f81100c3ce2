import type { TargetView } from "../glossary.ts";
import { sortByScore } from "./sort-by-score.ts";

/** Tests for regions, the most wanted first. */
export type PreferredRegions = readonly ((region: string) => boolean)[];

/** The targets by region, the most wanted first and those elsewhere last; within a region in the order in which they came. */
export function byRegion(targets: readonly TargetView[], preferred: PreferredRegions): readonly TargetView[] {
  return sortByScore(targets, ({ region }) => {
    const place = region === undefined ? -1 : preferred.findIndex((fits) => fits(region));
    return place === -1 ? Infinity : place;
  });
}
