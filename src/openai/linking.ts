import type { CallOptions } from "./call-options.ts";
import { eventStream, type EventSource } from "./event-stream.ts";

/** What a client's `post` gives: a promise that other things can be made of. */
export interface Tappable {
  _thenUnwrap?(transform: (data: unknown, props: Props) => unknown): Tappable;
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
}

const watchedKey = Symbol("modelrouter.watched");

interface WatchedOptions {
  /** Whether the answer is handed over as it was parsed. */
  [watchedKey]?: { handedOver: boolean };
  __binaryResponse?: boolean | undefined;
  readonly stream?: unknown;
  // With these the client makes other items of the events.
  readonly __streamClass?: unknown;
  readonly __streamMode?: unknown;
  readonly __synthesizeEventData?: unknown;
}

/** The options of a call whose promise is {@link linked}. They may be a promise themselves. */
export function watched(options: unknown): unknown {
  if (options instanceof Promise) return options.then(watched);
  return { ...(options as object | undefined), [watchedKey]: { handedOver: false } };
}

/**
 * Lets the client pass the response on as it is, because the router has read and parsed the answer already: so it is not
 * parsed a second time. Only where {@link linked} is there to put the data in its place.
 */
export function handOver(options: CallOptions & WatchedOptions): void {
  const mark = options[watchedKey];
  if (mark === undefined || options.__binaryResponse === true) return;
  mark.handedOver = true;
  options.__binaryResponse = true;
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
  if (data === response && options[watchedKey]?.handedOver === true) return (line.takeData(response) ?? { data }).data;
  if (options.stream !== true || isSpecial(options)) return data;
  const source = line.sourceOf(response);
  return source === undefined ? data : (eventStream(data, { source, response, client }) ?? data);
}

function isSpecial({ __streamClass, __streamMode = "legacy", __synthesizeEventData }: WatchedOptions): boolean {
  return __streamClass !== undefined || __streamMode !== "legacy" || Boolean(__synthesizeEventData);
}

// What helpers such as `parse()` make of the data comes from the same call.
function linking(promise: Tappable, line: Linking): Tappable {
  const unwrap = promise._thenUnwrap?.bind(promise);
  if (unwrap === undefined) return promise;
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
