import { APIUserAbortError } from "openai";
import type { Awaitable, Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import type { Client } from "../options.ts";
import { Carried } from "./carried.ts";
import { headersOf, helperOf, sorted, type CallOptions, type PassedOn } from "./call-options.ts";
import { endpointOfPath } from "./endpoints.ts";
import { defaultHintsOf, dropHints, withDefaultHints } from "./default-hints.ts";
import { handOver, linked, watched, type Linking, type Reading, type Tappable } from "./linking.ts";
import { abortTest } from "./own-signals.ts";
import { cloneOf, markRouted, transportOf, type Fetch } from "./transport.ts";

/** A call as the hooked client hands it over: before anything is serialised. */
export interface IncomingCall {
  readonly endpoint: Endpoint;
  readonly body: JsonObject;
  readonly passedOn: PassedOn;
  /** The `x-router-*` headers of the call: they never reach a provider. */
  readonly hintHeaders: ReadonlyMap<string, string> | undefined;
  /** The caller's own signal, not the client's. */
  readonly signal: AbortSignal | undefined;
  /** The limit that holds for one try: the call's own, else the client's. */
  readonly timeoutMs: number;
  /** The limit the caller gave this call. */
  readonly ownTimeoutMs: number | undefined;
  readonly maxRetries: number | undefined;
  /** The instance that was called: the router's, or a copy with options of its own. Not known at `fetch` level. */
  readonly client?: Client | undefined;
  /** The helper of the client that reads the stream; not there when its user does. */
  readonly helper?: string | undefined;
}

/** A call whose tier and chain are known. */
export interface PreparedCall {
  readonly incoming: IncomingCall;
  /** The body for the first target of the chain. */
  readonly body: JsonObject;
  /** True when the router owns retries and clocks, and the client must keep still. */
  readonly owned: boolean;
  readonly reading: Reading;
}

/** The request that the client has built. */
export interface FinishedRequest {
  readonly url: string | URL | Request;
  readonly init: RequestInit;
  readonly send: Fetch;
  /** Aborts when the client wants no more; undefined when nobody could abort it. */
  readonly signal: AbortSignal | undefined;
  /** Nobody looks at the response but who asks for it. */
  readonly handedOver: boolean;
  /** It was sent once: a key that is asked for at each request may have changed. */
  sent?: boolean;
}

/** What the hooks hand calls to. */
export interface Line<P extends PreparedCall = PreparedCall> extends Linking {
  /** Classifies and plans. Throws when no target can serve. */
  prepare(incoming: IncomingCall): Awaitable<P>;
  /** The client failed before it sent the call: a hook of its user threw, or it was aborted. */
  unsent(prepared: P, error: unknown): void;
  /** Attempts, responds and records. */
  send(prepared: P, finished: FinishedRequest): Promise<Response>;
  /** The same for a request that no hook has seen. */
  fetch(url: string | URL | Request, init: RequestInit | undefined, send: Fetch): Promise<Response>;
  /** The error that a response stands for, when the router itself made it; else the client makes its own. */
  errorBehind(headers: Headers): Error | undefined;
}

const callKey = Symbol("modelrouter.call");

type StatusErrorArgs = [status: number, error: unknown, message: unknown, headers: Headers];

interface Hooked {
  prepareOptions(options: CallOptions): Promise<void>;
  makeStatusError(...args: StatusErrorArgs): object;
  post(path: string, options?: unknown): Tappable;
  makeRequest(given: Awaitable<CallOptions>, ...retrying: readonly unknown[]): Promise<unknown>;
  withOptions(options: { fetch?: Fetch }): Client;
}

/** A copy of a client whose calls go down the line. It is an instance of the same class. */
export function hookedClient<C extends Client>(client: C, line: Line): C {
  return hooked(cloneOf(client, { fetch: routedFetch(line, transportOf(client)) }), line);
}

function hooked<C extends Client>(client: C, line: Line): C {
  // The hooks are protected in the client's types, and meant for subclasses; an instance of any subclass is hooked here.
  const own = client as unknown as Hooked;
  const defaultHints = defaultHintsOf(client);
  const { prepareOptions, makeStatusError, makeRequest, post, withOptions } = own;
  const hooking = { client, mayBeAborted: abortTest(client) };
  markRouted(client);
  define(client, {
    async prepareOptions(options: CallOptions): Promise<void> {
      await prepareOptions.call(client, options);
      const incoming = resumed(options) ?? incomingOf(options, client, defaultHints);
      if (incoming === undefined) return;
      try {
        const prepared = line.prepare(incoming);
        change(options, hooking, prepared instanceof Promise ? await prepared : prepared);
      } catch (error) {
        throw incoming.signal?.aborted === true ? abortError(incoming.signal) : error;
      }
    },
    makeStatusError(...args: StatusErrorArgs): object {
      const [, , , headers] = args;
      const given = line.errorBehind(headers) ?? makeStatusError.apply(client, args);
      line.link(given, headers);
      return given;
    },
    post(path: string, options?: unknown): Tappable {
      if (endpointOfPath(path) === undefined) return post.call(client, path, options);
      return linked(post.call(client, path, watched(options, { handedOver: false })), line, client);
    },
    makeRequest(given: Awaitable<CallOptions>, ...retrying: readonly unknown[]): Promise<unknown> {
      return toldUnsent(makeRequest.call(client, given, ...retrying), given, line);
    },
    withOptions(options: { fetch?: Fetch } = {}): Client {
      const transport = options.fetch === undefined ? {} : { fetch: routedFetch(line, options.fetch) };
      return hooked(withOptions.call(client, { ...options, ...transport }), line);
    },
  });
  return client;
}

function define(client: object, hooks: object): void {
  for (const [name, value] of Object.entries(hooks)) {
    Object.defineProperty(client, name, { value, configurable: true, writable: true, enumerable: false });
  }
}

// Longer than any call: the router's clocks end it, not the client's timer.
const endlessMs = 2 ** 31 - 1;

interface Carrier {
  [callKey]?: Carried<PreparedCall> | undefined;
}

function carrierOf(options: object | undefined): Carrier | undefined {
  return options;
}

// The client's own retry comes with the options of the first try: the path and the body are changed already.
function resumed(options: CallOptions): IncomingCall | undefined {
  return carrierOf(options.fetchOptions)?.[callKey]?.incoming;
}

interface Hooking {
  readonly client: Client;
  mayBeAborted(prepared: PreparedCall): boolean;
}

function change(options: CallOptions, { client, mayBeAborted }: Hooking, prepared: PreparedCall): void {
  const { incoming } = prepared;
  options.body = prepared.body;
  if (incoming.hintHeaders !== undefined) options.headers = Object.fromEntries(incoming.passedOn.headers);
  if (prepared.owned && isTimeout(options.timeout ?? client.timeout)) options.timeout = endlessMs;
  // With its log at "debug" the client shows each answer: then it has to read it itself.
  const handedOver = client.logLevel !== "debug" && handOver(options, prepared.reading);
  const carried = new Carried(prepared, { handedOver, abortable: mayBeAborted(prepared) });
  options.fetchOptions = { ...incoming.passedOn.fetchOptions, [callKey]: carried };
}

function incomingOf(
  options: CallOptions,
  client: Client,
  defaultHints: ReadonlyMap<string, string>,
): IncomingCall | undefined {
  const endpoint = options.method === "post" ? endpointOfPath(options.path) : undefined;
  if (endpoint === undefined || !isRecord(options.body)) return undefined;
  const { headers, hintHeaders } = sorted(headersOf(options.headers));
  return {
    endpoint,
    body: options.body,
    passedOn: { headers, query: options.query ?? undefined, fetchOptions: options.fetchOptions },
    hintHeaders: withDefaultHints(defaultHints, hintHeaders),
    signal: options.signal ?? undefined,
    timeoutMs: options.timeout ?? client.timeout,
    ownTimeoutMs: options.timeout,
    maxRetries: options.maxRetries,
    client,
    helper: options.body["stream"] === true ? helperOf(options) : undefined,
  };
}

// As the client makes it when it notices the abort itself.
function abortError(signal: AbortSignal): APIUserAbortError {
  const error = new APIUserAbortError();
  Object.defineProperty(error, "cause", { value: signal.reason, writable: true, configurable: true });
  return error;
}

function isTimeout(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}

function routedFetch(line: Line, send: Fetch): Fetch {
  return (url, init) => {
    const carried = takeFrom(init);
    const prepared = carried?.take();
    // A request that no hook has seen, or that a subclass sends once more.
    if (init === undefined || carried === undefined || prepared === undefined) return line.fetch(url, init, send);
    const { handedOver } = carried;
    const { hintHeaders, ownTimeoutMs } = prepared.incoming;
    const signal = carried.abortable ? (init.signal ?? undefined) : undefined;
    if (hintHeaders !== undefined) dropHints(init, hintHeaders.keys());
    if (prepared.owned) showTimeout(init.headers, ownTimeoutMs);
    return line.send(prepared, { url, init, signal, send, handedOver });
  };
}

// The client may fail before it sends a call: a hook of its user threw, it could not be signed, it was aborted. The error is
// passed on, not listened to: one that nobody waits for is to be heard of as without the router.
function toldUnsent(made: Promise<unknown>, given: Awaitable<CallOptions>, line: Line): Promise<unknown> {
  return made.catch(async (error: unknown) => {
    const { fetchOptions } = await given;
    const unsent = carrierOf(fetchOptions)?.[callKey]?.take();
    if (unsent !== undefined) line.unsent(unsent, error);
    throw error;
  });
}

// The client made the object for this request alone. What it carried is not for whoever sends it on.
function takeFrom(init: RequestInit | undefined): Carried<PreparedCall> | undefined {
  const carrier = carrierOf(init);
  const carried = carrier?.[callKey];
  if (carrier !== undefined && carried !== undefined) carrier[callKey] = undefined;
  return carried;
}

// The client was given an endless timeout; the provider is to see the one that holds, as the client would have sent it.
function showTimeout(headers: RequestInit["headers"], timeoutMs: number | undefined): void {
  if (!(headers instanceof Headers)) return;
  if (timeoutMs === undefined) headers.delete("x-stainless-timeout");
  else headers.set("x-stainless-timeout", String(Math.trunc(timeoutMs / 1000)));
}
