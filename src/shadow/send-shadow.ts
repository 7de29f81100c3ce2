import type { Shared } from "../call.ts";
import type { ResolvedConfig, ResolvedTarget } from "../config/resolved.ts";
import { Fitting } from "../fitting.ts";
import type { AttemptRecord, FailureKind, JsonObject, RoutingRequest } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { retryAfterMsOf } from "../lib/retry-after.ts";
import { pathOf } from "../openai/endpoints.ts";
import { outputTokensOf } from "../openai/output-tokens.ts";
import { kindOfRefusal } from "../openai/refusals.ts";
import { Secrets } from "../openai/secrets.ts";
import type { Client } from "../options.ts";
import { costOf } from "../record/cost.ts";
import { estimatedUsage } from "../record/estimated-usage.ts";
import { usageOf } from "../record/usage.ts";

/** What is sent, and where. */
export interface ShadowSending {
  readonly shared: Shared;
  readonly config: ResolvedConfig;
  readonly target: ResolvedTarget;
  /** The client with the key that is to be used. */
  readonly client: Client;
  /** The request, in one piece whatever the caller wanted. */
  readonly request: RoutingRequest;
  readonly signal: AbortSignal;
}

/** What came of it: the answer too, when there is one. */
export interface ShadowEnd {
  readonly attempt: AttemptRecord;
  readonly answer: JsonObject | undefined;
  /** How long the provider asks to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * Sends a request to a target past everything that calls go through: no breaker, no rest, no limit and no percentile hears of it.
 * Nothing of the call's own options goes with it: they are for whoever serves the call. Never rejected.
 */
export async function sendShadow(sending: ShadowSending): Promise<ShadowEnd> {
  const secrets = new Secrets(sending.config.callers);
  const startedAt = performance.now();
  try {
    const response = await drive(sending, secrets);
    const text = await response.text();
    const read = response.ok ? answerIn(text) : failed(kindOfRefusal(response.status, text), text.slice(0, 4_096));
    // Before it is cut: half a key is not recognised any more.
    const detail = secrets.redact(read.detail ?? "").slice(0, 300);
    const end = endOf(sending, startedAt, { status: response.status, ...read, detail });
    return { ...end, retryAfterMs: retryAfterMsOf(response.headers) };
  } catch (error) {
    const { aborted } = sending.signal;
    const words = aborted ? "given up: it took too long, or the router was closed" : secrets.redact(messageOf(error));
    return endOf(sending, startedAt, failed(aborted ? "timeout" : "connection", words));
  }
}

async function drive(
  { shared, config, target, client, request, signal }: ShadowSending,
  secrets: Secrets,
): Promise<Response> {
  const fitting = new Fitting(shared, { config, request, named: undefined, guarded: true });
  const post = shared.driveOf(client);
  return post(
    {
      path: pathOf(request.endpoint),
      body: fitting.bodyFor(target),
      headers: target.headers ?? {},
      query: undefined,
      fetchOptions: undefined,
      timeoutMs: undefined,
      signal,
    },
    (headers) => secrets.saw(headers),
  );
}

interface Read {
  readonly status?: number | undefined;
  readonly answer?: JsonObject | undefined;
  readonly failure?: FailureKind | undefined;
  readonly detail?: string | undefined;
}

function answerIn(text: string): Read {
  try {
    const json: unknown = JSON.parse(text);
    if (isRecord(json) && !isRecord(json["error"])) return { answer: json };
  } catch {
    // Said below.
  }
  return failed("invalid_response", "the answer is no answer in JSON");
}

function failed(failure: FailureKind, detail: string): Read {
  return { failure, detail };
}

function endOf(
  { request, target }: ShadowSending,
  startedAt: number,
  { status, answer, failure, detail }: Read,
): ShadowEnd {
  const usage = answer && (usageOf(answer) ?? estimatedUsage(request, outputTokensOf(request.endpoint, answer)));
  const attempt = {
    target: target.id,
    status,
    durationMs: performance.now() - startedAt,
    failure,
    detail: failure === undefined ? undefined : detail,
    usage,
    costUsd: costOf(usage, target.price),
    priceFrom: target.priceFrom,
  };
  return { attempt, answer };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
