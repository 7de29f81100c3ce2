/** Metrics for Prometheus: what to serve at /metrics. */
import { ModelRouter } from "modelrouter";
import { prometheusExporter } from "modelrouter/exporters/prometheus";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";
import { Registry } from "prom-client";

await using provider = await startProvider();
await using router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
  prices: { "deepseek-ai/DeepSeek-V4-Flash": 0.25, "Qwen/Qwen3-32B": 0.28 },
});

const registry = new Registry(); // or `register` of prom-client, which your other metrics are on
router.attach(prometheusExporter({ registry, tags: ["team"] }));

await router.ask("Which titles fit?", { tags: { team: "search" } });
provider.fail("deepseek-ai/DeepSeek-V4-Flash", 503);
await router.ask("Where is my invoice?", { tags: { team: "support" } });

const metrics = await registry.metrics(); // in a handler: response.type(registry.contentType).send(metrics)
for (const line of metrics.split("\n")) if (line.startsWith("modelrouter_requests_total")) console.log(line);
//=> modelrouter_requests_total{router="default",tier="cheap",target="deepseek-ai/DeepSeek-V4-Flash",outcome="answered",fell_back="false"} 1
//=> modelrouter_requests_total{router="default",tier="cheap",target="Qwen/Qwen3-32B",outcome="answered",fell_back="true"} 1
