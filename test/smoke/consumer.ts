import OpenAI from "openai";
import { isRouterError, ModelRouter, resilientStore, type RouteRecord, type Store } from "modelrouter";
import { forecastCosts, type Forecast, type ForecastOptions } from "modelrouter/planning";
import { createServer, type Server } from "node:http";
import { dashboard, forNode } from "modelrouter/dashboard";
import { otelExporter } from "modelrouter/exporters/otel";
import { prometheusExporter } from "modelrouter/exporters/prometheus";
import { simulate, type Simulation, type SimulatedOutage } from "modelrouter/simulation";
import { type NodeRedisClient, redisStore } from "modelrouter/stores/redis";
import { startProvider } from "modelrouter/testing";
import type { Registry } from "prom-client";

/** Compiles in the projects of users, as ESM and as CJS. Never runs. */
export async function ask(content: string): Promise<RouteRecord | string> {
  await using provider = await startProvider();
  const router = new ModelRouter({
    client: new OpenAI({ baseURL: provider.url, apiKey: "test-key" }),
    tiers: { cheap: ["small", "large"], premium: ["large"] },
  });
  // @ts-expect-error -- the names of the tiers are inferred, so one that is misspelt does not compile
  router.with({ tier: "premum" });
  try {
    const stream = await router
      .with({ tier: "premium" })
      .chat.completions.create({ model: "auto", messages: [{ role: "user", content }], stream: true });
    for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
    return router.recordOf(stream);
  } catch (error) {
    if (isRouterError(error)) return error.code;
    throw error;
  }
}

/** The same for the planning of costs. */
export function plan(options: ForecastOptions): Forecast {
  return forecastCosts({ ...options, stages: [5_000_000] });
}

/** The same for exporters. */
export function watch(router: ModelRouter, registry: Registry): ModelRouter {
  return router.attach(prometheusExporter({ registry, tags: ["team"] })).attach(otelExporter({ content: false }));
}

/** The same for the dashboard. */
export function show(router: ModelRouter): Server {
  return createServer(forNode(dashboard(router, { authorise: ({ headers }) => headers.has("cookie") })));
}

/** The same for what would happen. */
export function foresee(outages: readonly SimulatedOutage[]): Promise<Simulation> {
  const config = { client: { apiKeyEnv: "KEY" }, tiers: { cheap: ["small", "large"] } };
  return simulate(config, { hours: 1, callsPerSecond: 1 }, outages);
}

/** The same for the store on Redis, with no client for it installed. */
export function share(client: NodeRedisClient): Store {
  return resilientStore(redisStore(client));
}
