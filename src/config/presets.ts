import { OpenAI } from "openai";
import { heuristicClassifier } from "../classify/heuristic.ts";
import { taskClassifier } from "../classify/task.ts";
import { ConfigError, type ConfigIssue } from "../errors.ts";
import { globalApiLeaders, presetPrices } from "./global-api-models.ts";
import { kindOf } from "./show.ts";

/** Keys for {@link globalApi}. */
export interface GlobalApiOptions {
  /** The standard key (`ga_…`), for plain model ids; of several, a list. */
  standardKey: string | readonly string[];
  /** The pro key (`ga_pro_…`), for model ids that begin with `Pro/`: dedicated capacity; of several, a list. @defaultValue none, and no `Pro/` target */
  proKey?: string | readonly string[] | undefined;
  /** @defaultValue "https://global-apis.com/v1" */
  baseURL?: string | undefined;
}

const { cheap: flash, balanced: qwen, premium: pro } = globalApiLeaders;

/**
 * Options for Global API: DeepSeek V4 Flash for most traffic, Qwen3 32B beside it, DeepSeek V3.2 on dedicated capacity
 * for what takes reasoning, each the others' fallback. The pro key serves `Pro/` ids and nothing else. Without one, Qwen3
 * 32B leads the premium tier. Savings are shown against gpt-4o. Spread the options to change something:
 * `new ModelRouter({ ...globalApi(keys), deadlineMs: 10_000 })`.
 * @throws ConfigError when a key is missing, empty, or a pro key given as the standard key
 */
export function globalApi({ standardKey, proKey, baseURL = "https://global-apis.com/v1" }: GlobalApiOptions) {
  const issues = faultsOfKeys(standardKey, proKey);
  if (issues.length > 0) throw new ConfigError(issues);
  const clientWith = (keys: string | readonly string[]) => {
    const apiKey = listed(keys)[0];
    return new OpenAI({ baseURL, apiKey, adminAPIKey: null, webhookSecret: null, organization: null, project: null });
  };
  const dedicated = proKey === undefined ? [] : ([pro] as const);
  return {
    client: clientWith(standardKey),
    clients: proKey === undefined ? {} : { pro: clientWith(proKey) },
    keys: { ...several("default", standardKey), ...several("pro", proKey) },
    clientRules: proKey === undefined ? {} : { "Pro/*": "pro" },
    tiers: {
      cheap: [flash, qwen, ...dedicated],
      balanced: [qwen, flash, ...dedicated],
      premium: [...dedicated, qwen, flash],
    },
    prices: presetPrices,
    baseline: "gpt-4o",
    classifier: [taskClassifier(), heuristicClassifier()],
  } as const;
}

// The openai package would take OPENAI_API_KEY in the place of a missing key, and send it to another provider.
function faultsOfKeys(standardKey: unknown, proKey: unknown): ConfigIssue[] {
  const standard = faultsAt("standardKey", standardKey, (key) => faultOfKey(key) ?? faultOfStandardKey(String(key)));
  return proKey === undefined ? standard : [...standard, ...faultsAt("proKey", proKey, faultOfKey)];
}

function faultsAt(path: string, keys: unknown, faultOf: (key: unknown) => string | undefined): ConfigIssue[] {
  if (Array.isArray(keys) && keys.length === 0)
    return [{ path, message: "must be an API key or a list of keys, and is empty" }];
  const faults = Array.isArray(keys)
    ? keys.map((key, index) => [`${path}[${index}]`, faultOf(key)])
    : [[path, faultOf(keys)]];
  return faults.flatMap(([at, message]) => (at === undefined || message === undefined ? [] : [{ path: at, message }]));
}

function listed(keys: string | readonly string[]): readonly string[] {
  return typeof keys === "string" ? [keys] : keys;
}

function several(client: string, keys: string | readonly string[] | undefined): Record<string, readonly string[]> {
  return typeof keys === "object" && keys.length > 1 ? { [client]: keys } : {};
}

function faultOfKey(key: unknown): string | undefined {
  if (typeof key !== "string") return `must be an API key, got ${kindOf(key)}`;
  return key.trim() === "" ? "must be an API key, and is empty" : undefined;
}

function faultOfStandardKey(key: string): string | undefined {
  return key.startsWith("ga_pro_") ? "is a pro key (ga_pro_…), which serves Pro/ ids only" : undefined;
}
