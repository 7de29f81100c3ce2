import type { Admission } from "./admit/admission.ts";
import type { Lifeline } from "./attempt/lifeline.ts";
import type { Interrupter } from "./attempt/interrupt.ts";
import type { Lifelines, Shared } from "./call.ts";
import type { ResolvedConfig } from "./config/resolved.ts";
import type { Drilling } from "./drill/drilling.ts";
import type { RouteRecord } from "./glossary.ts";
import type { Drive } from "./openai/drive.ts";
import type { Client } from "./options.ts";

/** What is special about the calls of a scope. */
export interface ScopeLimits {
  /** When they must have answered, on the `performance.now()` scale. @defaultValue Infinity */
  readonly answerBy?: number;
  /** They are a batch's. @defaultValue as outside */
  readonly isBatch?: boolean;
  /** What keeps them off targets. @defaultValue as outside */
  readonly drilling?: Drilling;
}

/** Some of a router's calls, known together and ended together. */
export class Scope implements Shared {
  readonly memory: Shared["memory"];
  readonly registry: Shared["registry"];
  readonly events: Shared["events"];
  readonly wraps: Shared["wraps"];
  readonly batched: Lifelines;
  readonly lifelines: ScopedLifelines;
  readonly isBatch: boolean;
  readonly answerBy: number;
  /** The records of the calls, in the order in which they were planned. */
  readonly records: RouteRecord[] = [];
  readonly #outer: Shared;
  readonly #drilling: Drilling | undefined;
  readonly #controller = new AbortController();

  constructor(outer: Shared, { answerBy = Infinity, isBatch = outer.isBatch, drilling }: ScopeLimits) {
    this.#outer = outer;
    this.#drilling = drilling;
    this.memory = outer.memory;
    this.registry = outer.registry;
    this.events = outer.events;
    this.wraps = outer.wraps;
    this.batched = outer.batched;
    this.isBatch = isBatch;
    this.lifelines = new ScopedLifelines(outer.lifelines, isBatch && !outer.isBatch ? outer.batched : undefined);
    this.answerBy = Math.min(answerBy, outer.answerBy);
    if (outer.ending.aborted) this.#onOuterEnd();
    else outer.ending.addEventListener("abort", this.#onOuterEnd);
  }

  get drilling(): Drilling | undefined {
    return this.#drilling ?? this.#outer.drilling;
  }

  get ending(): AbortSignal {
    return this.#controller.signal;
  }

  get closed(): boolean {
    return this.#outer.closed;
  }

  readonly began = (record: RouteRecord): void => {
    this.records.push(record);
    this.#outer.began?.(record);
  };

  config(): ResolvedConfig {
    return this.#outer.config();
  }

  admission(): Admission {
    return this.#outer.admission();
  }

  driveOf(client: Client): Drive {
    return this.#outer.driveOf(client);
  }

  admit(): void {
    this.#outer.admit();
    this.ending.throwIfAborted();
  }

  /** Ends all calls at once, and those that are still to come. */
  end(by: Interrupter, reason: unknown): void {
    if (this.ending.aborted) return;
    this.lifelines.end(by, reason);
    this.#controller.abort(reason);
  }

  /** Waits for `promise`, or rejects with the reason when the scope ends. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const onEnd = (): void => reject(this.ending.reason as Error);
      if (this.ending.aborted) onEnd();
      else this.ending.addEventListener("abort", onEnd);
      promise.then(resolve, reject);
    });
  }

  /** Lets go of what is outside. Calls that still run, such as a stream that was handed on, run on. */
  release(): void {
    this.#outer.ending.removeEventListener("abort", this.#onOuterEnd);
  }

  readonly #onOuterEnd = (): void => this.end("caller", this.#outer.ending.reason);
}

class ScopedLifelines implements Lifelines {
  readonly #outer: Lifelines;
  readonly #batched: Lifelines | undefined;
  readonly #own = new Set<Lifeline>();
  #end: { readonly by: Interrupter; readonly reason: unknown } | undefined;

  constructor(outer: Lifelines, batched: Lifelines | undefined) {
    this.#outer = outer;
    this.#batched = batched;
  }

  get size(): number {
    return this.#outer.size;
  }

  add(lifeline: Lifeline): void {
    this.#own.add(lifeline);
    this.#batched?.add(lifeline);
    this.#outer.add(lifeline);
    if (this.#end !== undefined) lifeline.end(this.#end.by, this.#end.reason);
  }

  delete(lifeline: Lifeline): void {
    this.#own.delete(lifeline);
    this.#batched?.delete(lifeline);
    this.#outer.delete(lifeline);
  }

  onDelete(listener: () => void): () => void {
    return this.#outer.onDelete(listener);
  }

  end(by: Interrupter, reason: unknown): void {
    this.#end = { by, reason };
    for (const lifeline of this.#own) lifeline.end(by, reason);
  }
}
