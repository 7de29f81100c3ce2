// A direct contract with a vendor, kept for the day when everything behind the aggregator fails. Somebody is told each time.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using aggregator = await startProvider();
await using vendor = await startProvider();

const router = new ModelRouter({
  client: new OpenAI({ baseURL: aggregator.url, apiKey: "any" }),
  clients: { vendor: new OpenAI({ baseURL: vendor.url, apiKey: "any" }) },
  targets: { direct: { client: "vendor", model: "deepseek-chat", breakGlass: true } },
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B", "direct"] },
  retry: { maxRetries: 0 },
});
router.on("break-glass:use", ({ target, why, detail }) => console.log(`${target} (${why}): ${detail}`));

const answeredBy = async (): Promise<string | undefined> =>
  (await router.ask("What is the capital of France?")).record.target;

console.log(await answeredBy());
//=> deepseek-ai/DeepSeek-V4-Flash

aggregator.fail("deepseek-ai/DeepSeek-V4-Flash", 503); // one is down: an ordinary fallback
console.log(await answeredBy(), vendor.hits());
//=> Qwen/Qwen3-32B 0

aggregator.fail(undefined, 503); // all are
console.log(await answeredBy(), vendor.hits());
//=> direct (all_out): deepseek-ai/DeepSeek-V4-Flash: server_error; Qwen/Qwen3-32B: server_error
//=> direct 1

// Work that nobody waits for does not break the glass.
const [result] = await router.batch(["Translate this."]);
console.log(result?.status, vendor.hits());
//=> rejected 1
