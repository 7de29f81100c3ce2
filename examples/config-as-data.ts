// The whole configuration as JSON: keys by environment variable, faults with their paths, swapped while running.
import { ConfigError, ModelRouter, type RouterConfig } from "modelrouter";
import { startProvider } from "modelrouter/testing";

await using provider = await startProvider();
const config: RouterConfig = {
  client: { baseURL: provider.url, apiKeyEnv: "GLOBAL_API_KEY" },
  clients: { pro: { baseURL: provider.url, apiKeyEnv: "GLOBAL_API_PRO_KEY" } },
  clientRules: { "Pro/*": "pro" },
  tiers: {
    cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"],
    premium: { targets: ["Pro/deepseek-ai/DeepSeek-V3.2", "Qwen/Qwen3-32B"], deadlineMs: 30_000 },
  },
  classifier: [{ type: "task" }],
  prices: { "deepseek-ai/DeepSeek-V4-Flash": 0.25, "Qwen/Qwen3-32B": 0.28, "Pro/deepseek-ai/DeepSeek-V3.2": 2.5 },
};
const env = { GLOBAL_API_KEY: "any", GLOBAL_API_PRO_KEY: "another" }; // process.env unless you say otherwise
const router = ModelRouter.fromConfig(JSON.parse(JSON.stringify(config)) as RouterConfig, { env });

const critical = await router.ask("What is the risk?", { task: "critical_analysis" });
console.log(critical.record.target);
//=> Pro/deepseek-ai/DeepSeek-V3.2

router.update({ tiers: { ...config.tiers, cheap: ["Qwen/Qwen3-32B"] } }); // calls in flight end under the old one
console.log((await router.ask("What is the capital of France?")).record.target);
//=> Qwen/Qwen3-32B

try {
  router.update({ defaultTier: "premum", retry: { maxRetries: -1 } });
} catch (error) {
  if (error instanceof ConfigError) console.log(error.message);
}
//=> retry.maxRetries: must be a whole number of retries, 0 or more, got -1
//=> defaultTier: no tier "premum" (did you mean "premium"?)
