// Staging as production, but for a fetch that makes some requests fail: the same seed makes the same ones fail again.
import { ModelRouter } from "modelrouter";
import { faulty, startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider(); // in the place of the real service

const staging = faulty(fetch, {
  seed: 7,
  rules: [
    { when: { model: "deepseek-ai/*", share: 0.3 }, fault: "rateLimited" },
    { when: { model: "Qwen/*", after: 1, times: 1 }, fault: "reset" },
  ],
});
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any", fetch: staging }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

for (let call = 1; call <= 12; call += 1) {
  const { record } = await router.ask("What is the capital of France?");
  if (record.fellBack)
    console.log(`call ${call}: ${record.attempts.map(({ failure }) => failure ?? "answered").join(", ")}`);
}
//=> call 1: rate_limited, answered
//=> call 2: rate_limited, connection, answered
//=> call 8: rate_limited, answered
//=> call 11: rate_limited, answered
//=> call 12: rate_limited, answered
console.log(staging.log.map(({ number, fault }) => `${number} ${fault}`).join(", "));
//=> 1 rateLimited, 3 rateLimited, 4 reset, 11 rateLimited, 15 rateLimited, 17 rateLimited
