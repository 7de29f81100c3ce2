// A backend that streams the model's text to its own caller as it comes, and fails over before the first word.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ModelRouter } from "modelrouter";
import { faults, startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
provider.fail("deepseek-ai/DeepSeek-V4-Flash", faults.emptyStream);

const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort()); // who hangs up pays for no more tokens
  try {
    const messages = [{ role: "user" as const, content: await text(request) }];
    const stream = await router.chat.completions.create(
      { model: "auto", messages, stream: true },
      { signal: gone.signal },
    );
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
    for await (const chunk of stream) response.write(chunk.choices[0]?.delta.content ?? "");
    response.end();
  } catch {
    response.destroy(); // half an answer must not look like a whole one
  }
}

const server = createServer((request, response) => void answer(request, response));
await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo;
const got = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: "What is the capital of France?" });
console.log(await got.text());
//=> This is Qwen/Qwen3-32B, played by the provider simulator.
server.close();
