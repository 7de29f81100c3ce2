// An A/B test: half of the users get another model first. Who is on which side is worked out from the user, and kept nowhere.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  targets: {
    flash: { model: "deepseek-ai/DeepSeek-V4-Flash", price: 0.25 },
    qwen: { model: "Qwen/Qwen3-32B", price: 0.28 },
  },
  tiers: {
    cheap: { targets: ["flash", "qwen"], experiment: { name: "qwen for titles", variants: { flash: {}, qwen: {} } } },
  },
});

for (let user = 0; user < 120; user += 1) {
  const view = router.with({ user: `user-${user}` });
  const { record } = await view.ask("A title for this text, please.");
  // Yours is a thumb, a test, an edit that was not needed. Here seven of ten titles of the one are good, and nine of ten of the other.
  view.feedback(record, { good: user % 10 < (record.variant === "qwen" ? 9 : 7) });
}

const { experiment } = await router.explain({ model: "cheap", messages: [] }, { hints: { user: "user-7" } });
console.log(experiment);
//=> { experiment: 'qwen for titles', variant: 'flash', isSticky: true }
const [result] = router.report().experiments;
console.log(result?.variants.map(({ name, servedBy }) => [name, servedBy]));
//=> [ [ 'flash', { flash: 66 } ], [ 'qwen', { qwen: 54 } ] ]
console.log(result?.verdict.text.replace(" (", "\n("));
//=> qwen is better than flash
//=> (94 % of its answers were good, against 61 %: 19 to 46 points more)
