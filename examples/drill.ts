// A fallback that is never used may not work on the day it is needed. A drill keeps some calls off a target, and says how it went.
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
  tiers: { cheap: ["flash", "qwen"] },
});
// Half of the traffic, that the example is short: 1 % is the default.
const drill = router.drill({ target: "flash", for: "10m", share: 0.5 });
for (let calls = 0; calls < 20; calls += 1) await router.ask("What is the capital of France?");
const { drilled, others, noFallback } = await drill.stop(); // or wait for the ten minutes: await drill
console.log(
  drilled.calls + others.calls,
  drilled.answered === drilled.calls,
  Object.keys(drilled.answeredBy),
  noFallback,
);
//=> 20 true [ 'qwen' ] 0

// The fallback is broken, and nobody has noticed. No call fails for it: the target answers after all, and that is reported.
provider.fail("Qwen/Qwen3-32B", 404);
const second = router.drill({ target: "flash", for: "10m", share: 1 });
await router.ask("What is the capital of Spain?");
console.log((await second.stop()).drilled.rescued);
//=> 1

// A dry drill sends prompts of its own, and says before what they may cost at most.
provider.heal("Qwen/Qwen3-32B");
const dry = router.drill({ target: "flash", dry: true, prompts: ["What is the capital of Italy?"] });
console.log((dry.worstCaseUsd ?? 0) < 0.001, (await dry).drilled.failed);
//=> true 0
