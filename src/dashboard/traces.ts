import type { Trace } from "./recent-requests.ts";

/** So many calls in flight are followed; of more, the oldest are let go. */
const mostFollowed = 10_000;

/** So many moments of a call are kept. */
const mostMoments = 60;

/** What is seen of calls in flight, by their id. */
export class Traces {
  readonly #open = new Map<string, Trace>();

  attemptEnded(requestId: string): void {
    this.#of(requestId).attemptEnds.push(performance.now());
  }

  moment(requestId: string, text: string): void {
    const { moments } = this.#of(requestId);
    if (moments.length < mostMoments) moments.push({ at: performance.now(), text });
  }

  asked(requestId: string, prompt: string): void {
    this.#of(requestId).prompt = prompt;
  }

  /** The call has ended: what was seen of it. */
  take(requestId: string): Trace {
    const trace = this.#open.get(requestId);
    this.#open.delete(requestId);
    return trace ?? { attemptEnds: [], moments: [] };
  }

  #of(requestId: string): Trace {
    const known = this.#open.get(requestId);
    if (known !== undefined) return known;
    if (this.#open.size >= mostFollowed) this.#forgetOldest();
    const trace: Trace = { attemptEnds: [], moments: [] };
    this.#open.set(requestId, trace);
    return trace;
  }

  #forgetOldest(): void {
    for (const requestId of this.#open.keys()) {
      this.#open.delete(requestId);
      return;
    }
  }
}
