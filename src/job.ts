import type { Lifeline } from "./attempt/lifeline.ts";
import type { Job, JobListener, Way } from "./attempt/job.ts";
import { resilienceIn, type RoutedCall, type Shared } from "./call.ts";
import { timeoutDefaults } from "./config/defaults.ts";
import type { Resilience, ResolvedTarget } from "./config/resolved.ts";
import type { Endpoint } from "./glossary.ts";
import { pathOf } from "./openai/endpoints.ts";
import type { FinishedRequest } from "./openai/hook.ts";
import { inputTokensOf } from "./openai/input-tokens.ts";
import { passedToOther, passedToOwn } from "./openai/passing-on.ts";
import { addsUsage, bodyFor, choicesOf } from "./openai/target-body.ts";
import { apiKeyOf, asksForKeys } from "./openai/transport.ts";
import type { Client } from "./options.ts";
import type { TargetDoor } from "./state/door.ts";
import type { KeySlot } from "./state/key-ring.ts";

/** What a call becomes for its attempts. */
export interface JobInput {
  readonly shared: Shared;
  readonly call: RoutedCall;
  /** The request that the wrapped client has built for the first target; undefined when none was built. */
  readonly finished: FinishedRequest | undefined;
  readonly lifeline: Lifeline;
  readonly books: JobListener;
}

/** A call in the form in which it is attempted. */
export class RoutedJob implements Job {
  readonly #input: JobInput;
  readonly endpoint: Endpoint;
  readonly stream: boolean;
  readonly targets: readonly ResolvedTarget[];
  readonly lastResort: boolean;
  readonly guarded: boolean;
  readonly lifeline: Lifeline;
  readonly deadlineAt: number;
  readonly answerBy: number;
  readonly maxRetries: number | undefined;
  readonly fallbackOnContentFilter: boolean;
  readonly tell: JobListener;

  constructor(input: JobInput) {
    const { call } = input;
    this.#input = input;
    this.endpoint = call.request.endpoint;
    this.stream = call.request.stream;
    this.targets = call.targets;
    this.lastResort = call.chain.lastResort && call.guarded;
    this.guarded = call.guarded;
    this.lifeline = input.lifeline;
    this.deadlineAt = call.startedAt + call.deadlineMs;
    this.answerBy = Math.min(this.deadlineAt, input.shared.answerBy + graceMs);
    this.maxRetries = call.incoming.maxRetries;
    this.fallbackOnContentFilter = call.config.fallbackOnContentFilter;
    this.tell = input.books;
  }

  get choices(): number {
    return choicesOf(this.endpoint, this.#input.call.incoming.body);
  }

  get dropsUsage(): boolean {
    return addsUsage(bodyInput(this.#input.call));
  }

  resilienceOf(target: ResolvedTarget): Resilience {
    return resilienceIn(this.#input.call.tier, target);
  }

  timeoutsOf(target: ResolvedTarget): ReturnType<Job["timeoutsOf"]> {
    return timeoutsOf(this.#input.call, target);
  }

  doorOf(target: ResolvedTarget): TargetDoor {
    return this.#input.shared.memory.doorOf(target);
  }

  promptTokens(): number {
    return inputTokensOf(this.endpoint, this.#input.call.request.body);
  }

  bringsKey(target: ResolvedTarget): boolean {
    return target.client === "default" && bringsKey(this.#input.call, target);
  }

  send(way: Way, signal: AbortSignal): Promise<Response> {
    return sendTo(this.#input, way, signal);
  }

  redact(text: string): string {
    return this.#input.call.secrets.redact(text);
  }
}

// The limit itself ends its calls: a clock of theirs that rang a moment before would let an error out in its place.
const graceMs = 20;

function bodyInput({ request, incoming, wantsUsage }: RoutedCall): Parameters<typeof bodyFor>[0] {
  return { endpoint: request.endpoint, body: incoming.body, stream: request.stream, wantsUsage };
}

function timeoutsOf(call: RoutedCall, target: ResolvedTarget): ReturnType<Job["timeoutsOf"]> {
  const { headersMs = Infinity, firstContentMs, idleMs, attemptMs } = resilienceIn(call.tier, target).timeouts;
  return {
    // Where the client owns its retries it owns its timer too.
    headersMs: call.owned ? Math.min(headersMs, call.incoming.timeoutMs) : headersMs,
    firstContentMs: call.guarded ? firstContentMs : unlessDefault(firstContentMs, timeoutDefaults.firstContentMs),
    idleMs: call.guarded ? idleMs : unlessDefault(idleMs, timeoutDefaults.idleMs),
    attemptMs,
  };
}

// A call that the router stands aside of has the clocks its user has set, and none by default: as without the router.
function unlessDefault(ms: number, byDefault: number): number {
  return ms === byDefault ? Infinity : ms;
}

// By a header of the call, or because a copy of the router's client with another key was called.
function bringsKey({ incoming, config, targets }: RoutedCall, target: ResolvedTarget): boolean {
  const { passedOn, client } = incoming;
  if (passedOn.headers.has("authorization") || passedOn.headers.has("api-key")) return true;
  if (client === undefined || target !== targets[0]) return false;
  const wrapped = config.clients.get("default");
  return wrapped !== undefined && apiKeyOf(client) !== apiKeyOf(wrapped);
}

// The keys may have been exchanged since the call came in, which is well; the client may not: it ends under its own.
function callerFor({ config }: RoutedCall, target: ResolvedTarget, key: KeySlot | undefined): Client {
  const client = config.clients.get(target.client);
  if (client === undefined) throw new Error(`Target "${target.id}" has no client "${target.client}".`);
  if (key === undefined) return client;
  return key.key.base === client ? key.key.client : (config.keys.get(target.client)?.[0]?.client ?? client);
}

function sendTo(input: JobInput, { target, key }: Way, signal: AbortSignal): Promise<Response> {
  const { call } = input;
  stayInside(call, target);
  const client = callerFor(call, target, key);
  // It was built for the first target, with the client's own key.
  const fits = target === call.targets[0] && client === call.config.clients.get("default");
  const finished = fits ? input.finished : undefined;
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

// The plan has left such targets out. This is the one place where a call leaves: whatever comes to be sent on another way
// than by a plan must not leave a region either.
function stayInside({ request }: RoutedCall, { id, region }: ResolvedTarget): void {
  if (request.allowedRegions === undefined || request.allowedRegions.has(region)) return;
  throw new Error(`Target "${id}" is outside the regions of the call, and was not called.`);
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
