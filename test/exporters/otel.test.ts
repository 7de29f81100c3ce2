import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { otelExporter, type OtelExporterOptions } from "../../src/exporters/otel.ts";
import { ModelRouter } from "../../src/index.ts";
import { startProvider } from "../../src/testing/index.ts";
import { call, impatient, messages, startPair, streamingCall, type Pair } from "../requests/setup.ts";

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(() => {
  context.disable();
});

/** What the router of a pair traces. */
function traced(pair: Pick<Pair, "router">, options: OtelExporterOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  pair.router.attach(otelExporter({ tracerProvider, ...options }));
  return { spans: () => exporter.getFinishedSpans(), tracer: tracerProvider.getTracer("test") };
}

function named(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const span = spans.find((one) => one.name === name);
  if (span === undefined) throw new Error(`no span "${name}" among ${spans.map((one) => one.name).join(", ")}`);
  return span;
}

describe("an attached otel exporter", () => {
  it("makes a span for a call, and a child of it for each attempt", async () => {
    await using pair = await startPair({ a: [500], router: { retry: false } });
    const { spans } = traced(pair);
    await pair.router.chat.completions.create(call);
    const root = named(spans(), "route chat");
    const children = spans().filter((span) => span.parentSpanContext?.spanId === root.spanContext().spanId);
    expect(children.map(({ name }) => name)).toEqual(["chat a", "chat b"]);
    expect(root.attributes).toMatchObject({
      "modelrouter.tier": "main",
      "modelrouter.target": "b",
      "modelrouter.fell_back": true,
      "modelrouter.outcome": "answered",
      "modelrouter.attempts": 2,
    });
  });

  it("says of an attempt what the conventions ask for", async () => {
    await using pair = await startPair();
    const { spans } = traced(pair);
    await pair.router.chat.completions.create({ ...call, temperature: 0.5, max_tokens: 20, stop: ["END"], seed: 7 });
    const { port } = new URL(pair.a.url);
    const { attributes } = named(spans(), "chat a");
    expect(attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "a",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.request.max_tokens": 20,
      "gen_ai.request.stop_sequences": ["END"],
      "gen_ai.request.seed": 7,
      "server.address": "127.0.0.1",
      "server.port": Number(port),
      "http.response.status_code": 200,
    });
    expect(attributes["gen_ai.usage.input_tokens"]).toBeGreaterThan(0);
  });

  it("marks a failed attempt with its kind, and leaves the call that was answered unmarked", async () => {
    await using pair = await startPair({ a: [503], router: { retry: false } });
    const { spans } = traced(pair);
    await pair.router.chat.completions.create(call);
    expect(named(spans(), "chat a")).toMatchObject({
      status: { code: 2 },
      attributes: { "error.type": "server_error", "http.response.status_code": 503 },
    });
    expect(named(spans(), "route chat").status.code).toBe(0);
  });

  it("marks a call that nobody answered", async () => {
    await using pair = await startPair({ a: [500], b: [502], router: { retry: { maxRetries: 0 } } });
    const { spans } = traced(pair);
    await expect(pair.router.chat.completions.create(call)).rejects.toThrow("All targets");
    expect(named(spans(), "route chat")).toMatchObject({
      status: { code: 2 },
      attributes: { "error.type": "server_error", "modelrouter.outcome": "failed" },
    });
  });

  it("tells retries as events of the call's span", async () => {
    await using pair = await startPair({ a: [503, 200] });
    const { spans } = traced(pair);
    await pair.router.chat.completions.create(call);
    expect(named(spans(), "route chat").events.map(({ name, attributes }) => [name, attributes])).toMatchObject([
      ["modelrouter.retry", { "modelrouter.target": "a", "modelrouter.failure": "server_error" }],
    ]);
  });

  it("tells second attempts as events of the call's span, each with a span of its own", async () => {
    await using pair = await startPair({ a: ["hang"], router: { hedge: { afterMs: 20, maxExtraLoad: 1 } } });
    const { spans } = traced(pair);
    await pair.router.chat.completions.create(call);
    expect(named(spans(), "route chat").events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["modelrouter.hedge", { "modelrouter.from": "a", "modelrouter.to": "b", "modelrouter.outcome": "won" }],
    ]);
    expect(named(spans(), "chat a").attributes).toMatchObject({ "error.type": "outrun" });
    expect(named(spans(), "chat b").status.code).not.toBe(2);
  });

  it("goes on with the trace in which the call was made, also for a stream read elsewhere", async () => {
    await using pair = await startPair();
    const { spans, tracer } = traced(pair);
    const outer = tracer.startSpan("outer");
    const stream = await context.with(trace.setSpan(context.active(), outer), () =>
      pair.router.chat.completions.create(streamingCall),
    );
    expect(spans().map(({ name }) => name)).toEqual([]);
    for await (const _ of stream) continue;
    outer.end();
    expect(named(spans(), "route chat").parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(spans().map(({ name }) => name)).toEqual(["chat a", "route chat", "outer"]);
  });

  it("ends the spans of a stream that the caller leaves", async () => {
    await using pair = await startPair();
    const { spans } = traced(pair);
    const stream = await pair.router.chat.completions.create(streamingCall);
    for await (const _ of stream) break;
    await pair.router.drain();
    expect(named(spans(), "route chat").attributes).toMatchObject({ "modelrouter.outcome": "aborted" });
    expect(named(spans(), "chat a").status.code).toBe(0);
  });

  it("times out an attempt under its own name", async () => {
    await using pair = await startPair({ a: ["hang"], targets: { a: impatient }, router: { retry: false } });
    const { spans } = traced(pair);
    await pair.router.chat.completions.create(call);
    expect(named(spans(), "chat a").attributes["error.type"]).toBe("timeout");
  });

  it("sends each request in the context of its attempt, so that an instrumented fetch goes on with the trace", async () => {
    await using provider = await startProvider();
    const seen: string[] = [];
    const instrumented: typeof fetch = (url, init) => {
      const carrier: Record<string, string> = {};
      new W3CTraceContextPropagator().inject(context.active(), carrier, {
        set: (into: Record<string, string>, key, value) => void (into[key] = value),
      });
      seen.push(carrier["traceparent"] ?? "none");
      return fetch(url, init);
    };
    await using router = new ModelRouter({
      client: new OpenAI({ baseURL: provider.url, apiKey: "sk-test-key-1", fetch: instrumented }),
      tiers: { main: ["a"] },
    });
    const { spans } = traced({ router });
    await router.chat.completions.create(call);
    const { traceId, spanId } = named(spans(), "chat a").spanContext();
    expect(seen).toEqual([`00-${traceId}-${spanId}-01`]);
  });

  it("records no content unless it is told to", async () => {
    await using pair = await startPair();
    const { spans } = traced(pair);
    await pair.router.chat.completions.create({ ...call, messages: [{ role: "user", content: "xyzzy-secret" }] });
    const all = JSON.stringify(
      spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    expect(all).toContain("route chat");
    expect(all).not.toContain("xyzzy-secret");
  });

  it("records what was sent when it is told to", async () => {
    await using pair = await startPair();
    const { spans } = traced(pair, { content: true });
    await pair.router.chat.completions.create(call);
    const recorded = named(spans(), "chat a").attributes["gen_ai.input.messages"];
    expect(JSON.parse(String(recorded))).toEqual([
      { role: "user", parts: [{ type: "text", content: messages[0]?.content }] },
    ]);
  });

  it("uses no name under gen_ai, openai, server or error that the conventions do not have", async () => {
    await using pair = await startPair({ a: [500, 200] });
    const { spans } = traced(pair, { content: true });
    await pair.router.chat.completions.create({ ...call, n: 2, stop: "END", temperature: 1, service_tier: "flex" });
    for await (const _ of await pair.router.chat.completions.create(streamingCall)) continue;
    const known = new Set<unknown>(
      Object.entries(conventions).flatMap(([key, value]) => (key.startsWith("ATTR_") ? [value] : [])),
    );
    const used = new Set(spans().flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...used].filter((name) => !name.startsWith("modelrouter.") && !known.has(name))).toEqual([]);
  });

  it("measures calls, tokens and first content under the conventions' names, with bounded labels", async () => {
    await using pair = await startPair();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    pair.router.attach(otelExporter({ meterProvider, maxNames: 1 }));
    await pair.router.chat.completions.create(call);
    await pair.router.chat.completions.create({ model: "another", messages });
    for await (const _ of await pair.router.chat.completions.create(streamingCall)) continue;
    await meterProvider.forceFlush();
    const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    const read = new Map(scopes.flatMap(({ metrics }) => metrics.map((one) => [one.descriptor.name, one] as const)));
    await meterProvider.shutdown();
    const models = read
      .get(conventions.METRIC_GEN_AI_CLIENT_OPERATION_DURATION)
      ?.dataPoints.map(({ attributes }) => attributes["gen_ai.request.model"]);
    expect(models).toEqual(["a", "other"]);
    expect([...read.keys()]).toEqual(
      expect.arrayContaining([
        conventions.METRIC_GEN_AI_CLIENT_TOKEN_USAGE,
        conventions.METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
        "modelrouter.request.duration",
        "modelrouter.target.up",
      ]),
    );
  });

  it("reaches a collector over OTLP", async () => {
    await using collector = await startCollector();
    await using pair = await startPair();
    const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }));
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
    pair.router.attach(otelExporter({ tracerProvider }));
    await pair.router.chat.completions.create(call);
    await tracerProvider.forceFlush();
    await tracerProvider.shutdown();
    expect(collector.names()).toEqual(["chat a", "route chat"]);
  });
});

interface Collected {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { name: string }[] }[];
  }[];
}

async function startCollector() {
  const names: string[] = [];
  const collect = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { resourceSpans } = JSON.parse((await buffer(request)).toString()) as Collected;
    for (const { scopeSpans } of resourceSpans)
      for (const { spans } of scopeSpans) names.push(...spans.map(({ name }) => name));
    response.setHeader("content-type", "application/json").end("{}");
  };
  const server = createServer((request, response) => void collect(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    names: () => names.toSorted(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
