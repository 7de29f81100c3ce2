// What happens as events, and what it cost by team, against one model for everything.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

// 200,000 tokens an answer, so that the costs can be read.
const usage = { prompt_tokens: 150_000, completion_tokens: 50_000, total_tokens: 200_000 };
await using provider = await startProvider({
  models: { "deepseek-ai/DeepSeek-V4-Flash": { usage }, "Qwen/Qwen3-32B": { usage } },
});
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  prices: { "deepseek-ai/DeepSeek-V4-Flash": 0.25, "Qwen/Qwen3-32B": 0.28, "gpt-4o": 10 },
  baseline: "gpt-4o",
});

router.on("fallback:start", ({ from, to, failure }) => console.log(`${failure}: ${from} → ${to}`));

await router.ask("Where is my invoice?", { tags: { team: "support" } });
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 429);
await router.ask("Which titles fit?", { tags: { team: "search" } });
//=> rate_limited: deepseek-ai/DeepSeek-V4-Flash → Qwen/Qwen3-32B

const { groups } = router.costs({ by: "tag:team" });
for (const [team, { costUsd }] of Object.entries(groups)) console.log(`${team}: $${costUsd.toFixed(3)}`);
//=> support: $0.050
//=> search: $0.056
const { costUsd, savedUsd, fallbacks } = router.stats();
console.log(`$${costUsd.toFixed(3)} spent, $${savedUsd.toFixed(3)} saved, ${fallbacks} fallback`);
//=> $0.106 spent, $3.894 saved, 1 fallback
