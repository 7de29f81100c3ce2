// Many prompts, two at a time: results in order, one failure sinks nothing, and the next run calls only what is missing.
import { type BatchResult, ModelRouter } from "modelrouter";
import { startProvider, type Step } from "modelrouter/testing";
import OpenAI from "openai";

// Refuses one of the three, the first time.
const strict: Step = ({ body }) => (JSON.stringify(body).includes("a table") ? 400 : 200);
await using provider = await startProvider(strict, strict, strict);
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

const rows = [
  { id: "t-1", text: "a table" },
  { id: "t-2", text: "a lamp" },
  { id: "t-3", text: "a chair" },
];
const run = (resume: readonly BatchResult<string>[]) =>
  router.batch(rows, {
    call: async ({ text }, view) => (await view.ask(`A title for ${text}?`)).text,
    keyOf: ({ id }) => id,
    concurrency: 2,
    resume,
    onProgress: ({ done, failed, total }) => done === total && console.log(`${done} done, ${failed} failed`),
  });

const results = await run([]);
//=> 3 done, 1 failed
for (const { key, status } of results) console.log(key, status);
//=> t-1 rejected
//=> t-2 fulfilled
//=> t-3 fulfilled

await run(results);
//=> 3 done, 0 failed
console.log(provider.hits(), "calls in all");
//=> 4 calls in all
