// The client you have, tiers of model ids, and `model: "auto"`: the prompt decides which model answers.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

// Stands in for https://global-apis.com/v1, so that this runs without a key.
await using provider = await startProvider();

const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: {
    cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"],
    balanced: ["Qwen/Qwen3-32B", "deepseek-ai/DeepSeek-V4-Flash"],
    premium: ["deepseek-ai/DeepSeek-R1", "Qwen/Qwen3-32B"],
  },
});

for (const content of ["What is the capital of France?", "Compare SQL and NoSQL for a shop."]) {
  const completion = await router.chat.completions.create({ model: "auto", messages: [{ role: "user", content }] });
  console.log(completion.choices[0]?.message.content);
  const { tier, reason } = router.recordOf(completion);
  console.log(`${tier}: ${reason}`);
}
//=> This is deepseek-ai/DeepSeek-V4-Flash, played by the provider simulator.
//=> cheap: short question: 30 characters
//=> This is deepseek-ai/DeepSeek-R1, played by the provider simulator.
//=> premium: asks for reasoning: "compare"
