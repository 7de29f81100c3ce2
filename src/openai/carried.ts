/**
 * What rides in the options of a call from the client's hooks to its `fetch`. Some versions of the client log the options
 * at "debug", whole: what is private is not printed, and the line's call leads to the clients and their keys.
 */
export class Carried<P> {
  readonly #prepared: P;
  readonly #facts: CarriedFacts;

  constructor(prepared: P, facts: CarriedFacts) {
    this.#prepared = prepared;
    this.#facts = facts;
  }

  get prepared(): P {
    return this.#prepared;
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
