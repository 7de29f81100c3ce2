// OpenAI Agents SDK: agents whose models are tiers of the router, on the client that the router gives.
import { Agent, OpenAIProvider, Runner, tool } from "@openai/agents";
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";
import * as z from "zod";

await using provider = await startProvider();
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 500);
provider.setModel("Qwen/Qwen3-32B", { toolCalls: [{ name: "population", arguments: { city: "Paris" } }] });
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

const population = tool({
  name: "population",
  description: "How many people live in a city",
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `${city}: 2.1 M`,
});
const agent = new Agent({ name: "Guide", instructions: "You know cities.", model: "cheap", tools: [population] });

const { openai } = router.with({ tags: { team: "travel" } });
const modelProvider = new OpenAIProvider({ openAIClient: openai }); // `useResponses: false` for chat completions
const runner = new Runner({ modelProvider, tracingDisabled: true }); // its traces go to OpenAI

router.on("request:end", ({ record }) => console.log(record.endpoint, record.target, record.tags));
const { finalOutput } = await runner.run(agent, "How many people live in Paris?");
//=> responses Qwen/Qwen3-32B { team: 'travel' }
//=> responses Qwen/Qwen3-32B { team: 'travel' }
console.log(finalOutput);
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

let text = "";
const stream = await runner.run(agent, "And in Paris?", { stream: true });
for await (const piece of stream.toTextStream()) text += piece;
//=> responses Qwen/Qwen3-32B { team: 'travel' }
//=> responses Qwen/Qwen3-32B { team: 'travel' }
console.log(text);
//=> This is Qwen/Qwen3-32B, played by the provider simulator.
