import type { Entry } from "./admission.ts";
import type { Price } from "../glossary.ts";
import { choicesOf } from "../openai/target-body.ts";
import { maxOutputTokens } from "../plan/max-output-tokens.ts";
import { dearestPrices } from "../prices/token-prices.ts";

/** The prompt is taken to have so many times the tokens of the rule of thumb: enough for 2 characters a token. */
const promptSafety = 2;

type Costing = Pick<Entry, "request" | "target" | "promptTokens">;

/**
 * The most that an attempt may cost, in USD: twice the tokens of its prompt, and as many tokens as
 * the answer may have, each at the dearest price of its kind for a prompt of that length. Not counted: images, sounds and files in the prompt.
 * @param usualTokens - how many an answer may have when neither the call nor the target says so
 */
export function worstCaseUsd(entry: Costing, price: Price, usualTokens: number): number {
  const promptTokens = promptSafety * entry.promptTokens();
  const completionTokens = mostOutputTokens(entry, usualTokens);
  if (typeof price === "number") return ((promptTokens + completionTokens) * price) / 1_000_000;
  const { promptUsd, completionUsd } = dearestPrices(price, promptTokens);
  return (promptTokens * promptUsd + completionTokens * completionUsd) / 1_000_000 + (price.requestUsd ?? 0);
}

function mostOutputTokens({ request, target }: Costing, usualTokens: number): number {
  const { endpoint, body } = request;
  if (endpoint === "embeddings") return 0;
  const { params, contextWindow = Infinity } = target;
  const stated = maxOutputTokens(params === undefined ? body : { ...params, ...body });
  return Math.min(stated ?? usualTokens, contextWindow) * choicesOf(endpoint, body);
}
