import type OpenAI from "openai";
import { checkHints, hintsFromHeaders } from "./config/hints.ts";
import type { Shared, RoutedCall } from "./call.ts";
import type { Awaitable, Hints, RouteRecord } from "./glossary.ts";
import { commonPatterns } from "./lib/wildcard.ts";
import { callFromFetch } from "./openai/fetch-call.ts";
import { hookedClient, type IncomingCall, type Line } from "./openai/hook.ts";
import type { Fetch } from "./openai/transport.ts";
import { transportOf } from "./openai/transport.ts";
import type { Client } from "./options.ts";
import { passThrough } from "./pass-through.ts";
import { dress, sourceOf, takeData } from "./respond/given.ts";
import { prepare, send } from "./route.ts";

/** A prompt's answer, and what happened on the way to it. */
export interface Asked {
  readonly text: string;
  readonly record: RouteRecord;
}

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
    this.#openai ??= hookedClient(this.#client, this.#line());
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
    return (url, init) => this.#fetch(url, init, transportOf(this.#client));
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

  #line(): Line<RoutedCall> {
    return {
      prepare: (incoming) => this.#prepare(incoming),
      send: (call, finished) => send(this.#shared, call, finished),
      fetch: (url, init, onward) => this.#fetch(url, init, onward),
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

  async #fetch(url: string | URL | Request, init: RequestInit | undefined, onward: Fetch): Promise<Response> {
    const { baseURL, timeout } = this.#client;
    const incoming = await callFromFetch({ url, init, baseURL, timeoutMs: timeout });
    if (incoming === undefined) {
      return passThrough(this.#shared, { url, init, onward }, (headers) => this.#hintsWith(headers));
    }
    return send(this.#shared, await this.#prepare(incoming), undefined);
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
