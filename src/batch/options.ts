import type OpenAI from "openai";
import type { Awaitable, Hints, RouteRecord } from "../glossary.ts";

/** Many things, held or made as they are read. */
export type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

/** The body of a chat completion in one piece. */
export type BatchBody = OpenAI.ChatCompletionCreateParamsNonStreaming;

/** What makes the calls of one item, through a view of the router. The signal is aborted when the batch ends early. */
export type BatchFunction<View> = (view: View, signal: AbortSignal) => unknown;

/** An item that says itself what is to be called: a prompt, a body, or a function. */
export type BatchItem<View> = string | BatchBody | BatchFunction<View>;

/** What an item gives: a prompt the text of its answer, a body the completion, a function what it returns. */
export type BatchValue<Item> = Item extends string
  ? string
  : Item extends (...args: never[]) => infer Returned
    ? Awaited<Returned>
    : OpenAI.ChatCompletion;

/** How one item ended. */
export type BatchResult<T> = BatchAnswer<T> | BatchFailure;

interface BatchEnding {
  /** Place of the item in the input, from 0. */
  readonly index: number;
  /** Names the item from one run to the next. */
  readonly key: string;
  /** Of the item's last call; `undefined` when it made none, or when the result came from an earlier run without one. */
  readonly record: RouteRecord | undefined;
}

/** An item that was answered. */
export interface BatchAnswer<T> extends BatchEnding {
  /** It was answered. */
  readonly status: "fulfilled";
  /** What the call gave. */
  readonly value: T;
}

/** An item that was not. */
export interface BatchFailure extends BatchEnding {
  /** It was not answered. */
  readonly status: "rejected";
  /** What the call was rejected with, or why the batch ended before it. */
  readonly reason: unknown;
}

/** How far a batch is. */
export interface BatchProgress {
  /** Items that have ended, failed ones and those of an earlier run included. */
  readonly done: number;
  /** Of those, the ones that were rejected. */
  readonly failed: number;
  /** How many items there are; `undefined` when the input does not say, as a generator. */
  readonly total: number | undefined;
  /** What the calls of this run cost in USD, as far as their cost is known. */
  readonly costUsd: number;
}

/** Where results are kept from one run to the next. A `Map` is one. A method that throws or rejects ends the batch. */
export interface BatchResults<T> {
  /** What an earlier run kept for a key. */
  get(key: string): Awaitable<BatchAnswer<T> | undefined>;
  /** Keeps the result of an item that was answered, before it is given out. */
  set(key: string, result: BatchAnswer<T>): unknown;
}

/** How a batch is run. */
export interface BatchOptions<Item, T, GivenHints = Hints> {
  /** How many items are called at the same time, at most. Calls outside batches take their places. @defaultValue 10 */
  concurrency?: number | undefined;
  /** Hints for every call. @defaultValue none */
  hints?: GivenHints | undefined;
  /** Names an item, so that another run knows it. Must differ from item to item. @defaultValue its index */
  keyOf?: ((item: Item, index: number) => string) | undefined;
  /** Results of an earlier run: items that were answered there are given out again, and not called. @defaultValue none */
  resume?: Iterable<BatchResult<T>> | ReadonlyMap<string, BatchResult<T>> | undefined;
  /** Looked up before an item is called, and told of each answer. @defaultValue none */
  results?: BatchResults<T> | undefined;
  /** Called after each item that has ended. @defaultValue none */
  onProgress?: ((progress: BatchProgress) => void) | undefined;
  /**
   * Ends the batch: calls in flight are cancelled, and nothing more is called. Items in flight are rejected with the
   * signal's reason, and so is the rest of an array; a generator is closed, and its rest is never read.
   * @defaultValue none
   */
  signal?: AbortSignal | undefined;
}
