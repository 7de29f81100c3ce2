import type { Price, RoutingRequest } from "../glossary.ts";
import { tokenPricesAt } from "../prices/token-prices.ts";
import type { Strategy } from "../strategy.ts";
import { maxOutputTokens } from "./max-output-tokens.ts";
import { sortByScore } from "./sort-by-score.ts";

/** What {@link cheapestStrategy} can be told. */
export interface CheapestOptions {
  /** Tokens that an answer is expected to have when the call sets no limit. @defaultValue 500 */
  completionTokens?: number | undefined;
}

/** Of English text. Exact enough to compare targets, which all get the same prompt, and free: the characters are counted. */
const charsPerToken = 4;

/**
 * Tries the target first that is expected to cost least for this very request: its price of the prompt, estimated from
 * the characters sent, and of the completion, taken as long as the call's limit allows. Targets without a price come last.
 */
export function cheapestStrategy(options: CheapestOptions = {}): Strategy {
  const { completionTokens = 500 } = options;
  return {
    name: "cheapest",
    order(targets, { request }) {
      const prompt = request.inputChars / charsPerToken;
      const completion = expectedCompletion(request, completionTokens);
      return sortByScore(targets, ({ price }) => expectedCost(price, prompt, completion));
    },
  };
}

function expectedCompletion(request: RoutingRequest, usual: number): number {
  return request.endpoint === "embeddings" ? 0 : (maxOutputTokens(request.body) ?? usual);
}

/** In millionths of a USD, as prices are per million tokens. */
function expectedCost(price: Price | undefined, prompt: number, completion: number): number {
  if (price === undefined) return Infinity;
  if (typeof price === "number") return price * (prompt + completion);
  const { promptUsd, completionUsd } = tokenPricesAt(price, prompt);
  const { requestUsd = 0 } = price;
  return promptUsd * prompt + completionUsd * completion + requestUsd * 1_000_000;
}
