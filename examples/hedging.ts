// One call in many hangs. The next target is asked beside it, and the first answer wins: for at most 5 % of the calls.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider({ latencyMs: 5 });
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  prices: { "deepseek-ai/DeepSeek-V4-Flash": 0.25, "Qwen/Qwen3-32B": 0.28 },
  hedge: { afterMs: 500, maxExtraLoad: 0.05 }, // or "p95": what 95 % of the target's own answers take
});
router.on("hedge:start", ({ from, to, afterMs }) => console.log(`${from} took ${afterMs} ms, asking ${to} too`));

const question = "What is the capital of France?";
const hedge = async () => (await router.explain({ model: "cheap", messages: [] })).summary.split("\n").at(-1);

console.log(await hedge());
//=> Hedge: none beside deepseek-ai/DeepSeek-V4-Flash: as many were made as maxExtraLoad allows.
for (let call = 0; call < 20; call += 1) await router.ask(question); // these earn it
console.log(await hedge());
//=> Hedge: when deepseek-ai/DeepSeek-V4-Flash gives nothing within 500 ms, Qwen/Qwen3-32B is called beside it.

provider.fail("deepseek-ai/DeepSeek-V4-Flash", "hang");
const { record } = await router.ask(question);
//=> deepseek-ai/DeepSeek-V4-Flash took 500 ms, asking Qwen/Qwen3-32B too
for (const { target, failure = "answered", usage } of record.attempts)
  console.log(target, failure, usage?.estimated === true ? "with an estimated cost" : "");
//=> deepseek-ai/DeepSeek-V4-Flash outrun with an estimated cost
//=> Qwen/Qwen3-32B answered
console.log(record.target, record.hedged, JSON.stringify(router.stats().hedges.refused));
//=> Qwen/Qwen3-32B true {"load":0,"limits":0,"no_target":0}
