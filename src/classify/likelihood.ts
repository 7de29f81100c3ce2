import type { Features } from "./request-features.ts";

/** What has been learnt of one tier, as JSON. */
export interface LikelihoodState {
  /** How many answers it has learnt from. */
  seen: number;
  /** Feature → weight: above 0 where the feature speaks for a good answer. */
  weights: Record<string, number>;
}

// Step of the gradient descent, and how far each step draws a weight back to 0.
const rate = 0.3;
const decay = 1e-3;

/** The likelihood that something is good, by features: a logistic regression that learns one example at a time. */
export class Likelihood {
  #seen: number;
  readonly #weights: Map<string, number>;

  constructor(state: LikelihoodState = { seen: 0, weights: {} }) {
    this.#seen = state.seen;
    this.#weights = new Map(Object.entries(state.weights));
  }

  get seen(): number {
    return this.#seen;
  }

  /** From 0 to 1. */
  of(features: Features): number {
    let sum = 0;
    for (const [name, value] of Object.entries(features)) sum += value * (this.#weights.get(name) ?? 0);
    return 1 / (1 + Math.exp(-sum));
  }

  learn(features: Features, good: boolean): void {
    const error = Number(good) - this.of(features);
    this.#seen += 1;
    for (const [name, value] of Object.entries(features)) {
      const weight = this.#weights.get(name) ?? 0;
      this.#weights.set(name, weight + rate * (error * value - decay * weight));
    }
  }

  toJSON(): LikelihoodState {
    return { seen: this.#seen, weights: Object.fromEntries(this.#weights) };
  }
}
