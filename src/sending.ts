import type { Way } from "./attempt/job.ts";
import type { RoutedCall, Shared } from "./call.ts";
import type { ResolvedTarget } from "./config/resolved.ts";
import type { JsonObject } from "./glossary.ts";
import { continuedBody, type GivenText } from "./openai/continued-body.ts";
import { pathOf } from "./openai/endpoints.ts";
import type { FinishedRequest } from "./openai/hook.ts";
import { passedToOther, passedToOwn } from "./openai/passing-on.ts";
import { sendWithinOrigin } from "./openai/redirects.ts";
import { apiKeyOf, asksForKeys } from "./openai/transport.ts";
import type { Client } from "./options.ts";
import type { KeySlot } from "./state/key-ring.ts";

/** What is sent. */
export interface Sending {
  readonly shared: Shared;
  readonly call: RoutedCall;
  /** The request that the wrapped client has built for the first target; undefined when none was built. */
  readonly finished: FinishedRequest | undefined;
  /** What the targets are to go on from; undefined when they begin anew. */
  readonly given?: GivenText | undefined;
}

/**
 * Whether a call has a key of its own for the wrapped client: by a header, or because a copy of the router's client with another key
 * was called.
 * @param isFirst - the request goes on as that client has built it, and not as another client builds it again
 */
export function bringsKey({ incoming, config }: Pick<RoutedCall, "incoming" | "config">, isFirst: boolean): boolean {
  const { passedOn, client } = incoming;
  if (passedOn.headers.has("authorization") || passedOn.headers.has("api-key")) return true;
  if (client === undefined || !isFirst) return false;
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

/** Calls a target of a call, with one of its client's keys where it has several. */
export function sendTo(input: Sending, { target, key }: Way, signal: AbortSignal): Promise<Response> {
  const { call } = input;
  stayInside(call, target);
  const client = callerFor(call, target, key);
  const finished = finishedFor(input, target, client);
  if (finished !== undefined && (finished.sent !== true || !asksForKeys(client))) {
    return sendFinished(input, finished, { target, signal });
  }
  const { passedOn } = call.incoming;
  const own = target.client === "default";
  const drive = input.shared.driveOf(client);
  return drive(
    {
      path: pathOf(call.request.endpoint),
      body: bodyOf(input, target),
      headers: { ...(own ? passedToOwn(passedOn) : passedToOther(passedOn, call.secrets)), ...target.headers },
      query: own ? passedOn.query : undefined,
      fetchOptions: own ? passedOn.fetchOptions : undefined,
      timeoutMs: call.incoming.ownTimeoutMs,
      signal,
    },
    (headers) => call.secrets.saw(headers),
  );
}

function bodyOf({ call, given }: Sending, target: ResolvedTarget): JsonObject {
  const body = call.fitting.bodyFor(target);
  return given === undefined || target.continues === undefined ? body : continuedBody(body, target.continues, given);
}

// It was built for the first target, with the client's own key, before the target had refused anything of it.
function finishedFor(
  { call, finished, given }: Sending,
  target: ResolvedTarget,
  client: Client,
): FinishedRequest | undefined {
  const fits = given === undefined && target === call.targets[0] && client === call.config.clients.get("default");
  return fits && !call.fitting.hasLearnt(target) ? finished : undefined;
}

// The plan has left such targets out. This is the one place where a call leaves: whatever comes to be sent on another way
// than by a plan must not leave a region either.
function stayInside({ request }: RoutedCall, { id, region }: ResolvedTarget): void {
  if (request.allowedRegions === undefined || request.allowedRegions.has(region)) return;
  throw new Error(`Target "${id}" is outside the regions of the call, and was not called.`);
}

// The request as the client built it: its credentials, signature and hooks' work are right, and it is serialised already.
function sendFinished(
  { call }: Sending,
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
  return sendWithinOrigin(send, url, init);
}
