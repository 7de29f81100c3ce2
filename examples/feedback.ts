// Say of answers whether they were good: the report tells which target does which task well, and when it is too early to say.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash"], balanced: ["Qwen/Qwen3-32B"] },
  prices: { "deepseek-ai/DeepSeek-V4-Flash": 0.25, "Qwen/Qwen3-32B": 0.28 },
});

/** Asks so often, and finds so many of the answers good: yours is a thumb, a test, an edit that was not needed. */
async function judge(tier: "cheap" | "balanced", good: number, of: number): Promise<void> {
  for (let calls = 0; calls < of; calls += 1) {
    const completion = await router.with({ tier, task: "titles" }).chat.completions.create({
      model: "auto",
      messages: [{ role: "user", content: "A title for this text, please." }],
    });
    router.feedback(completion, { good: calls < good });
  }
}

await judge("cheap", 12, 20);
await judge("balanced", 14, 15);
const verdict = (): string => router.report().tasks[0]?.verdict.text ?? "";
console.log(verdict());
//=> not enough data: 5 more answers with feedback needed (5 of Qwen/Qwen3-32B)

await judge("balanced", 24, 25);
console.log(verdict().replace(" (", "\n("));
//=> Qwen/Qwen3-32B is better than deepseek-ai/DeepSeek-V4-Flash
//=> (95 % of its answers were good, against 60 %: 14 to 57 points more)
console.log(String(router.report()).split("\n")[0]); // and a table for people, in Markdown
//=> # What works
