// LangChain.js: a chat model whose requests go down the router's line; hints travel in headers.
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
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

const { baseURL } = router.openai;
const model = new ChatOpenAI({
  model: "auto",
  apiKey: "unused", // each target is called with the key of its own client
  maxRetries: 0, // the router has retried already
  configuration: { baseURL, fetch: router.fetch, defaultHeaders: { "x-router-tags": "team=search" } },
});
router.on("request:end", ({ record }) => console.log(record.endpoint, record.target, record.tags));

const chain = ChatPromptTemplate.fromTemplate("What is the capital of {country}?").pipe(model);
const answer = await chain.invoke({ country: "France" });
//=> chat Qwen/Qwen3-32B { team: 'search' }
console.log(answer.text);
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

let text = "";
for await (const chunk of await chain.stream({ country: "France" })) text += chunk.text;
//=> chat Qwen/Qwen3-32B { team: 'search' }
console.log(text);
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

provider.setModel("Qwen/Qwen3-32B", { toolCalls: [{ name: "find_city", arguments: { name: "Paris" } }] });
const findCity = tool(({ name }) => name, { name: "find_city", schema: z.object({ name: z.string() }) });
const called = await model.bindTools([findCity]).invoke("Where is the Louvre?");
//=> chat Qwen/Qwen3-32B { team: 'search' }
console.log(called.tool_calls?.map(({ name, args }) => `${name} ${JSON.stringify(args)}`));
//=> [ 'find_city {"name":"Paris"}' ]
