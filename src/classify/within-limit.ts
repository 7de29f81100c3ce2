/** A classifier took longer than it may. */
export class LimitPassed extends Error {
  override readonly name = "TimeoutError";

  constructor(limitMs: number) {
    super(`It gave no answer within ${limitMs} ms.`);
  }
}

/** How long to wait, and for whom. */
export interface Limit {
  /** In ms. */
  readonly limitMs: number;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
}

// Longer delays overflow a timer's 32 bits and would fire at once.
const maxTimerMs = 2 ** 31 - 1;

/**
 * The answer, unless the limit passes or the caller aborts before it comes: then `controller` is aborted too, and an answer
 * that still comes is dropped.
 * @throws LimitPassed when the limit passes; the signal's reason when the caller aborts; what the answer was rejected with
 */
export async function withinLimit<Answer>(
  answer: PromiseLike<Answer>,
  controller: AbortController,
  { limitMs, signal }: Limit,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const stop = (reason: unknown): void => {
    // Ours comes first: an aborted classifier rejects with an error of its own.
    reject(reason);
    controller.abort(reason);
  };
  const onAbort = (): void => stop(signal?.reason);
  const timer = limitMs <= maxTimerMs ? setTimeout(() => stop(new LimitPassed(limitMs)), limitMs) : undefined;
  signal?.addEventListener("abort", onAbort);
  try {
    answer.then(resolve, reject);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
