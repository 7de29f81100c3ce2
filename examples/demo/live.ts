import { globalApi, ModelRouter, type RouterOptions } from "modelrouter";
import OpenAI from "openai";
import { ms, table, usd } from "./table.ts";

const prompts = [
  "What is the capital of Kenya?",
  "¿Qué hora es en Perú cuando en Madrid son las doce?",
  "Write one friendly sentence that welcomes a new customer.",
  "How many days are there in a leap year?",
  "Compare a queue and a log for order processing, in two sentences.",
  "Which currency do they use in Norway?",
];

const help = `The live demo needs keys:
  GLOBAL_API_KEY and GLOBAL_API_PRO_KEY   for https://global-apis.com/v1, or
  OPENAI_API_KEY                          for OpenAI; with OPENAI_BASE_URL for another
                                          service that speaks its API. DEMO_MODELS names
                                          three models of it: cheap,balanced,premium`;

/** A short round on a real service. Gives the number of calls that failed; 1 when there are no keys. */
export async function live(): Promise<number> {
  const options = optionsFrom(process.env);
  if (options === undefined) {
    console.log(help);
    return 1;
  }
  await using router = new ModelRouter(options);
  console.log(`${prompts.length} calls to ${options.client.baseURL}`);
  const rows: string[][] = [];
  let failures = 0;
  for (const prompt of prompts) {
    try {
      const { record } = await router.ask(prompt);
      const { tier, target = "", costUsd, durationMs } = record;
      rows.push([tier, target, ms(durationMs), costUsd === undefined ? "unknown" : usd(costUsd)]);
    } catch (error) {
      failures += 1;
      console.log(`${prompt}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (rows.length > 0) console.log(table(["tier", "target", "time", "cost"], rows, 2).join("\n"));
  return failures;
}

function optionsFrom(env: NodeJS.ProcessEnv): RouterOptions | undefined {
  const { GLOBAL_API_KEY: standardKey, GLOBAL_API_PRO_KEY: proKey, OPENAI_API_KEY: apiKey } = env;
  if (standardKey && proKey) return globalApi({ standardKey, proKey });
  if (!apiKey) return undefined;
  const { DEMO_MODELS: models = "gpt-4o-mini,gpt-4.1-mini,gpt-4o" } = env;
  const [cheap = "", balanced = cheap, premium = balanced] = models.split(",");
  return {
    client: new OpenAI(), // reads OPENAI_API_KEY and OPENAI_BASE_URL
    tiers: {
      cheap: [...new Set([cheap, balanced])],
      balanced: [...new Set([balanced, cheap])],
      premium: [...new Set([premium, balanced])],
    },
  };
}
