// Express: the text to the browser as server-sent events, no faster than it reads, and no longer than it listens.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import express, { type ErrorRequestHandler } from "express";
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI, { APIError } from "openai";

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

const app = express().use(express.json());
app.post("/chat", async (request, response) => {
  const gone = new AbortController();
  response.on("close", () => gone.abort()); // also while the model still thinks
  const stream = await router.chat.completions.create(
    { model: "auto", messages: request.body.messages, stream: true },
    { signal: gone.signal },
  );
  response.setHeader("content-type", "text/event-stream");
  await pipeline(async function* () {
    for await (const { choices } of stream) yield `data: ${JSON.stringify(choices[0]?.delta.content ?? "")}\n\n`;
  }, response).catch(() => undefined); // it has cut the connection: half an answer does not look like a whole one
});
// Without it Express answers with the status of the error: a key that a provider refuses would make a 401 of yours.
const unanswered: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent || !(error instanceof APIError)) return next(error);
  response.status(503).json({ error: "No model can answer now." });
};
app.use(unanswered);

const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
const headers = { "content-type": "application/json" };
const body = JSON.stringify({ messages: [{ role: "user", content: "What is the capital of France?" }] });

provider.fail("deepseek-ai/DeepSeek-V4-Flash", "emptyStream");
const events = await (await fetch(url, { method: "POST", headers, body })).text();
console.log(Array.from(events.matchAll(/^data: (.*)$/gm), ([, data = ""]) => JSON.parse(data) as string).join(""));
//=> This is Qwen/Qwen3-32B, played by the provider simulator.

// A browser that leaves after the first words: the model is told to stop.
provider.setModel("Qwen/Qwen3-32B", { reply: "and so on ".repeat(10_000), chunkDelayMs: 5 });
const leaves = new AbortController();
const early = await fetch(url, { method: "POST", headers, body, signal: leaves.signal });
await early.body?.getReader().read();
leaves.abort();
await provider.idle();
console.log(provider.requests.at(-1)?.aborted, router.stats().aborted);
//=> true 1

provider.fail(undefined, 401);
console.log((await fetch(url, { method: "POST", headers, body })).status);
//=> 503
server.close();
server.closeAllConnections(); // `fetch` keeps them for its next request
