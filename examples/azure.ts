// Azure OpenAI as a target: by `AzureOpenAI` with an API version, or by the v1 API, which the plain client speaks.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI, { AzureOpenAI } from "openai";

await using azure = await startProvider({ keys: ["azure_1"] });
await using global = await startProvider({ keys: ["ga_1"] });

const router = new ModelRouter({
  client: new OpenAI({ baseURL: global.url, apiKey: "ga_1" }),
  clients: {
    // https://<resource>.openai.azure.com; a function that gives a token of Entra ID does in the place of the key
    azure: new AzureOpenAI({ endpoint: azure.origin, apiKey: "azure_1", apiVersion: "2024-10-21" }),
    azureV1: new OpenAI({ baseURL: `${azure.origin}/openai/v1`, apiKey: "azure_1" }),
  },
  targets: {
    // The model of a target at Azure is the name of the deployment.
    "azure-sweden": { client: "azure", model: "gpt-4o-prod", region: "swedencentral" },
    "azure-france": { client: "azureV1", model: "gpt-4.1-prod", region: "francecentral" },
  },
  tiers: { balanced: ["azure-sweden", "azure-france", "Qwen/Qwen3-32B"] },
  retry: { maxRetries: 0 },
});

await router.ask("What is the capital of France?");
azure.fail("gpt-4o-prod", 429); // its deployment is out of quota
await router.ask("What is the capital of France?");
for (const { path, query, headers } of azure.requests)
  console.log(path, query["api-version"], "api-key" in headers ? "api-key" : "bearer");
//=> /openai/deployments/gpt-4o-prod/chat/completions 2024-10-21 api-key
//=> /openai/deployments/gpt-4o-prod/chat/completions 2024-10-21 api-key
//=> /openai/v1/chat/completions undefined bearer

azure.fail("gpt-4.1-prod", "contentFilter"); // of the prompt: no other target is asked
await router.ask("…").catch(({ code }: { code: string }) => console.log(code));
//=> content_filter
