import type OpenAI from "openai";
import { Batch } from "./batch/batch.ts";
import { callItem } from "./batch/call-item.ts";
import type { BatchFunction, BatchItem, BatchOptions, BatchValue, Items } from "./batch/options.ts";
import { itemsFrom } from "./batch/source.ts";
import { checkHints, hintsFromHeaders } from "./config/hints.ts";
import type { Shared, RoutedCall } from "./call.ts";
import { takeFeedback, type Feedback } from "./feedback.ts";
import type { Awaitable, Hints, RouteRecord } from "./glossary.ts";
import { commonPatterns } from "./lib/wildcard.ts";
import { eitherSignal, endWith } from "./openai/ending-client.ts";
import { callFromFetch } from "./openai/fetch-call.ts";
import { hookedClient, type IncomingCall, type Line } from "./openai/hook.ts";
import type { Fetch } from "./openai/transport.ts";
import { transportOf } from "./openai/transport.ts";
import type { Client } from "./options.ts";
import { passThrough } from "./pass-through.ts";
import { dress, sourceOf, takeData } from "./respond/given.ts";
import { unsent } from "./early.ts";
import { answerFor, prepare, send } from "./route.ts";
import { Scope } from "./scope.ts";
import { within, type WithinOptions } from "./within.ts";

/** A prompt's answer, and what happened on the way to it. */
export interface Asked {
  /** What the model says. */
  readonly text: string;
  /** What happened to the call. */
  readonly record: RouteRecord;
}

type AnyBatchOptions<View> = BatchOptions<never, unknown> & {
  readonly call?: (item: unknown, view: View, signal: AbortSignal) => unknown;
};

/** The client surface of a router under a set of hints. */
export class RouterView<
  out C extends Client = Client,
  out TierName extends string = string,
  out TargetId extends string = string,
> {
  readonly #shared: Shared;
  readonly #client: C;
  readonly #hints: Hints;
  #openai: C | undefined;

  /** @internal Use `router.with()`. */
  constructor(shared: Shared, client: C, hints: Hints) {
    this.#shared = shared;
    this.#client = client;
    this.#hints = hints;
  }

  /** An instance of your client's own class whose calls are routed. Endpoints that are not routed pass through untouched. */
  get openai(): C {
    this.#openai ??= this.#newClient();
    return this.#openai;
  }

  /** Short for `openai.chat`. */
  get chat(): OpenAI["chat"] {
    return this.openai.chat;
  }

  /** Short for `openai.responses`. */
  get responses(): OpenAI["responses"] {
    return this.openai.responses;
  }

  /** Short for `openai.embeddings`. */
  get embeddings(): OpenAI["embeddings"] {
    return this.openai.embeddings;
  }

  /** Short for `openai.completions`. */
  get completions(): OpenAI["completions"] {
    return this.openai.completions;
  }

  /**
   * The router as a `fetch`, for libraries that take one. Credentials in the request are not used: each target is called
   * with its own client's. The router's own errors come as OpenAI-style error answers.
   */
  get fetch(): Fetch {
    return (url, init) => this.#fetch(url, this.#ending(url, init), transportOf(this.#client));
  }

  /**
   * The same surface with more hints. They never reach a provider.
   * @throws ConfigError with code `invalid_hint` for a hint, tier or target that does not exist
   */
  with(hints: Hints<TierName, TargetId>): RouterView<C, TierName, TargetId> {
    const checked = checkHints(hints, this.#shared.config());
    return new RouterView(this.#shared, this.#client, merged(this.#hints, checked));
  }

  /**
   * Asks one question and gives the text of the answer, with the record of what happened.
   * @throws what `chat.completions.create` throws
   */
  async ask(prompt: string, hints?: Hints<TierName, TargetId>): Promise<Asked> {
    const view = hints === undefined ? this : this.with(hints);
    const completion = await view.chat.completions.create({
      model: "auto",
      messages: [{ role: "user", content: prompt }],
    });
    return { text: completion.choices[0]?.message.content ?? "", record: this.recordOf(completion) };
  }

  /**
   * Answers within so many ms, or gives the fallback value: it is never rejected because it is late. A miss is counted in
   * `stats()` and told by `sla:miss`.
   *
   * `call` gets a view of the router and a signal. Once time is up, what was called through the view is cancelled, and the
   * signal, for other work, is aborted. Retries and fallbacks share the time out. The limit is for the promise that `call`
   * gives: a stream that `call` reads is covered, the reading of one that it hands on is not.
   * @param ms - above 0, at most 2,147,483,647
   * @throws what `call` throws before time is up; RangeError when `ms` is no such number
   */
  async within<T, F = null>(
    ms: number,
    call: (view: RouterView<C, TierName, TargetId>, signal: AbortSignal) => T | PromiseLike<T>,
    options: WithinOptions<F> = {},
  ): Promise<T | F> {
    const hints = this.#hints;
    const timed = { shared: this.#shared, hints, limitMs: ms };
    return within({ ...timed, call: (scope) => call(this.#under(scope), scope.ending) }, options);
  }

  /**
   * Calls many items, a few at a time: read the results with `for await`, or await all of them. They come in the order of
   * the items, and one that fails does not end the rest. Calls of a batch make way for others: each call in flight that is
   * no batch's takes one of its places, down to the last.
   * @param items - prompts, bodies of chat completions, functions of a view of the router; or anything, with `call`
   * @throws TypeError, RangeError or ConfigError at once when items, options or hints do not hold
   */
  batch<Item, T>(
    items: Items<Item>,
    options: BatchOptions<Item, T, Hints<TierName, TargetId>> & {
      /** Makes the calls of an item, through a view of the router. */
      call(item: Item, view: RouterView<C, TierName, TargetId>, signal: AbortSignal): T | PromiseLike<T>;
    },
  ): Batch<T>;
  batch<T>(
    items: Items<(view: RouterView<C, TierName, TargetId>, signal: AbortSignal) => T | PromiseLike<T>>,
    options?: BatchOptions<BatchFunction<RouterView<C, TierName, TargetId>>, T, Hints<TierName, TargetId>>,
  ): Batch<T>;
  batch<Item extends BatchItem<RouterView<C, TierName, TargetId>>>(
    items: Items<Item>,
    options?: BatchOptions<Item, BatchValue<Item>, Hints<TierName, TargetId>>,
  ): Batch<BatchValue<Item>>;
  batch(items: Items<unknown>, options: AnyBatchOptions<this> = {}): Batch<unknown> {
    const { concurrency = 10, hints = {}, call = callItem } = options;
    const view = this.with(hints as Hints<TierName, TargetId>);
    return new Batch({
      shared: this.#shared,
      source: itemsFrom(items),
      concurrency,
      options: options as BatchOptions<unknown, unknown>,
      call: async (item, scope) => call(item, view.#under(scope) as this, scope.ending),
    });
  }

  /**
   * The record of a call, by what the call gave: a completion, response, embedding, stream, `Response` or error.
   * A stream's record is complete when the stream has ended.
   * @throws TypeError when the object did not come from this router
   */
  recordOf(given: object): RouteRecord {
    const record = this.#shared.registry.recordOf(given);
    if (record === undefined) {
      throw new TypeError("recordOf() takes what a call of this router gave: this object did not come from one.");
    }
    return record;
  }

  /**
   * Says whether an answer was good: `router.report()` tells from it which target does which task well, and classifiers that
   * learn do. Said again of the same answer, it replaces what was said before.
   * @param answer - what the call gave: a completion, response, embedding, stream or `Response`, or what `.stream()` has put
   * together; or its record, from `recordOf()`, and a copy of that which went through JSON; with `rememberAnswers` a copy of the
   * answer, its id or the request id
   * @throws TypeError when the object is none of these or no target answered, RangeError when `good` is no share
   */
  feedback(answer: object | string, feedback: Feedback): void {
    takeFeedback(this.#shared, answer, feedback);
  }

  #under(scope: Scope): RouterView<C, TierName, TargetId> {
    return new RouterView(scope, this.#client, this.#hints);
  }

  #newClient(): C {
    const client = hookedClient(this.#client, this.#line());
    return this.#shared instanceof Scope ? endWith(client, this.#shared.ending) : client;
  }

  #line(): Line<RoutedCall> {
    return {
      prepare: (incoming) => this.#prepare(incoming),
      unsent: (call, error) => unsent(this.#shared, call, error),
      send: (call, finished) => send(this.#shared, call, finished),
      fetch: (url, init, onward) => this.#fetch(url, this.#ending(url, init), onward),
      errorBehind: (headers) => this.#shared.registry.errorBehind(headers),
      link: (given, source) => this.#shared.registry.link(given, source),
      takeData,
      sourceOf,
      dress,
    };
  }

  #prepare(incoming: IncomingCall): Awaitable<RoutedCall> {
    return prepare(this.#shared, incoming, this.#hintsWith(incoming.hintHeaders));
  }

  #hintsWith(headers: ReadonlyMap<string, string> | undefined): Hints {
    if (headers === undefined) return this.#hints;
    return merged(this.#hints, checkHints(hintsFromHeaders(headers), this.#shared.config()));
  }

  // Calls of a scope end with it.
  #ending(url: string | URL | Request, init: RequestInit | undefined): RequestInit | undefined {
    if (!(this.#shared instanceof Scope)) return init;
    const own = init?.signal ?? (url instanceof Request ? url.signal : undefined);
    return { ...init, signal: eitherSignal(own, this.#shared.ending) };
  }

  async #fetch(url: string | URL | Request, init: RequestInit | undefined, onward: Fetch): Promise<Response> {
    const { baseURL, timeout } = this.#client;
    const incoming = await callFromFetch({ url, init, baseURL, timeoutMs: timeout });
    if (incoming === undefined) {
      return passThrough(this.#shared, { url, init, onward }, (headers) => this.#hintsWith(headers));
    }
    let call: RoutedCall;
    try {
      call = await this.#prepare(incoming);
    } catch (error) {
      return answerFor(this.#shared, error);
    }
    return send(this.#shared, call, undefined);
  }
}

function merged(outer: Hints, inner: Hints): Hints {
  const tags = outer.tags === undefined || inner.tags === undefined ? {} : { tags: { ...outer.tags, ...inner.tags } };
  return { ...outer, ...inner, ...tags, ...narrowed(outer.allowedRegions, inner.allowedRegions) };
}

// Whoever is given a view that is kept in regions can not leave them.
function narrowed(outer: Hints["allowedRegions"], inner: Hints["allowedRegions"]): Pick<Hints, "allowedRegions"> {
  return outer === undefined || inner === undefined ? {} : { allowedRegions: commonPatterns(outer, inner) };
}
