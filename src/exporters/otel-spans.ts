import {
  type Attributes,
  context,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { RouterEvents } from "../events.ts";
import type { GivenAnswer } from "../given-answer.ts";
import type { AttemptRecord, JsonObject } from "../glossary.ts";
import {
  answerAttributes,
  attemptAttributes,
  operations,
  recordAttributes,
  requestAttributes,
  serverAttributes,
} from "./otel-attributes.ts";
import { inputMessagesOf, outputMessagesOf } from "./otel-content.ts";
import type { Listeners } from "./subscriptions.ts";

/** What {@link Spans} are made with. */
export interface SpansInput {
  readonly tracer: Tracer;
  /** Whether prompts and answers are recorded. */
  readonly content: boolean;
  /** Whether tokens are reported. */
  readonly tokens: boolean;
  baseUrlOf(client: string): string | undefined;
}

interface Call {
  readonly span: Span;
  readonly context: Context;
  readonly operation: string;
  readonly body: JsonObject;
  readonly input: string | undefined;
  /** By target: a call is at a target once at a time. */
  readonly attempts: Map<string, { readonly span: Span; readonly context: Context }>;
}

/** A span for each call, in the trace that was active when it was made, with a child for each attempt. */
export class Spans {
  readonly #input: SpansInput;
  readonly #calls = new Map<string, Call>();

  constructor(input: SpansInput) {
    this.#input = input;
  }

  /** How many calls have a span that has not ended. */
  get size(): number {
    return this.#calls.size;
  }

  get listeners(): Listeners {
    return {
      "request:start": (event) => this.#callStarted(event),
      "decision:made": ({ requestId, decision: { tier, by, reason, confidence } }) =>
        this.#calls.get(requestId)?.span.setAttributes({
          "modelrouter.tier": tier,
          "modelrouter.decision.by": by,
          "modelrouter.decision.reason": reason,
          "modelrouter.decision.confidence": confidence,
        }),
      "attempt:start": (event) => this.#attemptStarted(event),
      "attempt:end": (event) => this.#attemptEnded(event),
      "retry:start": ({ requestId, target, failure, delayMs }) =>
        this.#note(requestId, "retry", { target, failure, delay_ms: delayMs }),
      "hedge:end": ({ requestId, from, to, outcome }) => this.#note(requestId, "hedge", { from, to, outcome }),
      "fallback:start": ({ requestId, from, to, failure }) => this.#note(requestId, "fallback", { from, to, failure }),
      "classifier:failed": ({ requestId, classifier, cause }) =>
        this.#note(requestId, "classifier_failed", { classifier, cause }),
      "budget:downgrade": ({ requestId, budget, from, to }) => this.#note(requestId, "downgrade", { budget, from, to }),
      "wait:end": ({ requestId, waitedMs, outcome }) => this.#note(requestId, "wait", { waited_ms: waitedMs, outcome }),
      "request:end": (event) => this.#callEnded(event),
    };
  }

  /** Runs what is sent in the context of its attempt's span. */
  within<T>({ requestId, target }: { readonly requestId: string; readonly target: string }, send: () => T): T {
    const attempt = this.#calls.get(requestId)?.attempts.get(target);
    return attempt === undefined ? send() : context.with(attempt.context, send);
  }

  /** Ends what is left. */
  close(): void {
    for (const { span, attempts } of this.#calls.values()) {
      for (const attempt of attempts.values()) attempt.span.end();
      span.end();
    }
    this.#calls.clear();
  }

  #note(requestId: string, name: string, facts: Readonly<Record<string, string | number>>): void {
    const attributes = Object.fromEntries(Object.entries(facts).map(([key, value]) => [`modelrouter.${key}`, value]));
    this.#calls.get(requestId)?.span.addEvent(`modelrouter.${name}`, attributes);
  }

  #callStarted({ requestId, endpoint, model, stream, request }: RouterEvents["request:start"]): void {
    const operation = operations[endpoint];
    const attributes = {
      "modelrouter.request.id": requestId,
      "modelrouter.endpoint": endpoint,
      "modelrouter.requested_model": model,
      "modelrouter.stream": stream,
    };
    const parent = context.active();
    const span = this.#input.tracer.startSpan(`route ${operation}`, { kind: SpanKind.INTERNAL, attributes }, parent);
    this.#calls.set(requestId, {
      span,
      context: trace.setSpan(parent, span),
      operation,
      body: request.body,
      input: this.#input.content ? inputMessagesOf(endpoint, request.body) : undefined,
      attempts: new Map(),
    });
  }

  #attemptStarted({ requestId, target, model, client }: RouterEvents["attempt:start"]): void {
    const call = this.#calls.get(requestId);
    if (call === undefined) return;
    const attributes = {
      "gen_ai.operation.name": call.operation,
      "gen_ai.request.model": model,
      ...serverAttributes(this.#input.baseUrlOf(client)),
      ...requestAttributes(call.body),
      "modelrouter.target": target,
      "modelrouter.client": client,
      ...(call.input === undefined ? {} : { "gen_ai.input.messages": call.input }),
    };
    const kind = SpanKind.CLIENT;
    const span = this.#input.tracer.startSpan(`${call.operation} ${model}`, { kind, attributes }, call.context);
    call.attempts.set(target, { span, context: trace.setSpan(call.context, span) });
  }

  #attemptEnded({ requestId, attempt, answer }: RouterEvents["attempt:end"]): void {
    const { attempts } = this.#calls.get(requestId) ?? {};
    const span = attempts?.get(attempt.target)?.span;
    if (span === undefined) return;
    attempts?.delete(attempt.target);
    span.setAttributes(this.#outcomeOf(attempt));
    if (answer !== undefined) this.#answered(span, answer);
    if (attempt.failure !== undefined && attempt.failure !== "aborted")
      span.setStatus({ code: SpanStatusCode.ERROR, message: attempt.detail ?? attempt.failure });
    span.end();
  }

  #outcomeOf(attempt: AttemptRecord): Attributes {
    return attemptAttributes(this.#input.tokens ? attempt : { ...attempt, usage: undefined });
  }

  // What a stream gave out is put together only here, for who wants it.
  #answered(span: Span, answer: GivenAnswer): void {
    span.setAttributes(answerAttributes(answer));
    const body = this.#input.content ? answer.body() : undefined;
    const messages = body && outputMessagesOf(body, answer.finishReasons);
    if (messages !== undefined) span.setAttribute("gen_ai.output.messages", messages);
  }

  #callEnded({ requestId, record }: RouterEvents["request:end"]): void {
    const call = this.#calls.get(requestId);
    if (call === undefined) return;
    this.#calls.delete(requestId);
    const { span } = call;
    span.setAttributes(recordAttributes(record));
    if (record.outcome === "failed") {
      const last = record.attempts.at(-1);
      span.setAttribute("error.type", last?.failure ?? "refused");
      span.setStatus({ code: SpanStatusCode.ERROR, message: last?.detail ?? "no target was called" });
    }
    span.end();
  }
}
