import type { Awaitable, Classifier, Decision, RoutingRequest } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { OutsideRegion } from "./stay-inside.ts";
import { LimitPassed, withinLimit } from "./within-limit.ts";

/** Why a classifier gave no usable decision. */
export type ClassifierFailure = "threw" | "timeout" | "unknown_tier" | "region";

/** A decision and the name of the classifier that made it. */
export interface Made<TierName extends string> extends Decision<TierName> {
  by: string;
}

/** The terms on which classifiers are asked. */
export interface Terms {
  /** The known tiers: a set of names, or a map by name. */
  readonly tierNames: { has(name: string): boolean };
  /** The longest a classifier without its own `timeoutMs` may take, in ms. */
  readonly timeoutMs: number;
  /** A decision below this confidence, 0–1, leaves the word to the next classifier. */
  readonly minConfidence: number;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Told when a classifier threw, took too long or named an unknown tier. Must not throw. */
  onFailure(cause: ClassifierFailure, classifier: string, detail: string): void;
  /** Told when a classifier decided without being sure. Must not throw. */
  onUnsure?(decision: Made<string>): void;
}

/**
 * Asks classifiers in turn until one is sure, and returns what it decided; `undefined` when none is. One that throws, takes
 * too long or names an unknown tier is passed over. Waits for nothing when every classifier answers at once.
 * @throws the reason of the caller's signal when that aborts, as a rejection; nothing else
 */
export function askInTurn<TierName extends string>(
  request: RoutingRequest,
  classifiers: readonly Classifier<TierName>[],
  terms: Terms,
): Awaitable<Made<TierName> | undefined> {
  for (let at = 0; at < classifiers.length; at += 1) {
    const decision = ask(request, classifiers[at] as Classifier<TierName>, terms);
    if (decision instanceof Promise) {
      return decision.then((made) => made ?? askInTurn(request, classifiers.slice(at + 1), terms));
    }
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function ask<TierName extends string>(
  request: RoutingRequest,
  classifier: Classifier<TierName>,
  terms: Terms,
): Awaitable<Made<TierName> | undefined> {
  const { signal } = terms;
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  const controller = classifier.immediate === true ? forAll() : new AbortController();
  try {
    const answer = classifier.classify(request, controller.signal);
    if (!isThenable(answer)) return check(answer, classifier.name, terms);
    return wait(answer, controller === never ? new AbortController() : controller, { classifier, terms });
  } catch (error) {
    terms.onFailure(causeOf(error), classifier.name, messageOf(error));
    return undefined;
  }
}

let never: AbortController | undefined;

// Of what answers at once nothing can be aborted: a signal for each call would be made for nobody.
function forAll(): AbortController {
  never ??= new AbortController();
  return never;
}

async function wait<TierName extends string>(
  answer: PromiseLike<Decision<TierName> | undefined>,
  controller: AbortController,
  { classifier, terms }: { classifier: Classifier<TierName>; terms: Terms },
): Promise<Made<TierName> | undefined> {
  const { signal } = terms;
  const limitMs = classifier.timeoutMs ?? terms.timeoutMs;
  try {
    return check(await withinLimit(answer, controller, { limitMs, signal }), classifier.name, terms);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    terms.onFailure(causeOf(error), classifier.name, messageOf(error));
    return undefined;
  }
}

/** A classifier may be plain JavaScript: what it returns is taken for a decision only when it is one. */
function check<TierName extends string>(
  answer: Decision<TierName> | undefined,
  by: string,
  terms: Terms,
): Made<TierName> | undefined {
  if (!isPresent(answer)) return undefined;
  const { tier, confidence, reason } = answer;
  if (typeof tier !== "string" || !terms.tierNames.has(tier)) {
    terms.onFailure("unknown_tier", by, unknownTier(tier));
    return undefined;
  }
  const made = { tier, confidence: ratioOf(confidence), reason: typeof reason === "string" ? reason : "", by };
  if (made.confidence >= terms.minConfidence) return made;
  terms.onUnsure?.(made);
  return undefined;
}

function isPresent<Value>(value: Value | undefined | null): value is Value {
  return value !== undefined && value !== null;
}

/** Left out means sure, as a person who names a tier and no doubt is. What is no number is no confidence. */
function ratioOf(confidence: unknown): number {
  if (confidence === undefined) return 1;
  return typeof confidence === "number" && confidence > 0 ? Math.min(confidence, 1) : 0;
}

function isThenable<Value>(value: Awaitable<Value> | PromiseLike<Value>): value is PromiseLike<Value> {
  return value instanceof Promise || (isRecord(value) && typeof value["then"] === "function");
}

function unknownTier(tier: unknown): string {
  if (typeof tier !== "string") return "What it returned is no decision: it has no tier.";
  return `There is no tier ${JSON.stringify(tier.slice(0, 80))}.`;
}

function causeOf(error: unknown): ClassifierFailure {
  if (error instanceof LimitPassed) return "timeout";
  return error instanceof OutsideRegion ? "region" : "threw";
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : "It threw something that is no Error.";
}
