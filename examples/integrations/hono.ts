// Hono: server-sent events by its own helper, which waits for the browser to read.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

const app = new Hono();
app.post("/chat", async (c) => {
  const { messages } = await c.req.json<{ messages: OpenAI.ChatCompletionMessageParam[] }>();
  const { signal } = c.req.raw; // aborts when the browser leaves
  const stream = await router.chat.completions.create({ model: "auto", messages, stream: true }, { signal });
  return streamSSE(c, async (browser) => {
    for await (const { choices } of stream) await browser.writeSSE({ data: JSON.stringify(choices[0]?.delta) });
    await browser.writeSSE({ event: "done", data: "" }); // Hono ends a stream that fails as though it were whole
  });
});

const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
const body = JSON.stringify({ messages: [{ role: "user", content: "What is the capital of France?" }] });

provider.fail("deepseek-ai/DeepSeek-V4-Flash", "emptyStream");
const events = await (await fetch(url, { method: "POST", body })).text();
const deltas = [...events.matchAll(/^data: ({.*)$/gm)].map(([, data = ""]) => JSON.parse(data) as { content?: string });
console.log(deltas.map(({ content = "" }) => content).join(""));
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

// A browser that leaves after the first words: the model is told to stop.
provider.setModel("Qwen/Qwen3-32B", { reply: "and so on ".repeat(10_000), chunkDelayMs: 5 });
const leaves = new AbortController();
const early = await fetch(url, { method: "POST", body, signal: leaves.signal });
await early.body?.getReader().read();
leaves.abort();
await provider.idle();
console.log(provider.requests.at(-1)?.aborted, router.stats().aborted);
//=> true 1

provider.fail("deepseek-ai/DeepSeek-V4-Flash", "cutStream");
console.log((await (await fetch(url, { method: "POST", body })).text()).includes("event: done"));
//=> false
server.close();
