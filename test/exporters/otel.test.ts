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
import { ModelRouter, type StreamInterruptedError } from "../../src/index.ts";
import { faults, startProvider } from "../../src/testing/index.ts";
import { call, impatient, messages, startPair, startSingle, streamingCall, type Pair } from "../requests/setup.ts";

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

function outputOf({ attributes }: ReadableSpan): readonly object[] {
  return JSON.parse(String(attributes["gen_ai.output.messages"])) as object[];
}

async function readAll(stream: AsyncIterable<unknown>): Promise<undefined> {
  for await (const _ of stream) continue;
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
    await using pair = await startPair({ a: { models: { a: { reply: "plugh-answer" } } } });
    const { spans } = traced(pair);
    await pair.router.chat.completions.create({ ...call, messages: [{ role: "user", content: "xyzzy-secret" }] });
    for await (const _ of await pair.router.chat.completions.create(streamingCall)) continue;
    const all = JSON.stringify(
      spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    expect(all).toContain("route chat");
    expect(all).not.toContain("xyzzy-secret");
    expect(all).not.toContain("plugh-answer");
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

  it("says which answer it was, by which model, and why it ended", async () => {
    await using pair = await startPair();
    const { spans } = traced(pair);
    const { id } = await pair.router.chat.completions.create(call);
    expect(named(spans(), "chat a").attributes).toMatchObject({
      "gen_ai.response.id": id,
      "gen_ai.response.model": "a",
      "gen_ai.response.finish_reasons": ["stop"],
    });
  });

  it("says the same of a stream when it has ended", async () => {
    await using pair = await startPair();
    const { spans } = traced(pair);
    const ids = new Set<string>();
    for await (const chunk of await pair.router.chat.completions.create(streamingCall)) ids.add(chunk.id);
    const { attributes } = named(spans(), "chat a");
    expect([attributes["gen_ai.response.id"]]).toEqual([...ids]);
    expect(attributes["gen_ai.response.finish_reasons"]).toEqual(["stop"]);
  });

  it("says the same of the Responses API, in its words", async () => {
    await using pair = await startPair();
    const { spans } = traced(pair);
    const { id } = await pair.router.responses.create({ model: "main", input: "Hi?" });
    for await (const _ of await pair.router.responses.create({ model: "main", input: "Hi?", stream: true })) continue;
    const [whole, streamed] = spans().filter(({ name }) => name === "chat a");
    expect(whole?.attributes["gen_ai.response.id"]).toBe(id);
    expect(whole?.attributes["gen_ai.response.finish_reasons"]).toEqual(["completed"]);
    expect(streamed?.attributes["gen_ai.response.id"]).toMatch(/^resp/);
    expect(streamed?.attributes["gen_ai.response.finish_reasons"]).toEqual(["completed"]);
  });

  it("says the same where the router stands aside", async () => {
    await using single = await startSingle({ router: { retry: false } });
    const { spans } = traced(single);
    const { id } = await single.router.chat.completions.create(call);
    for await (const _ of await single.router.chat.completions.create(streamingCall)) continue;
    const [whole, streamed] = spans().filter(({ name }) => name === "chat a");
    expect(whole?.attributes["gen_ai.response.id"]).toBe(id);
    expect(streamed?.attributes["gen_ai.response.finish_reasons"]).toEqual(["stop"]);
  });

  describe("that records content", () => {
    const said = "It routes calls, word by word.";
    const text = [{ role: "assistant", parts: [{ type: "text", content: said }], finish_reason: "stop" }];
    const toolCalls = [{ name: "weather", arguments: { city: "Berlin" } }];
    const called = [
      {
        role: "assistant",
        parts: [
          {
            type: "tool_call",
            id: expect.stringMatching(/^call/) as string,
            name: "weather",
            arguments: expect.stringContaining("Berlin") as string,
          },
        ],
        finish_reason: "tool_call",
      },
    ];
    const input = "What is a router?";
    const asked: readonly (readonly [string, (router: Pair["router"]) => Promise<unknown>])[] = [
      ["an answer", (router) => router.chat.completions.create(call)],
      ["a stream", async (router) => readAll(await router.chat.completions.create(streamingCall))],
      ["a response", (router) => router.responses.create({ model: "main", input })],
      [
        "a streamed response",
        async (router) => readAll(await router.responses.create({ model: "main", input, stream: true })),
      ],
    ];

    it.each(asked)("records what %s says", async (_, ask) => {
      await using pair = await startPair({ a: { models: { a: { reply: said } } } });
      const { spans } = traced(pair, { content: true });
      await ask(pair.router);
      expect(outputOf(named(spans(), "chat a"))).toEqual(text);
    });

    it.each(asked)("records the tools that %s calls", async (_, ask) => {
      await using pair = await startPair({ a: { models: { a: { toolCalls } } } });
      const { spans } = traced(pair, { content: true });
      await ask(pair.router);
      expect(outputOf(named(spans(), "chat a"))).toEqual(called);
    });

    it("records what came of a stream that broke, and that it did not end by itself", async () => {
      await using pair = await startPair({ a: [faults.cutStream()] });
      const { spans } = traced(pair, { content: true });
      const stream = await pair.router.chat.completions.create(streamingCall);
      const received = await readAll(stream).catch((error: unknown) => (error as StreamInterruptedError).received);
      const [message] = outputOf(named(spans(), "chat a"));
      expect(message).toMatchObject({ finish_reason: "error", parts: [{ content: received?.text }] });
    });
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

  it("leaves tokens to whoever instruments the client, when it is told to", async () => {
    await using pair = await startPair();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const { spans } = traced(pair, { meterProvider, tokens: false });
    await pair.router.chat.completions.create(call);
    await meterProvider.forceFlush();
    const measured = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    await meterProvider.shutdown();
    const { attributes } = named(spans(), "chat a");
    expect(Object.keys(attributes).filter((key) => key.startsWith("gen_ai.usage"))).toEqual([]);
    const names = measured.map(({ descriptor }) => descriptor.name);
    expect(names).toContain(conventions.METRIC_GEN_AI_CLIENT_OPERATION_DURATION);
    expect(names).not.toContain(conventions.METRIC_GEN_AI_CLIENT_TOKEN_USAGE);
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
