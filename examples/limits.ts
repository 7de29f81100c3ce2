// A key with a limit, a target that takes two calls at a time: nothing is ever refused by the provider.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using free = await startProvider({ requestsPerMinute: 50 });
let most = 0;
await using own = await startProvider();
own.setModel("own-model", { latencyMs: 5, reply: () => String((most = Math.max(most, own.inFlight()))) });

const router = new ModelRouter({
  client: new OpenAI({ baseURL: free.url, apiKey: "any" }),
  clients: { own: new OpenAI({ baseURL: own.url, apiKey: "any" }) },
  targets: { "own-model": { client: "own", limits: { concurrency: 2 } } },
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "own-model"] },
  clientLimits: { default: { requestsPerMinute: 50 } }, // the free tier
  deadlineMs: 30_000,
});
const refusals: string[] = [];
router.on("attempt:end", ({ attempt }) => attempt.failure === "rate_limited" && refusals.push(attempt.target));

const calls = Array.from({ length: 60 }, () => router.ask("What is the capital of France?"));
const asked = await Promise.all(calls);
console.log(`${free.hits()} on the free tier, ${own.hits()} on our own, ${refusals.length} refused`);
//=> 50 on the free tier, 10 on our own, 0 refused
console.log(`at most ${most} at a time; ${asked.filter(({ record }) => record.waitedMs).length} calls waited`);
//=> at most 2 at a time; 8 calls waited
await router.close();
