import type { Chain, LeftOut, TargetView } from "../glossary.ts";
import type { Strategy, StrategyContext } from "../strategy.ts";
import { glassKept, splitAtGlass, type GlassRules } from "./break-glass.ts";
import type { SlowState } from "../state/slow-watch.ts";
import { Demands } from "./demands.ts";
import { drillKept } from "./drill-kept.ts";
import { fastFirst } from "./fast-first.ts";
import { outageOf } from "./outage.ts";
import { byRegion, type PreferredRegions } from "./preferred-regions.ts";
import { returningLast } from "./returning.ts";

/** All that a plan depends on. */
export interface PlanInput extends StrategyContext, GlassRules {
  /** The targets that may serve, in the order in which the tier names them; each of them once. */
  readonly targets: readonly TargetView[];
  readonly strategy: Strategy;
  /** Targets of these regions go before all others, whatever the strategy says. */
  readonly preferredRegions?: PreferredRegions | undefined;
  /** The time of planning, in ms since the epoch. */
  readonly now: number;
  /** Id of the target that a drill keeps the call off: it is planned as though that were out. */
  readonly drilled?: string | undefined;
  /** Ids of targets that an experiment wants first, in this order. */
  readonly leads?: readonly string[] | undefined;
  /** Estimates the tokens of the prompt; asked once, and only when a target declares its context window. */
  promptTokens(): number;
  /** Which targets are slow in the tier at this moment; undefined where nobody watches. */
  readonly slowOf?: ((target: TargetView) => SlowState | undefined) | undefined;
}

/**
 * Plans one request: which targets to try, in which order, and which to leave out and why.
 *
 * Pure: the same input gives the same chain, and nothing is called or changed. When all targets that could serve can
 * not be called now, the chain is the one that is due first, as a last resort. When no target could ever serve the
 * request, the chain is empty. Targets that were slow lately come last, and the target of the hints, if it is in the
 * chain, comes first, whatever the strategy says. Break-glass targets come after all others, and the strategy does not see them.
 *
 * @throws what the strategy throws
 */
export function plan(input: PlanInput): Chain {
  const leftOut: LeftOut[] = [];
  const demands = new Demands(input.request, () => input.promptTokens());
  const fit = keep(input.targets, leftOut, (target) => demands.unmetBy(target) ?? keptOut(target, input));
  const ready = keep(fit, leftOut, (target) => outageOf(target, input.stateOf(target), input.now));
  if (ready.length > 0) return { ...glassLast(ready, input), leftOut, lastResort: false };
  const due = dueFirst(fit, input);
  if (due === undefined) return { targets: [], leftOut, lastResort: false };
  return { targets: [due], leftOut: leftOut.filter(({ target }) => target !== due.id), lastResort: true };
}

function keptOut(target: TargetView, input: PlanInput): LeftOut | undefined {
  return input.drilled === undefined ? glassKept(target, input) : drillKept(target, input.drilled);
}

/** The targets for which there is no reason to leave them out; the reasons for the others are added to `leftOut`. */
function keep(
  targets: readonly TargetView[],
  leftOut: LeftOut[],
  reasonFor: (target: TargetView) => LeftOut | undefined,
): readonly TargetView[] {
  const before = leftOut.length;
  for (const target of targets) {
    const reason = reasonFor(target);
    if (reason !== undefined) leftOut.push(reason);
  }
  if (leftOut.length === before) return targets;
  return targets.filter(({ id }) => !leftOut.some(({ target }) => target === id));
}

type Arranged = Pick<Chain, "targets" | "deferred" | "returning">;

function glassLast(targets: readonly TargetView[], input: PlanInput): Arranged {
  if (!targets.some(({ breakGlass }) => breakGlass)) return arrange(targets, input);
  const { usual, behindGlass } = splitAtGlass(targets, input);
  const arranged = arrange(usual, input);
  return { ...arranged, targets: [...arranged.targets, ...behindGlass] };
}

function arrange(targets: readonly TargetView[], input: PlanInput): Arranged {
  if (targets.length <= 1) return { targets };
  const { strategy, preferredRegions, slowOf, now, random, stateOf } = input;
  const ordered = complete(strategy.order(targets, input), targets);
  const near = preferredRegions === undefined ? ordered : byRegion(ordered, preferredRegions);
  const placed = input.leads === undefined ? near : leadsFirst(near, input.leads);
  const pinned = input.request.hints.target;
  const back = returningLast(placed, { random, stateOf, pinned });
  if (slowOf === undefined) return { ...back, targets: pinnedFirst(back.targets, pinned) };
  const fast = fastFirst(back.targets, { slowOf, now, pinned });
  const deferred = back.deferred === undefined ? fast.deferred : [...back.deferred, ...(fast.deferred ?? [])];
  return { targets: pinnedFirst(fast.targets, pinned), deferred, returning: back.returning };
}

// A strategy may be the user's own: one that forgets, repeats or invents a target must not lose or double a call.
function complete(ordered: readonly TargetView[], targets: readonly TargetView[]): readonly TargetView[] {
  if (ordered === targets) return ordered;
  if (ordered.length === targets.length && targets.every((target) => ordered.includes(target))) return ordered;
  const known = ordered.filter((target) => targets.includes(target));
  return [...new Set([...known, ...targets])];
}

// What protects callers comes after: an experiment is no reason to call what is slow or only just back.
function leadsFirst(targets: readonly TargetView[], leads: readonly string[]): readonly TargetView[] {
  const first = leads.map((lead) => targets.find(({ id }) => id === lead)).filter((target) => target !== undefined);
  return first.length === 0 ? targets : [...first, ...targets.filter((target) => !first.includes(target))];
}

function pinnedFirst(targets: readonly TargetView[], id: string | undefined): readonly TargetView[] {
  if (id === undefined) return targets;
  const pinned = targets.find((target) => target.id === id);
  return pinned === undefined ? targets : [pinned, ...targets.filter((target) => target !== pinned)];
}

function dueFirst(targets: readonly TargetView[], input: PlanInput): TargetView | undefined {
  const dueAt = (target: TargetView): number => input.stateOf(target).dueAt;
  return targets.reduce<TargetView | undefined>(
    (first, target) => (first === undefined || dueAt(target) < dueAt(first) ? target : first),
    undefined,
  );
}
