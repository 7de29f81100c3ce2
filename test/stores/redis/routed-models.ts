/** What each call holds at most, and what it costs, in USD: at $10 for a million tokens of 100 at most, and 50. */
export const heldUsd = 0.001;
export const costUsd = 0.0005;
export const usage = { prompt_tokens: 10, completion_tokens: 50, total_tokens: 60 };
export const price = { promptUsd: 0, completionUsd: 10 };
export const maxTokens = 100;

/** What all calls of all processes may cost: too little for 20,000 of them. */
export const capUsd = 3;

/** How many calls each process has under way. */
export const callsAtOnce = 8;

/** So often the target `limited` may be called within a minute. */
export const requestsPerMinute = 1_000;

/** How long the breaker of the target `broken` stays open. */
export const cooldownMs = 500;
