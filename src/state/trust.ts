/** How far a target is trusted with second attempts. */
export interface TrustSettings {
  /** What a target begins with, and has at most. A failure costs 1; at half of it or less there is no trust. */
  readonly trust: number;
  /** What a success gives back. */
  readonly trustPerSuccess: number;
}

/**
 * Whether a target answers well enough for a call to be sent there a second time: the `token_count` of gRPC's retry throttling
 * (https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs), of which
 * gRPC keeps one for each server. With 10 and 0.1 it is gone when more than 1 in 11 attempts fail for long. Only failures that
 * speak against the target count, not a 400 or a 429.
 */
export class Trust {
  #lost = 0;

  learn(outcome: "success" | "failure" | "neutral", { trust, trustPerSuccess }: TrustSettings): void {
    if (outcome === "failure") this.#lost = Math.min(trust, this.#lost + 1);
    else if (outcome === "success" && this.#lost > 0) this.#lost = Math.max(0, this.#lost - trustPerSuccess);
  }

  isGood({ trust }: TrustSettings): boolean {
    return this.#lost < trust / 2;
  }
}
