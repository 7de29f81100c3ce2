import { APIUserAbortError } from "openai";
import { helperOf, type CallOptions } from "./call-options.ts";
import { eventStream, type EventSource } from "./event-stream.ts";

/** What a client's `post` gives: a promise that other things can be made of. */
export interface Tappable {
  _thenUnwrap?(transform: (data: unknown, props: Props) => unknown): Tappable;
  asResponse(): Promise<Response>;
  withResponse(): Promise<{ readonly response: Response }>;
}

interface Props {
  readonly response: Response;
  readonly options?: WatchedOptions;
}

/** Ties what callers get to their calls. */
export interface Linking {
  /** Ties what the caller gets to the record of its call. */
  link(given: object, source: object): void;
  /** The data of an answer that the router has read already. */
  takeData(response: Response): { readonly data: unknown } | undefined;
  /** Where the events of a stream come from that the router looks after. */
  sourceOf(response: Response): EventSource | undefined;
  /** Makes a response ready for whoever reads it. */
  dress(response: Response): Response;
}

/** What of an answer the router reads before the client gets it: all of it, its events one by one, or nothing. */
export type Reading = "whole" | "events" | "nothing";

const watchedKey = Symbol("modelrouter.watched");

/** What is known of a call whose promise is {@link linked}. The client keeps it for longer than the call lasts. */
export interface Watch {
  handedOver: boolean;
}

interface WatchedOptions {
  [watchedKey]?: Watch;
  __binaryResponse?: boolean | undefined;
  readonly stream?: unknown;
  readonly signal?: AbortSignal | null | undefined;
  readonly headers?: unknown;
  readonly __metadata?: Readonly<Record<string, unknown>> | undefined;
  // With these the client makes other items of the events.
  readonly __streamClass?: unknown;
  readonly __streamMode?: unknown;
  readonly __synthesizeEventData?: unknown;
}

/** The options of a call whose promise is {@link linked}. They may be a promise themselves. */
export function watched(options: unknown, watch: Watch): unknown {
  if (options instanceof Promise) return options.then((given: unknown) => watched(given, watch));
  return { ...(options as object | undefined), [watchedKey]: watch };
}

/**
 * Keeps the client from reading an answer that the router reads already: it passes the response on, and {@link linked} puts
 * what the router has in its place. So nothing is parsed or decoded twice.
 * @returns whether the answer will be handed over: then nobody looks at the response, but who asks for it
 */
export function handOver(options: CallOptions & WatchedOptions, reading: Reading): boolean {
  const mark = options[watchedKey];
  if (mark === undefined || reading === "nothing") return false;
  // At a retry of the client's own it is all said.
  mark.handedOver ||= reading === "whole" ? canBePassedOn(options) : options.stream === true && !isSpecial(options);
  if (reading === "whole" && mark.handedOver) options.__binaryResponse = true;
  return mark.handedOver;
}

function canBePassedOn({ stream, __binaryResponse }: WatchedOptions): boolean {
  return stream !== true && __binaryResponse !== true;
}

/** A promise of a client whose data is tied to the record of its call. */
export function linked(promise: Tappable, line: Linking, client: unknown): Tappable {
  const unwrap = promise._thenUnwrap?.bind(promise);
  return unwrap === undefined
    ? promise
    : linking(
        unwrap((data, props) => link(taken(data, props, { line, client }), props, line)),
        line,
      );
}

interface Taking {
  readonly line: Linking;
  readonly client: unknown;
}

// What the router has in hand already, in the place of what the client would have to read or decode.
function taken(data: unknown, { response, options = {} }: Props, { line, client }: Taking): unknown {
  if (options[watchedKey]?.handedOver !== true) return data;
  if (options.stream !== true) return takenWhole(data, response, { line, options });
  const source = line.sourceOf(response);
  const stream = source === undefined ? undefined : eventStream(data, { source, response, client });
  if (stream === undefined) line.dress(response);
  return stream ?? data;
}

function takenWhole(data: unknown, response: Response, { line, options }: WholeTaking): unknown {
  if (isGivenUp(options)) throw new APIUserAbortError();
  return (line.takeData(response) ?? { data }).data;
}

interface WholeTaking {
  readonly line: Linking;
  readonly options: WatchedOptions;
}

// As the client sees it before it reads an answer: who has aborted meanwhile gets a turn of its tool runner, and nothing else.
function isGivenUp({ signal, headers, __metadata }: WatchedOptions): boolean {
  return signal?.aborted === true && helperOf({ headers, __metadata }) !== "runTools";
}

function isSpecial({ __streamClass, __streamMode = "legacy", __synthesizeEventData }: WatchedOptions): boolean {
  return __streamClass !== undefined || __streamMode !== "legacy" || Boolean(__synthesizeEventData);
}

// What helpers such as `parse()` make of the data comes from the same call.
function linking(promise: Tappable, line: Linking): Tappable {
  const unwrap = promise._thenUnwrap?.bind(promise);
  if (unwrap === undefined) return promise;
  const { asResponse, withResponse } = promise;
  promise.asResponse = async () => line.dress(await asResponse.call(promise));
  promise.withResponse = async () => {
    const all = await withResponse.call(promise);
    line.dress(all.response);
    return all;
  };
  promise._thenUnwrap = (transform) => {
    const linkedTransform: typeof transform = (data, props) => {
      const made = transform(data, props);
      return made === data ? made : link(made, props, line);
    };
    return linking(unwrap(linkedTransform), line);
  };
  return promise;
}

function link<T>(data: T, { response }: Props, line: Linking): T {
  if (typeof data === "object" && data !== null) line.link(data, response);
  return data;
}
