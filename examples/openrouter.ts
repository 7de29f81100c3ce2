// OpenRouter as a target: its own headers go to it alone, what it says of the cost comes through, and another provider takes over.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const processing = { stream: { insert: { after: 0, text: ": OPENROUTER PROCESSING\n\n" } } };
const usage = { prompt_tokens: 8, completion_tokens: 12, total_tokens: 20, cost: 0.0000088 };
await using openrouter = await startProvider({ models: { "qwen/qwen3-32b": { usage, script: [{}, processing] } } });
await using global = await startProvider();

const router = new ModelRouter({
  client: new OpenAI({ baseURL: global.url, apiKey: "ga_1" }),
  clients: {
    openrouter: new OpenAI({
      baseURL: `${openrouter.origin}/api/v1`, // https://openrouter.ai/api/v1
      apiKey: "sk-or-1",
      defaultHeaders: { "HTTP-Referer": "https://example.com", "X-OpenRouter-Title": "Example" },
    }),
  },
  targets: { qwen: { client: "openrouter", model: "qwen/qwen3-32b", price: { promptUsd: 0.1, completionUsd: 0.4 } } },
  tiers: { balanced: ["qwen", "Qwen/Qwen3-32B"] },
});
const call = { model: "auto", messages: [{ role: "user" as const, content: "What is the capital of France?" }] };

const completion = await router.chat.completions.create(call);
const { cost } = completion.usage as OpenAI.CompletionUsage & { cost: number };
console.log(router.recordOf(completion).costUsd?.toFixed(7), cost.toFixed(7)); // by your price, as OpenRouter says
//=> 0.0000056 0.0000088
for await (const { choices } of await router.chat.completions.create({ ...call, stream: true }))
  process.stdout.write(choices[0]?.delta.content ?? "\n");
//=> This is qwen/qwen3-32b, played by the provider simulator.

openrouter.fail(undefined, 402); // out of credits
console.log((await router.ask("What is the capital of France?")).record.target);
//=> Qwen/Qwen3-32B
for (const { path, headers } of [openrouter.requests.at(-1), global.requests.at(-1)].filter((one) => one !== undefined))
  console.log(path, headers["x-openrouter-title"], headers["authorization"]);
//=> /api/v1/chat/completions Example Bearer sk-or-1
//=> /v1/chat/completions undefined Bearer ga_1
