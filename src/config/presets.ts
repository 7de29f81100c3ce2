import { OpenAI } from "openai";
import { heuristicClassifier } from "../classify/heuristic.ts";
import { taskClassifier } from "../classify/task.ts";

/** Keys for {@link globalApi}. */
export interface GlobalApiOptions {
  /** The standard key (`ga_…`), for plain model ids. */
  standardKey: string;
  /** The pro key (`ga_pro_…`), for model ids that begin with `Pro/`: dedicated capacity. @defaultValue none, and no `Pro/` target */
  proKey?: string | undefined;
  /** @defaultValue "https://global-apis.com/v1" */
  baseURL?: string | undefined;
}

const flash = "deepseek-ai/DeepSeek-V4-Flash";
const qwen = "Qwen/Qwen3-32B";
const pro = "Pro/deepseek-ai/DeepSeek-V3.2";

/** USD per 1,000,000 tokens. Global API's price list and OpenAI's list price of output tokens, as of November 2026. */
const prices = {
  [flash]: 0.25,
  [qwen]: 0.28,
  [pro]: 2.5,
  "deepseek-chat": 0.25,
  R1: 2.5,
  "K2.5": 2.5,
  "gpt-4o": 10,
};

/**
 * Options for Global API: DeepSeek V4 Flash for most traffic, Qwen3 32B beside it, DeepSeek V3.2 on dedicated capacity
 * for what takes reasoning, each the others' fallback. Savings are shown against gpt-4o. Spread them to change something:
 * `new ModelRouter({ ...globalApi(keys), deadlineMs: 10_000 })`.
 * @throws what `new OpenAI()` throws when a key is missing
 */
export function globalApi({ standardKey, proKey, baseURL = "https://global-apis.com/v1" }: GlobalApiOptions) {
  const client = new OpenAI({ baseURL, apiKey: standardKey, organization: null, project: null });
  const hasPro = proKey !== undefined && proKey !== "";
  const clients = hasPro ? { pro: new OpenAI({ baseURL, apiKey: proKey, organization: null, project: null }) } : {};
  return {
    client,
    clients,
    clientRules: hasPro ? { "Pro/*": "pro" } : {},
    tiers: {
      cheap: [flash, qwen, ...(hasPro ? [pro] : [])],
      balanced: [qwen, flash, ...(hasPro ? [pro] : [])],
      premium: [...(hasPro ? [pro] : []), qwen, flash],
    },
    prices,
    baseline: "gpt-4o",
    classifier: [taskClassifier(), heuristicClassifier()],
  };
}
