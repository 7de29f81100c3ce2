// Several clients: each target is called with its own key and URL, and never sees another's.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI, { AzureOpenAI } from "openai";

await using aggregator = await startProvider({ keys: ["ga_1"] });
await using azure = await startProvider({ keys: ["azure_1"] });
await using direct = await startProvider({ keys: ["direct_1"] });

const router = new ModelRouter({
  client: new OpenAI({ baseURL: aggregator.url, apiKey: "ga_1" }),
  clients: {
    azure: new AzureOpenAI({ endpoint: azure.origin, apiKey: "azure_1", apiVersion: "2024-10-21" }),
    direct: new OpenAI({ baseURL: direct.url, apiKey: "direct_1" }),
  },
  targets: {
    "azure-eu": { client: "azure", model: "gpt-4o", region: "eu-west-1" },
    emergency: { client: "direct", model: "deepseek-chat", breakGlass: true },
  },
  tiers: { balanced: ["Qwen/Qwen3-32B", "azure-eu", "emergency"] }, // the last only when all others fail
  retry: { maxRetries: 0 },
});

const answeredBy = async (region?: string): Promise<string | undefined> =>
  (await router.ask("What is the capital of France?", { region })).record.target;

console.log(await answeredBy());
//=> Qwen/Qwen3-32B
console.log(await answeredBy("eu-west-1"));
//=> azure-eu
await aggregator.close();
azure.fail("gpt-4o", 500);
console.log(await answeredBy());
//=> emergency
console.log(direct.requests.map(({ key, model }) => `${key} ${model}`).join());
//=> direct_1 deepseek-chat
