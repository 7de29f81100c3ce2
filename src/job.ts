import type { Lifeline } from "./attempt/lifeline.ts";
import type { Job, JobListener } from "./attempt/job.ts";
import { resilienceIn, type RoutedCall, type Shared } from "./call.ts";
import { timeoutDefaults } from "./config/defaults.ts";
import type { ResolvedTarget, Timeouts } from "./config/resolved.ts";
import { pathOf } from "./openai/endpoints.ts";
import type { FinishedRequest } from "./openai/hook.ts";
import { inputTokensOf } from "./openai/input-tokens.ts";
import { passedToOther, passedToOwn } from "./openai/passing-on.ts";
import { addsUsage, bodyFor, choicesOf } from "./openai/target-body.ts";
import { asksForKeys } from "./openai/transport.ts";

/** What a call becomes for its attempts. */
export interface JobInput {
  readonly shared: Shared;
  readonly call: RoutedCall;
  /** The request that the wrapped client has built for the first target; undefined when none was built. */
  readonly finished: FinishedRequest | undefined;
  readonly lifeline: Lifeline;
  readonly books: JobListener;
}

/** Puts a call into the form in which it is attempted. */
export function jobOf(input: JobInput): Job {
  const { shared, call, lifeline, books } = input;
  const { request, incoming, tier, config } = call;
  const drops = addsUsage(bodyInput(call));
  return {
    endpoint: request.endpoint,
    stream: request.stream,
    targets: call.targets,
    lastResort: call.chain.lastResort && call.guarded,
    guarded: call.guarded,
    lifeline,
    deadlineAt: call.startedAt + call.deadlineMs,
    maxRetries: incoming.maxRetries,
    fallbackOnContentFilter: config.fallbackOnContentFilter,
    resilienceOf: (target) => resilienceIn(tier, target),
    timeoutsOf: (target) => timeoutsOf(call, target),
    headersMsOf: (target) => headersMsOf(call, target),
    doorOf: (target) => shared.memory.doorOf(target),
    promptTokens: () => inputTokensOf(request.endpoint, request.body),
    choices: choicesOf(request.endpoint, incoming.body),
    dropsUsageOf: () => drops,
    send: (target, signal) => sendTo(input, target, signal),
    redact: call.secrets.redact,
    tell: books,
  };
}

function bodyInput({ request, incoming, wantsUsage }: RoutedCall): Parameters<typeof bodyFor>[0] {
  return { endpoint: request.endpoint, body: incoming.body, stream: request.stream, wantsUsage };
}

// A call that the router stands aside of has the clocks its user has set, and none by default: as without the router.
function timeoutsOf({ guarded, tier }: RoutedCall, target: ResolvedTarget): Timeouts {
  const { timeouts } = resilienceIn(tier, target);
  if (guarded) return timeouts;
  const { firstContentMs, idleMs } = timeouts;
  return {
    ...timeouts,
    firstContentMs: firstContentMs === timeoutDefaults.firstContentMs ? Infinity : firstContentMs,
    idleMs: idleMs === timeoutDefaults.idleMs ? Infinity : idleMs,
  };
}

// Where the client owns its retries it owns its timer too.
function headersMsOf(call: RoutedCall, target: ResolvedTarget): number {
  const { headersMs = Infinity } = resilienceIn(call.tier, target).timeouts;
  return call.owned ? Math.min(headersMs, call.incoming.timeoutMs) : headersMs;
}

function sendTo(input: JobInput, target: ResolvedTarget, signal: AbortSignal): Promise<Response> {
  const { call } = input;
  const client = call.config.clients.get(target.client);
  if (client === undefined) throw new Error(`Target "${target.id}" has no client "${target.client}".`);
  const finished = target === call.targets[0] && target.client === "default" ? input.finished : undefined;
  if (finished !== undefined && (finished.sent !== true || !asksForKeys(client))) {
    return sendFinished(input, finished, { target, signal });
  }
  const { passedOn } = call.incoming;
  const own = target.client === "default";
  const drive = input.shared.driveOf(client);
  return drive(
    {
      path: pathOf(call.request.endpoint),
      body: bodyFor(bodyInput(call), target),
      headers: { ...(own ? passedToOwn(passedOn) : passedToOther(passedOn, call.secrets)), ...target.headers },
      query: own ? passedOn.query : undefined,
      fetchOptions: own ? passedOn.fetchOptions : undefined,
      timeoutMs: call.incoming.ownTimeoutMs,
      signal,
    },
    (headers) => call.secrets.saw(headers),
  );
}

// The request as the client built it: its credentials, signature and hooks' work are right, and it is serialised already.
function sendFinished(
  { call }: JobInput,
  finished: FinishedRequest,
  { target, signal }: { readonly target: ResolvedTarget; readonly signal: AbortSignal },
): Promise<Response> {
  const { url, init, send } = finished;
  const { headers } = init;
  call.secrets.saw(headers);
  if (target.headers !== undefined && headers instanceof Headers) {
    for (const [name, value] of Object.entries(target.headers)) headers.set(name, value);
  }
  finished.sent = true;
  init.signal = signal;
  return send(url, init);
}
