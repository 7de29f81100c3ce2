/**
 * Traces and metrics of a router by the API of OpenTelemetry.
 *
 * @module
 */
import { metrics, type MeterProvider, trace, type TracerProvider } from "@opentelemetry/api";
import type { Exporter } from "./exporter.ts";
import { MetricsExport } from "./otel-metrics.ts";
import { Spans } from "./otel-spans.ts";
import { listenTo } from "./subscriptions.ts";

/** What {@link otelExporter} can be told. */
export interface OtelExporterOptions {
  /** Where spans go. @defaultValue the global one of `@opentelemetry/api` */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Where metrics go. @defaultValue the global one of `@opentelemetry/api` */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * Records what was sent to the model, and what it answered, on the spans of attempts (`gen_ai.input.messages` and
   * `gen_ai.output.messages`). Both may hold personal data: only where whoever reads traces may read them.
   * @defaultValue false
   */
  readonly content?: boolean | undefined;
  /**
   * Reports tokens, on the spans of attempts (`gen_ai.usage.*`) and as a metric. `false` where an instrumentation of the
   * client reports them too, so that whoever adds up spans counts them once.
   * @defaultValue true
   */
  readonly tokens?: boolean | undefined;
  /**
   * The most models and the most targets that metrics name: callers may name any model id. Later ones are counted as `other`.
   * @defaultValue 100
   */
  readonly maxNames?: number | undefined;
}

/**
 * Traces and metrics by the API of OpenTelemetry: a span for each call with a child for each attempt, named and measured
 * as the semantic conventions for generative AI say, and what only a router knows under `modelrouter.*`. Requests are sent
 * in the context of their attempt, so that an instrumented `fetch` goes on with the trace.
 */
export function otelExporter(options: OtelExporterOptions = {}): Exporter {
  const { tracerProvider = trace, meterProvider = metrics, content = false, tokens = true, maxNames = 100 } = options;
  return {
    name: "otel",
    attach(router) {
      const tracer = tracerProvider.getTracer("modelrouter");
      const spans = new Spans({ tracer, content, tokens, baseUrlOf: (client) => router.baseUrlOf(client) });
      const meter = meterProvider.getMeter("modelrouter");
      const measured = new MetricsExport({ meter, router, tokens, maxNames });
      const ends = [
        listenTo(router, spans.listeners),
        listenTo(router, measured.listeners),
        measured.observe(),
        router.wrapSending((attempt, send) => spans.within(attempt, send)),
      ];
      return () => {
        for (const end of ends) end();
        spans.close();
      };
    },
  };
}
