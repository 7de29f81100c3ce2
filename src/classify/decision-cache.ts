import type { Decision } from "../glossary.ts";

/** Remembers so many decisions; the one that was not used for longest goes first. */
export class DecisionCache {
  readonly #size: number;
  // A map keeps the order in which keys were put in.
  readonly #decisions = new Map<string, Decision>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): Decision | undefined {
    const decision = this.#decisions.get(key);
    return decision === undefined ? undefined : this.put(key, decision);
  }

  put(key: string, decision: Decision): Decision {
    this.#decisions.delete(key);
    this.#decisions.set(key, decision);
    const [oldest] = this.#decisions.keys();
    if (this.#decisions.size > this.#size && oldest !== undefined) this.#decisions.delete(oldest);
    return decision;
  }
}
