import type { FitChange } from "../fit-change.ts";
import type { Assigned } from "./experiment.ts";
import type {
  AllowedRegions,
  AnswerCheck,
  Chain,
  Deferred,
  LeftOut,
  MadeDecision,
  Price,
  PriceOrigin,
  Returning,
  TargetView,
} from "../glossary.ts";
import { describeExperiment, explainExperiment, type ExplainedExperiment } from "./explained-experiment.ts";
import { describeExplainedHedge, type ExplainedHedge } from "./explained-hedge.ts";
import { describeExplainedLimit, type ExplainedLimit } from "./explained-limit.ts";
import { describeStreamBreak, type ExplainedStreamBreak } from "./explained-stream-break.ts";
import { percentOf } from "./returning.ts";

/** What would happen to a request, and why. Plain data, fit for `JSON.stringify`. */
export interface Explanation {
  /** The whole explanation in words, one line for each step. */
  readonly summary: string;
  /** The tier that would serve. */
  readonly tier: string;
  /** Who decides: a classifier's name, or `hint`, `model`, `default`, `conversation`. */
  readonly decidedBy: string;
  /** Why this tier. */
  readonly reason: string;
  /** How sure the decision is, 0–1. */
  readonly confidence: number;
  /** The targets in the order in which they would be tried. */
  readonly targets: readonly ExplainedTarget[];
  /** The regions the request is allowed; undefined when it may go anywhere. */
  readonly allowedRegions: readonly string[] | undefined;
  /** The targets of the tier that may not serve, and why. */
  readonly leftOut: readonly LeftOut[];
  /** The targets that stand at the end because they were slow lately or are only coming back. */
  readonly deferred: readonly Deferred[];
  /** The targets that are coming back, and the share of their calls that they get for now; not there when there are none. */
  readonly returning?: readonly Returning[] | undefined;
  /** True when nothing is available, and the one target that is due first would be tried all the same. */
  readonly lastResort: boolean;
  /** Names of the checks that an answer must pass to be given out; not there when there are none. */
  readonly accept?: readonly string[] | undefined;
  /** The budgets that the targets would take from; not there when there are none. */
  readonly budgets?: readonly ExplainedBudget[] | undefined;
  /** The limits that the targets have to keep; not there when there are none. */
  readonly limits?: readonly ExplainedLimit[] | undefined;
  /** The side of the tier's experiment that the call would be on; not there when it would be part of none. */
  readonly experiment?: ExplainedExperiment | undefined;
  /** The second attempt when the first target is slow; not there when that is off. */
  readonly hedge?: ExplainedHedge | undefined;
  /** What a stream that breaks would be mended by; not there where it ends in an error. */
  readonly streamBreak?: ExplainedStreamBreak | undefined;
}

/** A budget of an explanation, for one of the targets. */
export interface ExplainedBudget {
  /** Its name. */
  readonly budget: string;
  /** Tag → value, where each value of a tag has the limit for itself. */
  readonly tags: Readonly<Record<string, string>>;
  /** Id of the target. */
  readonly target: string;
  /** The most that may be spent in one window, in USD. */
  readonly limitUsd: number;
  /** What is left of it, without what calls in flight hold; `undefined` when the store can not say. */
  readonly leftUsd: number | undefined;
  /** What the call may cost at that target, at most. */
  readonly mayCostUsd: number;
  /** When the window ends, in ms since the epoch. */
  readonly resetsAt: number;
  /** What would happen: it is paid, refused, sent on to another tier, or let through all the same. */
  readonly outcome: "paid" | "refused" | "downgraded" | "let through";
}

/** A target of an explanation. */
export interface ExplainedTarget {
  /** Id of the target. */
  readonly target: string;
  /** The model id that would be sent. */
  readonly model: string;
  /** Name of the client it would be called through. */
  readonly client: string;
  /** Where it runs; undefined when nobody said. */
  readonly region: string | undefined;
  /** True for a target that is called only when every other one is out or has failed, or because the call names it. */
  readonly breakGlass?: true | undefined;
  /** USD per 1,000,000 tokens; `undefined` when unknown. */
  readonly price: Price | undefined;
  /** Where the price comes from. */
  readonly priceFrom: PriceOrigin | undefined;
  /** What would be changed in the request so that the target takes it; not there when nothing. */
  readonly fitted?: readonly FitChange[] | undefined;
}

/** What holds for the request, and how the accounts stand that the targets would take from. */
export interface Outlook {
  /** The regions it must stay in, if it must. */
  readonly allowed?: AllowedRegions | undefined;
  readonly checks?: readonly AnswerCheck[] | undefined;
  /** What would be changed in the request, by target id. */
  readonly fits?: ReadonlyMap<string, readonly FitChange[]> | undefined;
  readonly budgets?: readonly ExplainedBudget[];
  readonly limits?: readonly ExplainedLimit[];
  readonly hedge?: ExplainedHedge | undefined;
  readonly streamBreak?: ExplainedStreamBreak | undefined;
  readonly assigned?: Assigned | undefined;
}

/** Puts a decision and a chain into words. */
export function explain(
  decision: MadeDecision,
  chain: Chain,
  { allowed, checks = [], fits, budgets = [], limits = [], hedge, streamBreak, assigned }: Outlook = {},
): Explanation {
  const targets = chain.targets.map((view) => explainTarget(view, fits?.get(view.id)));
  const accept = checks.map(({ name }) => name || "a function");
  const lines = [
    describeDecision(decision),
    ...describeExperiment(assigned),
    ...describeRegions(allowed),
    ...describeChain(chain, targets),
    ...describeChecks(accept),
    ...budgets.map(describeBudget),
    ...limits.map(describeExplainedLimit),
    ...(hedge === undefined ? [] : [describeExplainedHedge(hedge)]),
    ...(streamBreak === undefined ? [] : [describeStreamBreak(streamBreak)]),
  ];
  return {
    summary: lines.join("\n"),
    tier: decision.tier,
    decidedBy: decision.by,
    reason: decision.reason,
    confidence: decision.confidence,
    targets,
    allowedRegions: allowed?.names,
    leftOut: chain.leftOut,
    ...placesOf(chain),
    lastResort: chain.lastResort,
    ...withoutEmpty({ accept, budgets, limits }),
    ...(hedge === undefined ? {} : { hedge }),
    ...(streamBreak === undefined ? {} : { streamBreak }),
    ...explainExperiment(assigned),
  };
}

function withoutEmpty<Lists extends Readonly<Record<string, readonly unknown[]>>>(lists: Lists): Partial<Lists> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<Lists>;
}

function placesOf({ deferred = [], returning }: Chain): Pick<Explanation, "deferred" | "returning"> {
  return returning === undefined ? { deferred } : { deferred, returning };
}

function explainTarget(view: TargetView, fitted: readonly FitChange[] = []): ExplainedTarget {
  const { id, model, client, region, price, priceFrom, breakGlass } = view;
  const more = { ...(breakGlass ? { breakGlass } : {}), ...(fitted.length === 0 ? {} : { fitted }) };
  return { target: id, model, client, region, price, priceFrom, ...more };
}

function describeDecision({ tier, by, reason, confidence }: MadeDecision): string {
  return `Tier "${tier}", decided by ${by} (${Math.round(confidence * 100)} % sure): ${reason}.`;
}

function describeRegions(allowed: AllowedRegions | undefined): readonly string[] {
  if (allowed === undefined) return [];
  return [`Must stay in ${allowed.names.join(" or ") || "no region at all"}, by ${allowed.by}.`];
}

function describeChain(chain: Chain, targets: readonly ExplainedTarget[]): readonly string[] {
  return [
    ...headline(chain),
    ...targets.map((target, index) => `${index + 1}. ${describeTarget(target)}`),
    ...targets.flatMap(({ target, fitted = [] }) => fitted.map((change) => describeChange(target, change))),
    ...(chain.returning ?? []).map(
      ({ target, share }) => `Coming back: ${target}, which gets ${percentOf(share)} of its calls for now.`,
    ),
    ...(chain.deferred ?? []).map(({ target, detail }) => `Left to the end: ${target} (${detail}).`),
    ...chain.leftOut.map(({ target, detail }) => `Left out: ${target} (${detail}).`),
  ];
}

function describeChecks(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`An answer is given out when it passes ${names.join(", ")}.`];
}

function headline({ targets, lastResort }: Chain): readonly string[] {
  if (targets.length === 0) return ["No target of this tier can serve the request."];
  return lastResort
    ? ["No target can be called now; the one that is due first would be tried:"]
    : ["Would be tried in this order:"];
}

function describeTarget({ target, model, client, region, priceFrom, breakGlass }: ExplainedTarget): string {
  const as = model === target ? "" : ` as model ${model}`;
  const where = region === undefined ? "" : ` in ${region}`;
  const priced = priceFrom === "bundled" ? ", at the bundled price" : "";
  const glass = breakGlass ? "; break glass: only when all others are out or have failed, or by its name" : "";
  return `${target}${as} on client "${client}"${where}${priced}${glass}`;
}

function describeChange(target: string, { param, how, to, why }: FitChange): string {
  return `For ${target}: ${param} ${how}${to === undefined ? "" : ` to ${to}`} (${why}).`;
}

function describeBudget(one: ExplainedBudget): string {
  const { budget, target, limitUsd, leftUsd, mayCostUsd, outcome } = one;
  const tags = Object.entries(one.tags).map(([tag, value]) => ` for ${tag} ${value}`);
  const left = leftUsd === undefined ? "an unknown part" : usd(leftUsd);
  return `Budget "${budget}"${tags.join("")}: ${left} left of ${usd(limitUsd)}, and ${target} may cost ${usd(mayCostUsd)}: ${outcome}.`;
}

function usd(amount: number): string {
  return `$${amount.toLocaleString("en", { maximumFractionDigits: 6, useGrouping: false })}`;
}
