import { randomUUID } from "node:crypto";
import { PursuitLost } from "./attempt/pursuit-lost.ts";
import { pursue } from "./attempt/pursue.ts";
import type { Won } from "./attempt/runs.ts";
import { Lifeline } from "./attempt/lifeline.ts";
import { checksIn, resilienceIn, type RoutedCall, type Shared } from "./call.ts";
import type { Destination } from "./classify/named.ts";
import { allowedRegionsOf } from "./config/allowed-regions.ts";
import type { ResolvedTarget } from "./config/resolved.ts";
import type { Entry } from "./admit/admission.ts";
import { Books } from "./books.ts";
import { assignedOn, leadsOf } from "./assigning.ts";
import { chainFor, chainOf } from "./chain-for.ts";
import { Unsent } from "./admit/unsent.ts";
import { destinationOf } from "./destination.ts";
import type { Detour, Stage } from "./admit/downgrade.ts";
import { classified, letIn, refusedByAll } from "./early.ts";
import { isRouterError } from "./errors.ts";
import { Entering, notLimited, type Entered } from "./admit/entering.ts";
import { Fitting } from "./fitting.ts";
import { Giving } from "./giving.ts";
import type { Awaitable, Chain, Hints, RouteRecord, RoutingRequest } from "./glossary.ts";
import { RoutedJob } from "./job.ts";
import type { FinishedRequest, IncomingCall } from "./openai/hook.ts";
import { inputTokensOf } from "./openai/input-tokens.ts";
import { LazyRoutingRequest } from "./openai/request.ts";
import { Secrets } from "./openai/secrets.ts";
import { keysInTurn } from "./admit/over-keys.ts";
import { candidates } from "./plan/candidates.ts";
import type { Assigned } from "./plan/experiment.ts";
import { routerErrorResponse } from "./respond/router-error-response.ts";
import { routerHeaders, withRouterHeaders } from "./respond/router-headers.ts";
import { startRecord } from "./record/route-record.ts";
import { bringsKey } from "./sending.ts";

/** The first half of the line, before anything is serialised: classify → plan. Waits only for a classifier that does. */
export function prepare(shared: Shared, incoming: IncomingCall, hints: Hints): Awaitable<RoutedCall> {
  shared.admit();
  const startedAt = performance.now();
  const config = shared.config();
  const { endpoint, body } = incoming;
  const stream = body["stream"] === true;
  const allowedRegions = allowedRegionsOf(hints, config.residency);
  const requestId = randomUUID();
  const facts = { requestId, endpoint, body, hints, stream, allowedRegions, isBatch: shared.isBatch };
  const request = new LazyRoutingRequest(facts);
  shared.events.emit("request:start", { requestId, endpoint, model: request.model, stream, request });

  const promptTokens = once(() => inputTokensOf(endpoint, body));
  const call = { config, incoming, request, startedAt, promptTokens, admission: shared.admission() };
  const destination = destinationOf(shared, request, { config, signal: incoming.signal });
  if (!(destination instanceof Promise)) return planned(shared, call, destination);
  return classified(shared, destination, call).then((settled) => planned(shared, call, settled));
}

type Incoming = Pick<RoutedCall, "config" | "incoming" | "request" | "startedAt" | "promptTokens" | "admission">;

function planned(shared: Shared, call: Incoming, destination: Destination): Awaitable<RoutedCall> {
  const { config, request, promptTokens, admission } = call;
  shared.events.emit("decision:made", { requestId: request.requestId, decision: destination.decision });
  const record = startRecord(request, destination.decision, Date.now());
  shared.began?.(record);
  const leads = leadsOf(shared, request, { destination, record });
  const chain = chainOf(shared, request, { destination, promptTokens, leads });
  if (admission.idle) return routed(shared, call, { record, destination, chain, ...withoutAdmission });
  const planAt = (other: Destination): Chain => chainOf(shared, request, { destination: other, promptTokens });
  const detour = { config, visited: new Set<string>(), planFor: planAt };
  const keysAt = (target: ResolvedTarget): Entry["keys"] =>
    target.client === "default" && bringsKey(call, true) ? undefined : keysInTurn(shared.memory, target);
  const entered = new Entering({ detour, admission, request, promptTokens, keysAt }).at({ destination, chain });
  return entered instanceof Promise
    ? letIn(shared, entered, { ...call, destination, record }).then((late) =>
        routed(shared, { ...call, detour }, { ...late, record }),
      )
    : routed(shared, { ...call, detour }, { ...entered, record });
}

interface Begun extends Entered {
  readonly record: RouteRecord;
}

const withoutAdmission = { isIn: true, limited: notLimited, hold: undefined, downgradedFrom: undefined, refusals: [] };

function routed(shared: Shared, call: Incoming & { readonly detour?: Detour }, entered: Begun): RoutedCall {
  const { config, incoming, request, startedAt, promptTokens, admission, detour } = call;
  const { destination, chain, isIn, hold } = entered;
  const { tier } = destination;
  const targets = chain.targets as readonly ResolvedTarget[];
  const record = noted(entered);
  const [first] = targets;
  if (first === undefined) throw refusedByAll(shared, entered, { request, record, startedAt });
  const { retry, deadlineMs } = resilienceIn(tier, first);
  const checks = checksIn(config, tier, request);
  const guarded = retry !== false || checks !== undefined || candidates(tier, destination.target).length > 1;
  const fitting = new Fitting(shared, { config, request, named: destination.target?.id, guarded });
  return {
    config,
    incoming,
    request,
    tier,
    chain,
    targets,
    record,
    startedAt,
    promptTokens,
    admission,
    detour,
    limited: entered.limited,
    unsent: admission.idle ? undefined : new Unsent({ isIn, hold }),
    guarded,
    secrets: new Secrets(config.callers),
    deadlineMs: request.hints.deadlineMs ?? deadlineMs,
    owned: retry !== false,
    reading: guarded ? (request.stream ? "events" : "whole") : "nothing",
    fitting,
    body: fitting.bodyFor(first),
  };
}

// What came of the decision while the call was let in.
function noted({ record, destination, chain, downgradedFrom }: Begun): RouteRecord {
  const { tier, reason } = destination.decision;
  record.downgradedFrom = downgradedFrom;
  record.tier = tier;
  record.reason = reason;
  if (chain.drilled !== undefined) record.drilled = chain.drilled;
  return record;
}

/** The second half, once the client has built its request: attempt → respond → record. */
export async function send(shared: Shared, call: RoutedCall, finished: FinishedRequest | undefined): Promise<Response> {
  const lifeline = new Lifeline(finished === undefined ? call.incoming.signal : finished.signal);
  shared.lifelines.add(lifeline);
  const books = new Books(shared, call, lifeline);
  const giving = new Giving({ shared, call, lifeline, books, handedOver: finished?.handedOver === true });
  // Its client took its time to build the request.
  if (shared.closed) lifeline.end("close", undefined);
  const job = new RoutedJob({ shared, call, finished, lifeline, books });
  let won: Won;
  try {
    won = await pursue(job);
  } catch (error) {
    if (error instanceof PursuitLost) return giving.lost(error);
    books.close("failed");
    throw error;
  } finally {
    call.unsent?.giveBack();
  }
  return giving.answer(won, job);
}

/**
 * What a caller at `fetch` level gets in the place of an error that has a status: an answer with that status.
 * @throws any other error, as it is
 */
export function answerFor(shared: Shared, error: unknown): Response {
  if (!isRouterError(error) || !("status" in error) || error.status === undefined) throw error;
  const record = shared.registry.recordOf(error);
  if (record === undefined) throw error;
  const headers = withRouterHeaders(new Headers(), routerHeaders(record));
  return shared.registry.tie(routerErrorResponse(error, headers, true), record);
}

/** What would happen to a request. */
export interface Foreseen extends Stage {
  readonly entries: readonly Entry[];
  readonly assigned: Assigned | undefined;
}

/** What would happen to a request: the same steps as {@link prepare}, nothing sent and nothing remembered. */
export async function foresee(shared: Shared, request: RoutingRequest): Promise<Foreseen> {
  const config = shared.config();
  const destination = await destinationOf(shared, request, { config, signal: undefined, remember: false });
  const promptTokens = once(() => inputTokensOf(request.endpoint, request.body));
  const assigned = assignedOn(request, destination);
  const chain = chainFor(shared, request, { destination, promptTokens, leads: assigned?.variant.targets });
  const targets = chain.targets as readonly ResolvedTarget[];
  const { tier } = destination.decision;
  const keysAt = ({ client }: ResolvedTarget): Entry["keys"] => shared.memory.keysOf(client)?.slots;
  const entries = targets.map((target) => ({ request, tier, target, promptTokens, keys: keysAt(target) }));
  return { destination, chain, entries, assigned };
}

// A long prompt is looked at once, however many ask for its size.
function once(count: () => number): () => number {
  let counted: number | undefined;
  return () => (counted ??= count());
}
