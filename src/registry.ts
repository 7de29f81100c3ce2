import type { RouteRecord } from "./glossary.ts";

type Tied = Record<symbol, RouteRecord | undefined>;

/** Ties what callers get (responses, completions, streams, errors) to the records of their calls. Holds nothing alive. */
export class Registry {
  // For what can not be written on; a property costs a third of a place in a weak map, and less at each collection.
  readonly #frozen = new WeakMap<object, RouteRecord>();
  readonly #key = Symbol("modelrouter.record");
  readonly #errors = new WeakMap<Headers, Error>();

  tie(response: Response, record: RouteRecord): Response {
    (response as unknown as Tied)[this.#key] = record;
    // Of an error answer the client hands on the headers alone.
    if (!response.ok) this.#write(response.headers, record);
    return response;
  }

  /** Ties an error or whatever else a call gave to its record. */
  note(given: object, record: RouteRecord): void {
    this.#write(given, record);
  }

  /** Ties `given` to the record that `source` is tied to. */
  link(given: object, source: object): void {
    const record = this.recordOf(source);
    if (record !== undefined) this.#write(given, record);
  }

  recordOf(given: object): RouteRecord | undefined {
    return (given as Tied)[this.#key] ?? this.#frozen.get(given);
  }

  /** Notes that a response is only the carrier of an error. */
  standsFor(headers: Headers, error: Error): void {
    this.#errors.set(headers, error);
  }

  errorBehind(headers: Headers): Error | undefined {
    return this.#errors.get(headers);
  }

  #write(given: object, record: RouteRecord): void {
    // Not enumerable: nobody who prints, compares or copies the object sees it.
    if (!Reflect.defineProperty(given, this.#key, { value: record, configurable: true }))
      this.#frozen.set(given, record);
  }
}
