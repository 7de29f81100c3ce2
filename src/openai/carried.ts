/**
 * What rides in the options of a call from the client's hooks to its `fetch`. Some versions of the client log the options
 * at "debug", whole: what is private is not printed, and the line's call leads to the clients and their keys.
 */
export class Carried<P extends { readonly incoming: object }> {
  readonly #incoming: P["incoming"];
  readonly #facts: CarriedFacts;
  #prepared: P | undefined;

  constructor(prepared: P, facts: CarriedFacts) {
    this.#incoming = prepared.incoming;
    this.#prepared = prepared;
    this.#facts = facts;
  }

  /** The call as it came in: a retry of the client's own begins with it. */
  get incoming(): P["incoming"] {
    return this.#incoming;
  }

  /**
   * The call, once: the client keeps its options for longer than the call lasts, and all that the call has would be kept
   * with them.
   */
  take(): P | undefined {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    return prepared;
  }

  /** Nobody looks at the response but who asks for it. */
  get handedOver(): boolean {
    return this.#facts.handedOver;
  }

  /** Somebody may abort the request. */
  get abortable(): boolean {
    return this.#facts.abortable;
  }
}

interface CarriedFacts {
  readonly handedOver: boolean;
  readonly abortable: boolean;
}
