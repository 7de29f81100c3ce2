import { ConfigError } from "../errors.ts";
import type { Classifier, Decision, RoutingRequest } from "../glossary.ts";
import { Likelihood, type LikelihoodState } from "./likelihood.ts";
import { type Features, featureReader } from "./request-features.ts";

/** Options of {@link feedbackClassifier}. */
export interface FeedbackClassifierOptions<TierName extends string = string> {
  /** The tiers to choose from, cheapest first. */
  tiers: readonly TierName[];
  /** How likely an answer must be good, 0–1: the cheapest tier that reaches it serves. @defaultValue 0.8 */
  target?: number | undefined;
  /** Nothing is said of a request before each tier in question has had feedback on this many answers. @defaultValue 50 */
  minFeedback?: number | undefined;
  /** Share of the decisions, 0–1, that go one tier below the one chosen, to find out whether that has become good enough. @defaultValue 0.02 */
  explore?: number | undefined;
  /** How many requests are remembered until their feedback comes; the oldest go first. @defaultValue 10_000 */
  pending?: number | undefined;
  /** What was learnt before: the `state()` of a classifier with the same tiers. @defaultValue nothing */
  state?: FeedbackState | undefined;
  /** Features of your own, added to the built-in ones: name → a number, best between 0 and 1. @defaultValue none */
  features?: ((request: RoutingRequest) => Features) | undefined;
  /** Draws which decisions explore; a number in [0, 1). @defaultValue Math.random */
  random?: (() => number) | undefined;
}

/** What a feedback classifier has learnt, as JSON: tier → its likelihood of a good answer. */
export type FeedbackState = Readonly<Record<string, LikelihoodState>>;

/** A classifier that learns. */
export interface FeedbackClassifier<TierName extends string = string> extends Classifier<TierName> {
  /**
   * Learns whether an answer was good. Whoever had decided, the tier that served is judged.
   * @param answer - the record of the call, from `router.recordOf()`
   * @returns false when the request is not remembered, or its tier is none of the classifier's: then nothing was learnt
   */
  learn(answer: { readonly requestId: string; readonly tier: string }, good: boolean): boolean;
  /** What was learnt, as JSON to keep and to give to `state`. */
  state(): FeedbackState;
}

/**
 * Picks the cheapest tier whose answers are likely good, by what it has learnt from feedback. It learns from what is cheap to
 * know of a request (length, question, code, words that ask for reasoning, task, needs), not from its words. While a tier it
 * would have to judge has had too little feedback it says nothing, so put it first and others behind it: it learns from their
 * decisions too.
 * @throws ConfigError when there is no tier
 */
export function feedbackClassifier<TierName extends string>(
  options: FeedbackClassifierOptions<TierName>,
): FeedbackClassifier<TierName>;
export function feedbackClassifier(options: FeedbackClassifierOptions): FeedbackClassifier {
  const { tiers, pending = 10_000 } = options;
  if (tiers.length === 0)
    throw new ConfigError([{ path: "feedbackClassifier.tiers", message: "needs at least one tier" }]);
  const learnt = new Map(Object.entries(options.state ?? {}));
  const likelihoods = new Map(tiers.map((tier) => [tier, new Likelihood(learnt.get(tier))]));
  const remembered = new Map<string, Features>();
  const featuresOf = allFeatures(options.features);
  return {
    name: "feedback",
    classify(request) {
      if (request.endpoint === "embeddings") return undefined;
      const features = featuresOf(request);
      remembered.set(request.requestId, features);
      forgetOldest(remembered, pending);
      return choose(likelihoods, features, options);
    },
    learn({ requestId, tier }, good) {
      const features = remembered.get(requestId);
      const likelihood = likelihoods.get(tier);
      if (features === undefined || likelihood === undefined) return false;
      remembered.delete(requestId);
      likelihood.learn(features, good);
      return true;
    },
    state: () => Object.fromEntries([...likelihoods].map(([tier, likelihood]) => [tier, likelihood.toJSON()])),
  };
}

function allFeatures(own: FeedbackClassifierOptions["features"]): (request: RoutingRequest) => Features {
  const builtIn = featureReader();
  return (request) => ({ ...builtIn(request), ...own?.(request) });
}

function forgetOldest(remembered: Map<string, Features>, pending: number): void {
  const [oldest] = remembered.keys();
  if (remembered.size > pending && oldest !== undefined) remembered.delete(oldest);
}

/** The cheapest tier that reaches the target, or now and then the one below it. */
function choose(
  likelihoods: ReadonlyMap<string, Likelihood>,
  features: Features,
  options: FeedbackClassifierOptions,
): Decision | undefined {
  const { target = 0.8, minFeedback = 50, explore = 0.02, random = Math.random } = options;
  let below: string | undefined;
  for (const [tier, likelihood] of likelihoods) {
    if (likelihood.seen < minFeedback) return undefined;
    const chance = likelihood.of(features);
    if (chance >= target) {
      return below !== undefined && random() < explore
        ? { tier: below, confidence: 1, reason: `tries "${below}" again, to learn` }
        : { tier, confidence: chance, reason: `${Math.round(100 * chance)} % of such answers were good` };
    }
    below = tier;
  }
  return undefined;
}
