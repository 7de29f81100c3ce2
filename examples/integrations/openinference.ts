// OpenInference (Phoenix, Arize): its span of a call goes round the router's, and that of an HTTP request below the attempt's.
import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { ModelRouter } from "modelrouter";
import { otelExporter } from "modelrouter/exporters/otel";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const exporter = new InMemorySpanExporter(); // or an OTLP exporter, to Phoenix
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
tracerProvider.register();
new UndiciInstrumentation().setTracerProvider(tracerProvider); // Node's own `fetch`
// ES modules are not seen when they load: once for the class of your client.
new OpenAIInstrumentation({ tracerProvider }).manuallyInstrument(OpenAI);

await using provider = await startProvider();
await using router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  retry: { maxRetries: 0 },
});
router.attach(otelExporter({ tokens: false })); // the instrumentation reports them

provider.fail("deepseek-ai/DeepSeek-V4-Flash", 503);
await router.chat.completions.create({ model: "auto", messages: [{ role: "user", content: "What is 2 + 2?" }] });

const spans = exporter.getFinishedSpans();
function print(parentId: string | undefined, depth: number): void {
  for (const span of spans.filter((one) => one.parentSpanContext?.spanId === parentId)) {
    const counted = Object.entries(span.attributes).find(([name]) => /(input_tokens|count.prompt)$/.test(name));
    console.log(`${"  ".repeat(depth)}${span.name}${counted === undefined ? "" : `, ${counted.join(" ")}`}`);
    print(span.spanContext().spanId, depth + 1);
  }
}
print(undefined, 0);
//=> OpenAI Chat Completions, llm.token_count.prompt 4
//=>   route chat
//=>     chat deepseek-ai/DeepSeek-V4-Flash
//=>       POST
//=>     chat Qwen/Qwen3-32B
//=>       POST
