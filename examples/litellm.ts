// A LiteLLM proxy as a target, a direct provider for when it is down. What the proxy says in headers comes through.
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const headers = { "x-litellm-model-id": "a1b2", "x-litellm-response-cost": "0.0000071" };
await using proxy = await startProvider({ models: { "qwen3-32b": { script: [{ headers }] } } });
await using direct = await startProvider();

const router = new ModelRouter({
  client: new OpenAI({ baseURL: proxy.origin, apiKey: "sk-virtual-1" }), // http://localhost:4000, with or without /v1
  clients: { direct: new OpenAI({ baseURL: direct.url, apiKey: "direct_1" }) },
  targets: {
    // A model group of the proxy. It has retries and fallbacks of its own: one of the two should have them.
    qwen: { model: "qwen3-32b", headers: { "x-litellm-num-retries": "0", "x-litellm-tags": "checkout" } },
    emergency: { client: "direct", model: "deepseek-chat", breakGlass: true },
  },
  tiers: { balanced: ["qwen", "emergency"] },
});
const messages = [{ role: "user" as const, content: "What is the capital of France?" }];

const { response } = await router.chat.completions.create({ model: "auto", messages }).withResponse();
for (const name of ["x-litellm-model-id", "x-litellm-response-cost", "x-router-target"])
  console.log(`${name}: ${response.headers.get(name)}`);
//=> x-litellm-model-id: a1b2
//=> x-litellm-response-cost: 0.0000071
//=> x-router-target: qwen

const [asked] = proxy.requests;
console.log(asked?.path, asked?.model, asked?.key, asked?.headers["x-litellm-tags"]);
//=> /chat/completions qwen3-32b sk-virtual-1 checkout

await proxy.close();
console.log((await router.ask("What is the capital of France?")).record.target);
//=> emergency
console.log(direct.requests.at(-1)?.headers["x-litellm-tags"]);
//=> undefined
