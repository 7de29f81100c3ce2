// What would happen in an outage, with a configuration as it is in production. Nothing is sent.
import { ModelRouter } from "modelrouter";
import { expectResilient } from "modelrouter/testing";
import OpenAI from "openai";

const baseURL = "https://global-apis.com/v1";
const router = new ModelRouter({
  client: new OpenAI({ baseURL, apiKey: "ga_key" }),
  clients: { pro: new OpenAI({ baseURL, apiKey: "ga_pro_key" }) },
  clientRules: { "Pro/*": "pro" },
  tiers: { premium: ["Pro/deepseek-ai/DeepSeek-V3.2", "Qwen/Qwen3-32B"] },
  timeouts: { headersMs: 5_000, firstContentMs: 5_000 },
});

const wall = { client: ["refused", "unauthorized", "rateLimited", "hang", "badRequest"] } as const;
await expectResilient(router, wall, { mustSurvive: ["client"], maxWaitMs: 10_000 });
//=> Tier premium: Pro/deepseek-ai/DeepSeek-V3.2 → Qwen/Qwen3-32B
//=>
//=> what is out                    a call  what the caller gets           after    faults
//=> ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
//=> Pro/deepseek-ai/DeepSeek-V3.2  any     Qwen/Qwen3-32B                 at once  refused, unauthorized, rateLimited
//=>                                any     Qwen/Qwen3-32B                 5 s      hang
//=>                                any     the provider's error: 400      at once  badRequest
//=> Qwen/Qwen3-32B                 any     Pro/deepseek-ai/DeepSeek-V3.2  at once  refused, unauthorized, rateLimited, hang, badRequest
