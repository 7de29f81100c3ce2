// For libraries that take a `fetch` instead of a client: the router is one.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 500);
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

// Hints go in `x-router-*` headers, and so does what happened. Neither reaches or comes from a provider.
const response = await router.fetch(`${provider.url}/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json", "x-router-tags": "team=search" },
  body: JSON.stringify({ model: "auto", messages: [{ role: "user", content: "What is the capital of France?" }] }),
});
const answer = (await response.json()) as OpenAI.ChatCompletion;
console.log(answer.choices[0]?.message.content);
//=> This is Qwen/Qwen3-32B, played by the provider simulator.
for (const name of ["target", "tier", "attempts", "fell-back"]) {
  console.log(`x-router-${name}: ${response.headers.get(`x-router-${name}`)}`);
}
//=> x-router-target: Qwen/Qwen3-32B
//=> x-router-tier: cheap
//=> x-router-attempts: 3
//=> x-router-fell-back: true
console.log(router.recordOf(response).tags);
//=> { team: 'search' }
