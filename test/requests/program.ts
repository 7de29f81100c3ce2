/** A program that uses a router and is then done: nothing may keep its process alive. */
import OpenAI from "openai";
import { ModelRouter } from "../../src/index.ts";
import { startProvider } from "../../src/testing/index.ts";

const [, , how] = process.argv;

const provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-1" }),
  targets: { a: {}, b: {} },
  tiers: { main: ["a", "b"] },
  breaker: { failureThreshold: 1, errorRate: 0, cooldownMs: 600_000 },
  timeouts: { headersMs: 600_000, firstContentMs: 600_000, idleMs: 600_000, attemptMs: 600_000 },
  deadlineMs: 600_000,
});
if (how === "left with an open breaker") provider.fail("a", 500);

const messages = [{ role: "user" as const, content: "Hi?" }];
await router.chat.completions.create({ model: "main", messages });
const stream = await router.chat.completions.create({ model: "main", messages, stream: true });
for await (const _ of stream) continue;
const left = await router.chat.completions.create({ model: "main", messages, stream: true });
for await (const _ of left) break;

if (how === "closed") await router.close();
await provider.close();
console.log("done");
