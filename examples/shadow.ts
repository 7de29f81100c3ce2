// What would another model have answered? A share of the calls is sent to it too; nobody waits for it, and nobody is given its answers.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const models = { "Qwen/Qwen3-32B": { reply: "Paris." }, "deepseek-ai/DeepSeek-R1": { reply: "It is Paris." } };
await using provider = await startProvider({ models });
await using router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { premium: ["deepseek-ai/DeepSeek-R1"] },
  targets: { qwen: { model: "Qwen/Qwen3-32B" } }, // in no tier: it gets shadows only
  prices: { "deepseek-ai/DeepSeek-R1": 2.5, "Qwen/Qwen3-32B": 0.28 },
  shadow: {
    target: "qwen",
    share: 1, // that the example is short: 1 % is the default
    budgetUsd: 5, // a day; what calls cost is counted elsewhere
    compare: (given, shadow) => given.text.includes("Paris") === shadow.text.includes("Paris"),
  },
});

for (let calls = 0; calls < 20; calls += 1) {
  const shadowed = new Promise((resolve) => router.once("shadow:answer", resolve)); // for the example: calls do not wait
  await router.ask("What is the capital of France?", { tier: "premium", task: "capitals" });
  await shadowed;
}

const [capitals] = router.report().shadow?.tasks ?? [];
console.log(capitals?.text.replace("; ", "\n"));
//=> found good in 100 % of 20 comparisons (84 % to 100 %)
//=> $0.0000028 a call, against $0.0000275 (90 % less)
const { total, shadow } = router.costs();
console.log(total.calls, shadow.calls);
//=> 20 20
