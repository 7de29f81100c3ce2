import type { LeftOut, TargetView } from "../glossary.ts";

/** Who may not have break-glass targets called. */
export type GlassKeptFrom = "classifier" | "batch";

/** What is known of a call that decides on break-glass targets. */
export interface GlassRules {
  /** Id of the target that the caller named. */
  readonly named?: string | undefined;
  /** Undefined for a call that may break the glass. */
  readonly glassKeptFrom?: GlassKeptFrom | undefined;
}

const words: Readonly<Record<GlassKeptFrom, string>> = {
  classifier: "is kept for emergencies, and the call is a classifier's",
  batch: "is kept for emergencies, and nobody waits for the calls of a batch",
};

/** Why a break-glass target may not serve a call; undefined when it may, or is none. A batch may name one, a classifier not even that. */
export function glassKept(target: TargetView, { named, glassKeptFrom }: GlassRules): LeftOut | undefined {
  if (!target.breakGlass || glassKeptFrom === undefined) return undefined;
  if (glassKeptFrom === "batch" && target.id === named) return undefined;
  return { target: target.id, reason: "break_glass", detail: words[glassKeptFrom] };
}

/** The targets for every day, and those for emergencies. One that the caller named is for this call like any other. */
export function splitAtGlass(
  targets: readonly TargetView[],
  { named }: GlassRules,
): { readonly usual: readonly TargetView[]; readonly behindGlass: readonly TargetView[] } {
  const isBehind = ({ breakGlass, id }: TargetView): boolean => breakGlass && id !== named;
  return { usual: targets.filter((target) => !isBehind(target)), behindGlass: targets.filter(isBehind) };
}
