import type OpenAI from "openai";
import { ConfigError } from "../errors.ts";
import type { Classifier, Decision } from "../glossary.ts";
import { endsOf } from "../openai/prompt.ts";
import { cosine, embed, type UnitVector } from "./embed.ts";
import { type ExampleVector, ExampleVectors } from "./example-vectors.ts";
import { stayInside } from "./stay-inside.ts";

/** Options of {@link similarityClassifier}. */
export interface SimilarityClassifierOptions<TierName extends string = string> {
  /** The client that makes the embeddings: your own, not `router.openai`. */
  client: OpenAI;
  /** Where that client runs, such as `eu-west-1`. Calls that must stay in regions are compared only when it is one of them. @defaultValue unknown */
  region?: string | undefined;
  /** An embedding model of that client, such as `text-embedding-3-small`. */
  model: string;
  /** Tier → prompts that belong there: five to twenty each, in your users' words. */
  examples: Readonly<Record<TierName, readonly string[]>>;
  /** A prompt less like every tier than this, by cosine similarity, is left to the next classifier. @defaultValue 0.3 */
  threshold?: number | undefined;
  /** How many of a tier's examples count: those nearest to the prompt. @defaultValue 3 */
  nearest?: number | undefined;
  /** The longest a decision may take, in milliseconds. @defaultValue 1_000 */
  timeoutMs?: number | undefined;
  /** The longest the examples may take to be embedded, in milliseconds; a decision that times out does not end it. @defaultValue 30_000 */
  loadTimeoutMs?: number | undefined;
  /** How many examples are sent in one request. @defaultValue 100 */
  batch?: number | undefined;
  /** How much of the prompt is compared, in characters: of a longer one the beginning and the end. @defaultValue 2_000 */
  maxChars?: number | undefined;
}

/**
 * Picks the tier whose example prompts are most like what the user said last. The examples are embedded once, when the first
 * call comes; should that fail, the next call tries again. Says nothing when the prompt is like none of them, of embeddings,
 * and of calls without text.
 * @throws ConfigError when there is no example
 * @throws Error from `classify` when the call may not go to the client's region, and when the embedding model fails
 */
export function similarityClassifier<TierName extends string>(
  options: SimilarityClassifierOptions<TierName>,
): Classifier<TierName>;
export function similarityClassifier(options: SimilarityClassifierOptions): Classifier {
  const { batch = 100, loadTimeoutMs = 30_000, timeoutMs = 1_000, maxChars = 2_000 } = options;
  const { threshold = 0.3, nearest = 3 } = options;
  if (!Object.values(options.examples).some((prompts) => prompts.length > 0)) {
    throw new ConfigError([{ path: "similarityClassifier.examples", message: "needs at least one example" }]);
  }
  const examples = new ExampleVectors({ ...options, batch, loadTimeoutMs });
  return {
    name: "similarity",
    timeoutMs,
    classify(request, signal) {
      const { prompt, endpoint } = request;
      if (prompt === "" || endpoint === "embeddings") return undefined;
      stayInside(request, options.region);
      const embedded = embed(options, [endsOf([prompt], maxChars)], signal);
      return Promise.all([embedded, examples.load()]).then(([[vector], vectors]) => {
        const likeness = vector && likenessByTier(vector, vectors, nearest);
        return likeness && mostLike(likeness, threshold);
      });
    },
    close: () => examples.stop(),
  };
}

/** Tier → mean cosine similarity of its nearest examples. */
function likenessByTier(prompt: UnitVector, examples: readonly ExampleVector[], nearest: number): Map<string, number> {
  const likeness = new Map<string, number>();
  for (const [tier, ofTier] of Map.groupBy(examples, (example) => example.tier)) {
    const cosines = ofTier.map(({ vector }) => cosine(prompt, vector));
    const counted = cosines.toSorted((a, b) => b - a).slice(0, nearest);
    likeness.set(tier, counted.reduce((sum, value) => sum + value, 0) / counted.length);
  }
  return likeness;
}

// At this difference in similarity one of two tiers is about 73 % sure.
const clearDifference = 0.05;

function mostLike(likeness: ReadonlyMap<string, number>, threshold: number): Decision | undefined {
  const [best, second] = [...likeness].toSorted(([, a], [, b]) => b - a);
  if (best === undefined || best[1] < threshold) return undefined;
  const [tier, top] = best;
  let odds = 0;
  for (const value of likeness.values()) odds += Math.exp((value - top) / clearDifference);
  const next = second === undefined ? "" : `, next "${second[0]}" (${second[1].toFixed(2)})`;
  return { tier, confidence: 1 / odds, reason: `like the examples of "${tier}" (${top.toFixed(2)})${next}` };
}
