// Three keys for one client take turns. One runs out of credits and another is revoked: the calls go on with the third.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
const refused = new Map([
  ["ga_1", 402],
  ["ga_2", 401],
]);

const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "ga_1" }),
  keys: { default: [{ apiKey: "ga_1", label: "search" }, { apiKey: "ga_2", label: "support" }, async () => "ga_3"] },
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash"] },
});
router.on("key:rest", ({ key, reason }) => console.log(`key ${key} rests: ${reason}`));
const keyOf = async (): Promise<string | undefined> =>
  (await router.ask("What is the capital of France?")).record.attempts.at(-1)?.key;

console.log(await keyOf(), await keyOf(), await keyOf());
//=> search support 3
provider.fail(undefined, ({ key }) => refused.get(key) ?? 200);
console.log(await keyOf());
//=> key search rests: quota_exhausted
//=> key support rests: credentials_refused
//=> 3

router.update({ keys: { default: [{ apiKey: "ga_4", label: "new" }] } }); // calls in flight end with their own
console.log(await keyOf(), provider.requests.at(-1)?.key);
//=> new ga_4
