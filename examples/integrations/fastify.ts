// Fastify: a stream of text; the reply pulls at the model's stream, and ends it when the browser leaves.
import { Readable } from "node:stream";
import Fastify from "fastify";
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI, { APIError } from "openai";

await using provider = await startProvider();
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

const app = Fastify();
app.post<{ Body: { messages: OpenAI.ChatCompletionMessageParam[] } }>("/chat", async (request, reply) => {
  const gone = new AbortController(); // not `request.signal`: that one aborts as soon as the body is read
  reply.raw.on("close", () => gone.abort());
  const stream = await router.chat.completions.create(
    { model: "auto", messages: request.body.messages, stream: true },
    { signal: gone.signal },
  );
  const text = async function* (): AsyncGenerator<string> {
    for await (const { choices } of stream) yield choices[0]?.delta.content ?? "";
  };
  return reply.type("text/plain; charset=utf-8").send(Readable.from(text()));
});
// Without it Fastify answers with the status of the error: a key that a provider refuses would make a 401 of yours.
app.setErrorHandler((error, _request, reply) => {
  if (!(error instanceof APIError)) return reply.send(error);
  return reply.code(503).send({ error: "No model can answer now." });
});
app.addHook("onClose", () => router.drain());

const url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/chat`;
const headers = { "content-type": "application/json" };
const body = JSON.stringify({ messages: [{ role: "user", content: "What is the capital of France?" }] });

provider.fail("deepseek-ai/DeepSeek-V4-Flash", "emptyStream");
console.log(await (await fetch(url, { method: "POST", headers, body })).text());
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
app.server.closeAllConnections(); // `fetch` keeps them for its next request
await app.close();
