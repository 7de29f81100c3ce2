// pino: the router's events as log lines. Prompts, answers and keys are in none of them; what your tags say is yours to redact.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";
import { pino } from "pino";

await using provider = await startProvider();
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 503);
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "sk-live-4711" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  retry: { maxRetries: 0 },
});

const log = pino({ base: null, timestamp: false, redact: ["tags.customer"] });
router.on("fallback:start", ({ from, to, failure }) => log.warn({ from, to, failure }, "fallback"));
router.on("key:rest", ({ client, key, reason }) => log.error({ client, key, reason }, "a key is out"));
router.on("request:end", ({ record: { target, outcome, tags, usage, costUsd } }) =>
  log.info({ target, outcome, tags, tokens: usage?.totalTokens, costUsd }, "request"),
);

const support = router.with({ tags: { team: "support", customer: "Ada Lovelace" } });
const call = { model: "auto", messages: [{ role: "user" as const, content: "What is 2 + 2?" }] };
await support.chat.completions.create(call);
//=> {"level":40,"from":"deepseek-ai/DeepSeek-V4-Flash","to":"Qwen/Qwen3-32B","failure":"server_error","msg":"fallback"}
//=> {"level":30,"target":"Qwen/Qwen3-32B","outcome":"answered","tags":{"team":"support","customer":"[Redacted]"},"tokens":19,"msg":"request"}

provider.fail(undefined, "keyEcho"); // an error that repeats the key
try {
  await support.chat.completions.create(call);
} catch (error) {
  log.error(error, "failed");
}
//=> {"level":40,"from":"deepseek-ai/DeepSeek-V4-Flash","to":"Qwen/Qwen3-32B","failure":"server_error","msg":"fallback"}
//=> {"level":50,"client":"default","key":"1","reason":"credentials_refused","msg":"a key is out"}
//=> {"level":30,"outcome":"failed","tags":{"team":"support","customer":"[Redacted]"},"msg":"request"}
//=> {"level":50,"err":{"type":"AllTargetsFailedError",…Incorrect API key provided: [redacted].…,"msg":"failed"}
