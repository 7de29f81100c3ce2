// Langfuse: its wrapper of the client shows each call, the router's own spans show each attempt. Tokens are reported by one.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { observeOpenAI } from "@langfuse/openai";
import { isDefaultExportSpan, LangfuseSpanProcessor } from "@langfuse/otel";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { ModelRouter } from "modelrouter";
import { otelExporter } from "modelrouter/exporters/otel";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

interface Traces {
  resourceSpans: { scopeSpans: { spans: { name: string; attributes: { key: string }[] }[] }[] }[];
}

// In the place of Langfuse: shows what it is sent, and where tokens are reported.
async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { resourceSpans } = (await json(request)) as Traces;
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  for (const { name, attributes } of spans)
    console.log(
      name,
      attributes.map(({ key }) => key).filter((key) => /usage_details|input_tokens$/.test(key)),
    );
  response.end("{}");
}
const langfuse = createServer((request, response) => void take(request, response)).listen(0, "127.0.0.1");
await once(langfuse, "listening");

const processor = new LangfuseSpanProcessor({
  publicKey: "pk-lf-1",
  secretKey: "sk-lf-1",
  baseUrl: `http://127.0.0.1:${(langfuse.address() as AddressInfo).port}`,
  // The router's span of a call has no model of its own: without this only those of attempts come.
  shouldExportSpan: ({ otelSpan }) =>
    otelSpan.instrumentationScope.name === "modelrouter" || isDefaultExportSpan(otelSpan),
});
new NodeTracerProvider({ spanProcessors: [processor] }).register();

await using provider = await startProvider();
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 503);
const router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  retry: { maxRetries: 0 },
});
const call = { model: "auto", messages: [{ role: "user" as const, content: "What is 2 + 2?" }] };

await observeOpenAI(router.openai, { generationName: "sum", userId: "user-4711" }).chat.completions.create(call);
await processor.forceFlush();
//=> sum [ 'langfuse.observation.usage_details' ]

router.attach(otelExporter({ content: true })); // beside the wrapper: `tokens: false`
await router.chat.completions.create(call);
await processor.forceFlush();
//=> chat deepseek-ai/DeepSeek-V4-Flash []
//=> chat Qwen/Qwen3-32B [ 'gen_ai.usage.input_tokens' ]
//=> route chat []
langfuse.close();
langfuse.closeAllConnections();
