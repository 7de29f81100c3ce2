import { randomUUID } from "node:crypto";
import { PursuitLost } from "./attempt/pursuit-lost.ts";
import { pursue, type Won } from "./attempt/pursue.ts";
import { Interrupt } from "./attempt/interrupt.ts";
import { Lifeline } from "./attempt/lifeline.ts";
import { resilienceIn, type RoutedCall, type Shared } from "./call.ts";
import { decide } from "./classify/decide.ts";
import { named, type Destination } from "./classify/named.ts";
import { allowedRegionsOf, regionTests } from "./config/allowed-regions.ts";
import type { ResolvedConfig, ResolvedTarget } from "./config/resolved.ts";
import { NoTargetError } from "./errors.ts";
import { Books } from "./books.ts";
import { Giving } from "./giving.ts";
import type { Awaitable, Chain, Hints, RouteRecord, RoutingRequest } from "./glossary.ts";
import { RoutedJob } from "./job.ts";
import type { FinishedRequest, IncomingCall } from "./openai/hook.ts";
import { inputTokensOf } from "./openai/input-tokens.ts";
import { LazyRoutingRequest } from "./openai/request.ts";
import { Secrets } from "./openai/secrets.ts";
import { bodyFor } from "./openai/target-body.ts";
import { candidates } from "./plan/candidates.ts";
import { plan } from "./plan/plan.ts";
import { endRecord, startRecord } from "./record/route-record.ts";

/** The first half of the line, before anything is serialised: classify → plan. Waits only for a classifier that does. */
export function prepare(shared: Shared, incoming: IncomingCall, hints: Hints): Awaitable<RoutedCall> {
  shared.admit();
  const startedAt = performance.now();
  const config = shared.config();
  const { endpoint, body } = incoming;
  const stream = body["stream"] === true;
  const allowedRegions = allowedRegionsOf(hints, config.residency);
  const { isBatch } = shared;
  const facts = { requestId: randomUUID(), endpoint, body, hints, stream, allowedRegions, isBatch };
  const request = new LazyRoutingRequest(facts);
  shared.events.emit("request:start", { requestId: request.requestId, endpoint, model: request.model, stream });

  const call = { config, incoming, request, startedAt };
  const destination = destinationOf(shared, request, { config, signal: incoming.signal });
  if (!(destination instanceof Promise)) return planned(shared, call, destination);
  return classified(shared, destination, call).then((settled) => planned(shared, call, settled));
}

type Incoming = Pick<RoutedCall, "config" | "incoming" | "request" | "startedAt">;

function planned(shared: Shared, call: Incoming, destination: Destination): RoutedCall {
  const { config, incoming, request, startedAt } = call;
  const { decision, tier } = destination;
  shared.events.emit("decision:made", { requestId: request.requestId, decision });
  const chain = planFor(shared, request, destination);
  const targets = chain.targets as readonly ResolvedTarget[];
  const record = startRecord(request, decision, Date.now());
  shared.began?.(record);
  const [first] = targets;
  if (first === undefined) throw refusedByAll(shared, { request, record, chain, startedAt });
  const { retry, deadlineMs } = resilienceIn(tier, first);
  const guarded = retry !== false || candidates(tier, destination.target).length > 1;
  const { endpoint, body, stream } = request;
  const wantsUsage = config.streamUsage && guarded;
  return {
    config,
    incoming,
    request,
    tier,
    chain,
    targets,
    record,
    startedAt,
    guarded,
    secrets: new Secrets(config.callers),
    deadlineMs: request.hints.deadlineMs ?? deadlineMs,
    owned: retry !== false,
    reading: guarded ? (stream ? "events" : "whole") : "nothing",
    wantsUsage,
    body: bodyFor({ endpoint, body, stream, wantsUsage }, first),
  };
}

// A call that is being classified is in flight: `drain()` waits for it, and `close()` ends it.
async function classified(
  shared: Shared,
  pending: Promise<Destination>,
  call: { readonly request: RoutingRequest; readonly startedAt: number },
): Promise<Destination> {
  const lifeline = new Lifeline(undefined);
  const interrupt = new Interrupt();
  shared.lifelines.add(lifeline);
  lifeline.hold(interrupt);
  try {
    return await interrupt.guard(pending);
  } catch (error) {
    const reason = "it ended before a tier was picked";
    const decision = { tier: shared.config().defaultTier, confidence: 0, reason, by: "default" };
    const record = startRecord(call.request, decision, Date.now());
    endEarly(shared, { record, startedAt: call.startedAt, outcome: interrupt.happened ? "failed" : "aborted" });
    throw error;
  } finally {
    shared.lifelines.delete(lifeline);
  }
}

// A call that is over before anything was attempted is recorded all the same.
function endEarly(
  shared: Shared,
  end: { readonly record: RouteRecord; readonly startedAt: number; readonly outcome: "failed" | "aborted" },
): void {
  const { record, startedAt, outcome } = end;
  endRecord(record, { outcome, durationMs: performance.now() - startedAt, ttftMs: undefined, baseline: undefined });
  shared.memory.ended(record);
  shared.events.emit("request:end", { requestId: record.requestId, record });
}

function refusedByAll(
  shared: Shared,
  call: Pick<RoutedCall, "request" | "record" | "chain" | "startedAt">,
): NoTargetError {
  const { request, record, chain, startedAt } = call;
  const error = new NoTargetError(record.tier, chain.leftOut, request.allowedRegions);
  record.leftOut = chain.leftOut;
  shared.registry.note(error, record);
  endEarly(shared, { record, startedAt, outcome: "failed" });
  return error;
}

/** The second half, once the client has built its request: attempt → respond → record. */
export async function send(shared: Shared, call: RoutedCall, finished: FinishedRequest | undefined): Promise<Response> {
  const lifeline = new Lifeline(finished === undefined ? call.incoming.signal : finished.signal);
  shared.lifelines.add(lifeline);
  const books = new Books(shared, call, lifeline);
  const giving = new Giving({ shared, call, lifeline, books, handedOver: finished?.handedOver === true });
  // Its client took its time to build the request.
  if (shared.closed) lifeline.end("close", undefined);
  let won: Won;
  try {
    won = await pursue(new RoutedJob({ shared, call, finished, lifeline, books }));
  } catch (error) {
    if (error instanceof PursuitLost) return giving.lost(error);
    books.close("failed");
    throw error;
  }
  return giving.answer(won);
}

/** What would happen to a request: the same steps as {@link prepare}, nothing sent and nothing remembered. */
export async function foresee(
  shared: Shared,
  request: RoutingRequest,
): Promise<{ readonly destination: Destination; readonly chain: Chain }> {
  const config = shared.config();
  const destination = await destinationOf(shared, request, { config, signal: undefined, remember: false });
  return { destination, chain: planFor(shared, request, destination) };
}

interface DestinationContext {
  readonly config: ResolvedConfig;
  readonly signal: AbortSignal | undefined;
  readonly remember?: boolean;
}

function destinationOf(
  shared: Shared,
  request: RoutingRequest,
  context: DestinationContext,
): Destination | Promise<Destination> {
  const { config } = context;
  const given = named(request, config);
  if (given !== undefined) return given;
  const { requestId } = request;
  const decision = decide(request, config.classifiers, {
    tierNames: config.tiers,
    defaultTier: config.defaultTier,
    timeoutMs: config.classifierTimeoutMs,
    minConfidence: 0.5,
    signal: context.signal,
    onFailure: (cause, classifier, detail) => {
      // A classifier may call a model, and its provider may echo the key.
      const clean = new Secrets(config.callers).redact(detail);
      shared.events.emit("classifier:failed", { requestId, classifier, cause, detail: clean });
    },
  });
  const settle = (made: Destination["decision"]): Destination => {
    const kept = context.remember === false ? made : (shared.memory.conversations?.stay(request, made) ?? made);
    return { decision: kept, tier: config.tiers.get(kept.tier), target: undefined };
  };
  return decision instanceof Promise ? decision.then(settle) : settle(decision);
}

function planFor(shared: Shared, request: RoutingRequest, { tier, target }: Destination): Chain {
  const now = Date.now();
  return plan({
    request,
    targets: candidates(tier, target),
    strategy: tier?.strategy ?? asGiven,
    preferredRegions: request.hints.preferredRegions
      ? regionTests(request.hints.preferredRegions)
      : tier?.preferredRegions,
    now,
    slowOf: tier === undefined ? undefined : shared.memory.slowness.lookUp(tier.name, now),
    random: Math.random,
    promptTokens: () => inputTokensOf(request.endpoint, request.body),
    stateOf: (view) => shared.memory.doorOf(view as ResolvedTarget),
  });
}

const asGiven = { name: "as given", order: <T>(given: T): T => given };
