// Vercel AI SDK: a provider whose requests go down the router's line; hints, and what happened, travel in headers.
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, isStepCount, Output, streamText, tool } from "ai";
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";
import * as z from "zod";

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 500);

const routed = createOpenAI({
  baseURL: router.openai.baseURL,
  apiKey: "unused", // each target is called with the key of its own client
  fetch: router.fetch,
});
const prompt = "What is the capital of France?";
const maxRetries = 0; // the router has retried already

const headers = { "x-router-tags": "team=search" };
const { text, response } = await generateText({ model: routed.chat("auto"), prompt, headers, maxRetries });
console.log(text, response.headers?.["x-router-target"]);
//=> This is Qwen/Qwen3-32B, played by the provider simulator. Qwen/Qwen3-32B

// `routed.chat("auto")` uses chat completions, `routed("auto")` the Responses API: both are routed.
let streamed = "";
for await (const part of streamText({ model: routed("auto"), prompt, maxRetries }).textStream) streamed += part;
console.log(streamed);
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

provider.setModel("Qwen/Qwen3-32B", { reply: '{"city":"Paris"}' });
const output = Output.object({ schema: z.object({ city: z.string() }) });
console.log((await generateText({ model: routed.chat("auto"), prompt, output, maxRetries })).output);
//=> { city: 'Paris' }

provider.setModel("Qwen/Qwen3-32B", { toolCalls: [{ name: "population", arguments: { city: "Paris" } }] });
const population = tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => `${city}: 2.1 M` });
const stopWhen = isStepCount(5);
const agent = await generateText({ model: routed("auto"), prompt, tools: { population }, stopWhen, maxRetries });
console.log(agent.steps.map(({ toolResults }) => toolResults.map((result) => result.output)));
//=> [ [ 'Paris: 2.1 M' ], [] ]
