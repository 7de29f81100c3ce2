// Call sites that say "gpt-4o" stay as they are: an alias sends them through the router.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

// A call site somewhere in your code. It takes an `OpenAI` client and knows nothing of routing.
async function summarise(openai: OpenAI, text: string): Promise<string | null | undefined> {
  const completion = await openai.chat.completions.create({
    model: "gpt-4o",
    messages: [{ role: "user", content: `Write a summary: ${text}` }],
  });
  return completion.choices[0]?.message.content;
}

await using provider = await startProvider();
const client = new OpenAI({ baseURL: provider.url, apiKey: "any" });
console.log(await summarise(client, "…"));
//=> This is gpt-4o, played by the provider simulator.

const router = new ModelRouter({
  client,
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash"], balanced: ["Qwen/Qwen3-32B"], premium: ["gpt-4o"] },
  aliases: { "gpt-4o": "auto" },
});
// An instance of your client's own class: whatever takes an `OpenAI` takes it.
console.log(router.openai instanceof OpenAI);
//=> true
console.log(await summarise(router.openai, "…"));
//=> This is Qwen/Qwen3-32B, played by the provider simulator.
