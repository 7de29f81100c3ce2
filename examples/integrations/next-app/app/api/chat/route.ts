import { ModelRouter } from "modelrouter";
import OpenAI from "openai";

// One for the process: breakers, limits and counters live in it.
const router = new ModelRouter({
  client: new OpenAI(), // OPENAI_BASE_URL and OPENAI_API_KEY
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: OpenAI.ChatCompletionMessageParam[] };
  const { signal } = request; // aborts when the browser leaves
  const stream = await router.chat.completions.create({ model: "auto", messages, stream: true }, { signal });
  return new Response(stream.toReadableStream(), { headers: { "content-type": "application/x-ndjson" } });
}
