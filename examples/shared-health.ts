// What one process finds out, the others know: a target that is down is called once, and then left alone by all.
import { memoryStore, ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
const store = memoryStore(); // for several processes: redisStore() of "modelrouter/stores/redis"

function startProcess(name: string): ModelRouter {
  const router = new ModelRouter({
    client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
    tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
    retry: { maxRetries: 0 },
    breaker: { failureThreshold: 1, errorRate: 0, cooldownMs: 300 },
    store,
  });
  router.on("breaker:open", ({ learnt }) => console.log(`${name} ${learnt ? "heard" : "found"} that it is down`));
  router.on("breaker:close", ({ learnt }) => console.log(`${name} ${learnt ? "heard" : "found"} that it is back`));
  return router;
}

provider.fail("deepseek-ai/DeepSeek-V4-Flash", 503);
const one = startProcess("one");
await one.ask("What is the capital of France?");
//=> one found that it is down
const other = startProcess("other");
await new Promise((resolve) => other.once("breaker:open", resolve));
//=> other heard that it is down
console.log((await other.ask("And of Italy?")).record.target, provider.hits("deepseek-ai/DeepSeek-V4-Flash"));
//=> Qwen/Qwen3-32B 1

provider.heal();
const back = new Promise((resolve) => other.once("breaker:close", resolve));
while ((await one.ask("And of Spain?")).record.target === "Qwen/Qwen3-32B"); // until one may probe
//=> one found that it is back
const looking = setInterval(() => other.health(), 50);
await back;
//=> other heard that it is back
clearInterval(looking);
