// A tier promises answers within 200 ms. A model that is up but slow loses its place, and the broken promise is told.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider({ models: { "deepseek-ai/DeepSeek-V4-Flash": { latencyMs: 300 } } });
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: {
    cheap: {
      targets: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"],
      slo: { p99Ms: 200, availability: 0.999, minCalls: 5 },
      slow: { minCalls: 5 },
    },
  },
});
router.on("slo:burn", ({ tier, objective, burnRate }) => console.log(`${tier}: ${objective} burns ${burnRate} times`));
router.on("target:slow", ({ target, slowRate }) => console.log(`${target}: ${100 * slowRate} % slow, others go first`));

for (let call = 0; call < 5; call += 1) await router.ask("What is the capital of France?");
//=> deepseek-ai/DeepSeek-V4-Flash: 100 % slow, others go first
//=> cheap: p99Ms burns 100 times
console.log((await router.ask("What is the capital of France?")).record.target);
//=> Qwen/Qwen3-32B

console.log((await router.explain({ model: "cheap", messages: [] })).summary.split("\n").at(-1));
//=> Left to the end: deepseek-ai/DeepSeek-V4-Flash (100 % of its calls took over 200 ms, due again in 30 s).
console.log(JSON.stringify(router.health().tiers["cheap"]));
//=> {"healthy":true,"burning":true,"slow":["deepseek-ai/DeepSeek-V4-Flash"]}
