import OpenAI from "openai";
import type { Stream } from "openai/streaming";
import {
  ModelRouter,
  type RouterEventName,
  type RouterEvents,
  type RouterOptions,
  type RouterView,
  type TargetOptions,
} from "../../src/index.ts";
import { eventNames } from "./event-names.ts";
import { startProvider, type Provider, type ProviderOptions, type Step } from "../../src/testing/index.ts";

export const messages = [{ role: "user" as const, content: "What is a router?" }];

/** A chat call to the tier `main`. */
export const call = { model: "main", messages };

/** The same call as a stream. */
export const streamingCall = { ...call, stream: true } as const;

/** A client of a simulator. Its own retries stay on, as users have them: a router must keep them still. */
export function clientOf({ url }: { readonly url: string }, apiKey = "sk-test-key-1"): OpenAI {
  return new OpenAI({ baseURL: url, apiKey });
}

/** Options under which nothing waits for long. */
const quick = { retry: { minDelayMs: 0 } } satisfies Partial<RouterOptions>;

/** Clocks for a target that hangs: no other target is in a hurry. */
export const impatient = { timeouts: { headersMs: 40, firstContentMs: 40, idleMs: 40 } } satisfies TargetOptions;

/** A router whose tier `main` has the target `a` and behind it `b`, each on a client and a server of its own. */
export interface Pair extends AsyncDisposable {
  readonly a: Provider;
  readonly b: Provider;
  readonly router: ModelRouter;
  readonly events: Events;
}

/** How the servers of a pair answer, and what its router is told besides. */
export interface PairOptions {
  readonly a?: readonly Step[] | ProviderOptions;
  readonly b?: readonly Step[] | ProviderOptions;
  readonly router?: Partial<RouterOptions>;
  /** Options of the targets, beside the client of `b`. */
  readonly targets?: { readonly a?: TargetOptions; readonly b?: TargetOptions };
}

/** Starts a pair. Where nothing else is said, both targets answer; each names itself in its replies. */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const [a, b] = await Promise.all([start(options.a), start(options.b)]);
  const router = new ModelRouter({
    client: clientOf(a, "sk-key-of-a"),
    clients: { other: clientOf(b, "sk-key-of-b") },
    targets: { a: { ...options.targets?.a }, b: { client: "other", ...options.targets?.b } },
    tiers: { main: ["a", "b"] },
    ...quick,
    ...options.router,
  });
  return { a, b, router, events: new Events(router), ...closing(router, a, b) };
}

/** A router all of whose targets are at one server. */
export interface Fleet extends AsyncDisposable {
  readonly provider: Provider;
  readonly router: ModelRouter;
  readonly events: Events;
}

/** Starts a fleet. Where nothing else is said, the router has the options that it has by default. */
export async function startFleet(options: Omit<RouterOptions, "client">): Promise<Fleet> {
  const provider = await startProvider();
  const router = new ModelRouter({ client: clientOf(provider), ...options });
  return { provider, router, events: new Events(router), ...closing(router, provider) };
}

/** A router whose tier `main` has the target `a` alone. */
export interface Single extends AsyncDisposable {
  readonly a: Provider;
  readonly router: ModelRouter;
  readonly events: Events;
}

/** Starts a router with one target. */
export async function startSingle(options: Omit<PairOptions, "b"> = {}): Promise<Single> {
  const a = await start(options.a);
  const router = new ModelRouter({
    client: clientOf(a, "sk-key-of-a"),
    targets: { a: { ...options.targets?.a } },
    tiers: { main: ["a"] },
    ...quick,
    ...options.router,
  });
  return { a, router, events: new Events(router), ...closing(router, a) };
}

function start(given: readonly Step[] | ProviderOptions = []): Promise<Provider> {
  return "length" in given ? startProvider(...given) : startProvider(given);
}

function closing(router: ModelRouter, ...providers: readonly Provider[]): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await router.close();
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}

/** What a router told, in order. */
export class Events {
  readonly told: { readonly name: RouterEventName; readonly payload: RouterEvents[RouterEventName] }[] = [];

  constructor(router: ModelRouter) {
    for (const name of eventNames) router.on(name, (payload) => this.told.push({ name, payload }));
  }

  get names(): RouterEventName[] {
    return this.told.map(({ name }) => name);
  }

  of<Name extends RouterEventName>(name: Name): RouterEvents[Name][] {
    return this.told.filter((event) => event.name === name).map(({ payload }) => payload as RouterEvents[Name]);
  }
}

/** Resolves at the next event of a name. */
export function next<Name extends RouterEventName>(router: ModelRouter, name: Name): Promise<RouterEvents[Name]> {
  return new Promise((resolve) => router.once(name, resolve));
}

/** What a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<Thrown> {
  try {
    await promise;
  } catch (error) {
    return error as Thrown;
  }
  throw new Error("The call was answered.");
}

/** An error as a catcher who knows the router's fields sees it. */
export type Thrown = Error & {
  readonly code?: unknown;
  readonly status?: number;
  readonly attempts?: readonly { readonly target: string; readonly failure: string }[];
  readonly retryAfterMs?: number;
};

/** The text of a completion. */
export function textOf(completion: OpenAI.ChatCompletion): string {
  return completion.choices[0]?.message.content ?? "";
}

type Chunk = OpenAI.ChatCompletionChunk;

/** What a caller got of a stream: all of it, or what came before the error. */
export interface Heard {
  readonly text: string;
  readonly chunks: readonly Chunk[];
  /** What the loop threw, or what the call was rejected with. */
  readonly error: Thrown | undefined;
  readonly stream: Stream<Chunk> | undefined;
}

/** Makes a streaming call and reads it to its end, whatever the end is. */
export async function hear(
  router: Pick<RouterView, "chat">,
  body: object = {},
  options: OpenAI.RequestOptions = {},
): Promise<Heard> {
  const chunks: Chunk[] = [];
  let stream: Stream<Chunk> | undefined;
  let error: Thrown | undefined;
  try {
    stream = await router.chat.completions.create({ ...streamingCall, ...body }, options);
    for await (const chunk of stream) chunks.push(chunk);
  } catch (thrown) {
    error = thrown as Thrown;
  }
  return { text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), chunks, error, stream };
}

/** What a target of the simulator says where nothing else is set. */
export function replyOf(model: string): string {
  return `This is ${model}, played by the provider simulator.`;
}
