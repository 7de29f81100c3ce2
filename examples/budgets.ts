// Five dollars a day for each team, refused beyond that, and a warning at 80 %.
import { isRouterError, ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

// A million tokens an answer, so that the costs can be read.
const usage = { prompt_tokens: 900_000, completion_tokens: 100_000, total_tokens: 1_000_000 };
await using provider = await startProvider({ models: { "deepseek-ai/DeepSeek-R1": { usage } } });
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { premium: ["deepseek-ai/DeepSeek-R1"] },
  prices: { "deepseek-ai/DeepSeek-R1": 2.5 },
  budgets: { team: { limitUsd: 5, per: "day", timeZone: "Europe/Berlin", tag: { team: "*" } } },
});

router.on("budget:low", ({ tags, spentUsd, limitUsd }) => console.log(`${tags["team"]}: $${spentUsd} of $${limitUsd}`));

async function ask(team: string): Promise<void> {
  try {
    await router.ask("Which titles fit?", { tags: { team } });
    console.log(`${team}: answered`);
  } catch (error) {
    if (!isRouterError(error)) throw error;
    console.log(`${team}: ${error.code}`);
  }
}

for (const team of ["search", "search", "search", "support"]) await ask(team);
//=> search: answered
//=> search: $5 of $5
//=> search: answered
//=> search: budget_spent
//=> support: answered
for (const { tags, spentUsd } of await router.budgets()) console.log(tags["team"], `$${spentUsd}`);
//=> search $5
//=> support $2.5
