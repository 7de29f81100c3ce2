import type { RouteRecord } from "./glossary.ts";

/** Ties what callers get (responses, completions, streams, errors) to the records of their calls. Holds nothing alive. */
export class Registry {
  readonly #records = new WeakMap<object, RouteRecord>();
  readonly #errors = new WeakMap<Headers, Error>();

  tie(response: Response, record: RouteRecord): Response {
    this.#records.set(response, record);
    // Of an error answer the client hands on the headers alone.
    if (!response.ok) this.#records.set(response.headers, record);
    return response;
  }

  /** Ties `given` to the record that `source` is tied to. */
  link(given: object, source: object): void {
    const record = this.#records.get(source);
    if (record !== undefined) this.#records.set(given, record);
  }

  recordOf(given: object): RouteRecord | undefined {
    return this.#records.get(given);
  }

  /** Notes that a response is only the carrier of an error. */
  standsFor(headers: Headers, error: Error): void {
    this.#errors.set(headers, error);
  }

  errorBehind(headers: Headers): Error | undefined {
    return this.#errors.get(headers);
  }
}
