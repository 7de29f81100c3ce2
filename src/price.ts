/**
 * What tokens cost, in USD per 1,000,000 tokens. A number is one price for prompt and completion tokens alike.
 * Where a part is left out, `cachedUsd` and `cacheWriteUsd` are `promptUsd`, and `reasoningUsd` is `completionUsd`.
 */
export type Price = number | PriceByKind;

/** Prices by kind of token, in USD per 1,000,000 tokens. */
export interface PriceByKind {
  /** Tokens sent that no cache held. */
  promptUsd: number;
  /** Tokens received. */
  completionUsd: number;
  /** Tokens sent that the provider read from its prompt cache. @defaultValue `promptUsd` */
  cachedUsd?: number | undefined;
  /** Tokens sent that the provider wrote to its prompt cache. @defaultValue `promptUsd` */
  cacheWriteUsd?: number | undefined;
  /** Tokens the model spent on reasoning. @defaultValue `completionUsd` */
  reasoningUsd?: number | undefined;
  /** USD per request, whatever its size. @defaultValue 0 */
  requestUsd?: number | undefined;
  /**
   * What all tokens of a request cost whose prompt is longer than a provider's limit for the usual price. Of several steps
   * that a prompt is above, the longest counts.
   * @defaultValue none: the length of the prompt does not matter
   */
  above?: readonly LongPromptPrice[] | undefined;
}

/** Prices for requests with a long prompt: they hold for all tokens of such a request, and take nothing from the usual ones. */
export interface LongPromptPrice extends Omit<PriceByKind, "requestUsd" | "above"> {
  /** Tokens of the prompt, cached ones included, above which these prices hold, such as 200_000. */
  promptTokens: number;
}
