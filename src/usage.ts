/** Tokens of one answer, in one form whatever the provider calls them. */
export interface Usage {
  /** All tokens sent: fresh, cached and cache-written. */
  promptTokens: number;
  /** All tokens received, reasoning included. */
  completionTokens: number;
  /** `promptTokens + completionTokens`. */
  totalTokens: number;
  /** Of `promptTokens`, those read from the provider's prompt cache. */
  cachedTokens: number;
  /** Of `promptTokens`, those written to the provider's prompt cache. */
  cacheWriteTokens: number;
  /** Of `completionTokens`, those spent on reasoning. */
  reasoningTokens: number;
  /**
   * True when the provider reported nothing and the tokens were estimated from the text that was sent and received; then
   * costs are estimates, too. Not there when the tokens were reported.
   */
  estimated?: true | undefined;
}
