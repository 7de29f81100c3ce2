import type { RouteRecord } from "../glossary.ts";

/** Something that was told of a call while it was in flight. On the scale of `performance.now()`. */
export interface SeenMoment {
  readonly at: number;
  readonly text: string;
}

/** What was seen of a call while it was in flight: when its attempts ended, and what was told between them. */
export interface Trace {
  /** One for each attempt of the record, in that order, on the scale of `performance.now()`. */
  readonly attemptEnds: number[];
  readonly moments: SeenMoment[];
  prompt?: string;
}

/** A call that has ended, as it is kept. */
export interface KeptRequest {
  readonly seq: number;
  readonly record: RouteRecord;
  readonly trace: Trace;
  /** On the scale of `performance.now()`. */
  readonly endedAt: number;
}

/** The latest calls, so many at most. */
export class RecentRequests {
  readonly #most: number;
  readonly #ring: KeptRequest[] = [];
  #seq = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Number of the latest call. */
  get seq(): number {
    return this.#seq;
  }

  add(record: RouteRecord, trace: Trace): void {
    this.#seq += 1;
    this.#ring[this.#seq % this.#most] = { seq: this.#seq, record, trace, endedAt: performance.now() };
  }

  /** Those that ended after, oldest first. */
  since(seq: number): readonly KeptRequest[] {
    const first = Math.max(seq, this.#seq - this.#most) + 1;
    const numbers = Array.from({ length: Math.max(0, this.#seq - first + 1) }, (_, at) => first + at);
    return numbers.flatMap((number) => this.#ring[number % this.#most] ?? []);
  }

  find(requestId: string): KeptRequest | undefined {
    return this.#ring.find((kept) => kept?.record.requestId === requestId);
  }
}
