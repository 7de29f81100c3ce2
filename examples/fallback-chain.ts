// The default model is down: the next one of its tier answers, and the record tells what was tried.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 503);

const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  breaker: { failureThreshold: 2 },
});
const messages = [{ role: "user" as const, content: "What is the capital of France?" }];

const completion = await router.chat.completions.create({ model: "auto", messages });
const { target, fellBack, attempts } = router.recordOf(completion);
console.log(target, fellBack);
//=> Qwen/Qwen3-32B true
for (const attempt of attempts) console.log(attempt.target, attempt.status, attempt.failure ?? "answered");
//=> deepseek-ai/DeepSeek-V4-Flash 503 server_error
//=> deepseek-ai/DeepSeek-V4-Flash 503 server_error
//=> Qwen/Qwen3-32B 200 answered

// Two failures have opened its breaker: the next call leaves it out from the start.
const { targets, leftOut } = await router.explain({ model: "auto", messages });
for (const next of targets) console.log("would be tried:", next.target);
//=> would be tried: Qwen/Qwen3-32B
for (const out of leftOut) console.log("left out:", out.target, out.reason);
//=> left out: deepseek-ai/DeepSeek-V4-Flash breaker_open
