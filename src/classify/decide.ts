import type { Awaitable, Classifier, MadeDecision, RoutingRequest } from "../glossary.ts";
import { askInTurn, type Terms } from "./ask-in-turn.ts";

/** The terms on which a tier is picked. */
export interface DecideContext extends Omit<Terms, "onUnsure"> {
  /** Serves when no classifier decides. */
  readonly defaultTier: string;
}

/**
 * Picks the tier of a request: what the first classifier that is sure says, else the default tier with `by: "default"`.
 * A classifier that fails or is slow never fails the request. Waits for nothing when every classifier answers at once.
 * @throws the reason of the caller's signal when that aborts, as a rejection; nothing else
 */
export function decide(
  request: RoutingRequest,
  classifiers: readonly Classifier[],
  context: DecideContext,
): Awaitable<MadeDecision> {
  let unsure = "";
  const terms: Terms = {
    tierNames: context.tierNames,
    timeoutMs: context.timeoutMs,
    minConfidence: context.minConfidence,
    signal: context.signal,
    onFailure: (cause, classifier, detail) => context.onFailure(cause, classifier, detail),
    onUnsure({ by, tier, confidence }) {
      unsure += `${unsure === "" ? "" : ", "}${by} said "${tier}" at ${confidence.toFixed(2)}`;
    },
  };
  const decision = askInTurn(request, classifiers, terms);
  if (decision instanceof Promise) return decision.then((made) => made ?? byDefault(context.defaultTier, unsure));
  return decision ?? byDefault(context.defaultTier, unsure);
}

function byDefault(tier: string, unsure: string): MadeDecision {
  const reason = unsure === "" ? "no classifier decided" : `no classifier was sure: ${unsure}`;
  return { tier, confidence: 0, reason, by: "default" };
}
