import type { CallOptions } from "./call-options.ts";

/** What a client's `post` gives: a promise that other things can be made of. */
export interface Tappable {
  _thenUnwrap?(transform: (data: unknown, props: Props) => unknown): Tappable;
}

interface Props {
  readonly response: Response;
  readonly options?: Watched;
}

/** Ties what callers get to their calls. */
export interface Linking {
  /** Ties what the caller gets to the record of its call. */
  link(given: object, source: object): void;
  /** The data of an answer that the router has read already. */
  takeData(response: Response): { readonly data: unknown } | undefined;
}

const watchedKey = Symbol("modelrouter.watched");

interface Watched {
  /** Whether the answer is handed over as it was parsed. */
  [watchedKey]?: { handedOver: boolean };
  __binaryResponse?: boolean | undefined;
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
export function handOver(options: CallOptions & Watched): void {
  const mark = options[watchedKey];
  if (mark === undefined || options.__binaryResponse === true) return;
  mark.handedOver = true;
  options.__binaryResponse = true;
}

/** A promise whose data is tied to the record of its call. */
export function linked(promise: Tappable, line: Linking): Tappable {
  const unwrap = promise._thenUnwrap?.bind(promise);
  return unwrap === undefined
    ? promise
    : linking(
        unwrap((data, props) => link(handedOver(data, props, line), props, line)),
        line,
      );
}

function handedOver(data: unknown, { response, options }: Props, line: Linking): unknown {
  if (options?.[watchedKey]?.handedOver !== true || data !== response) return data;
  return (line.takeData(response) ?? { data }).data;
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
