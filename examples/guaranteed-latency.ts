// An answer within a second, or the text we have: a late call is cancelled, counted and told, and never throws.
import { ModelRouter } from "modelrouter";
import { faults, startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});
router.on("sla:miss", ({ tier, limitMs }) => console.log(`SLA miss: ${tier}, ${limitMs} ms`));

const introduction = () =>
  router.within(1_000, async (view) => (await view.ask("Introduce the shop.")).text, { fallbackValue: "Welcome!" });

console.log(await introduction());
//=> This is deepseek-ai/DeepSeek-V4-Flash, played by the provider simulator.

// The first target hangs: the second still has half of the time.
provider.fail("deepseek-ai/DeepSeek-V4-Flash", faults.hang);
console.log(await introduction());
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

provider.fail("Qwen/Qwen3-32B", faults.hang);
console.log(await introduction());
//=> SLA miss: cheap, 1000 ms
//=> Welcome!
console.log(router.stats().slaMisses);
//=> 1
