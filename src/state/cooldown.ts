import type { Breaker } from "../config/resolved.ts";

/** Cooldowns are up to so much shorter, by chance: processes that opened together do not all probe together. */
const jitter = 0.1;

/** What a target that is back gets of its calls at first: Envoy's `min_weight_percent` of its slow start. */
const leastShare = 0.1;

/**
 * How long an open breaker stays open, and how its target comes back.
 *
 * The cooldown grows with each opening in a row, n × `cooldownMs` up to `maxCooldownMs`, as Envoy's ejections do
 * (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier). A row ends when the breaker has been
 * closed for as long as its last cooldown: a target that flaps is left alone for longer and longer.
 */
export class Cooldown {
  readonly #options: Breaker;
  #row = 0;
  #closedAt = -Infinity;
  #returningUntil = 0;

  constructor(options: Breaker) {
    this.#options = options;
  }

  /** A closed breaker opens: how long for, in ms. */
  begin(): number {
    const isRow = Date.now() - this.#closedAt < this.#times(this.#options.cooldownMs);
    this.#row = isRow ? this.#row + 1 : 1;
    return this.#length;
  }

  /** A probe failed: how long the breaker is open again, in ms. */
  grow(): number {
    this.#row += 1;
    return this.#length;
  }

  /** A call failed that passed before the cooldown was over: that ends none, and makes none longer. */
  repeat(): number {
    this.#row = Math.max(1, this.#row);
    return this.#length;
  }

  /** The breaker closed. */
  end(): void {
    this.#closedAt = Date.now();
    this.#returningUntil = this.#closedAt + this.#rampUpMs;
  }

  /** How long a probe may take to begin to answer, in ms. */
  get probeLimitMs(): number {
    return this.#times(this.#options.probeMs);
  }

  /** The share of its calls that a target gets, which grows after its breaker has closed. */
  get share(): number {
    if (this.#returningUntil === 0) return 1;
    const leftMs = this.#returningUntil - Date.now();
    if (leftMs > 0) return Math.max(leastShare, 1 - leftMs / this.#rampUpMs);
    this.#returningUntil = 0;
    return 1;
  }

  get #length(): number {
    return Math.ceil(this.#times(this.#options.cooldownMs) * (1 - jitter * Math.random()));
  }

  #times(ms: number): number {
    return Math.max(ms, Math.min(this.#options.maxCooldownMs, ms * this.#row));
  }

  get #rampUpMs(): number {
    return this.#options.rampUpMs ?? this.#options.cooldownMs;
  }
}
