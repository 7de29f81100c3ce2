import { ClockExpired } from "./attempt/clocks.ts";
import type { Shared } from "./call.ts";
import { faultOfQuantity, quantities } from "./config/quantities.ts";
import { AllTargetsOutError } from "./errors.ts";
import type { Hints } from "./glossary.ts";
import { Scope } from "./scope.ts";

/** What a call that is late gives. */
export interface WithinOptions<F> {
  /** Given when time is up. @defaultValue null */
  fallbackValue?: F;
}

/** A call that has to answer in time. */
export interface TimedCall<T> {
  readonly shared: Shared;
  readonly hints: Hints;
  readonly limitMs: number;
  /** Makes its calls under the scope. */
  call(scope: Scope): T | PromiseLike<T>;
}

/** Gives what the call gives, or the fallback value once time is up; what the call left behind is cancelled then. */
export async function within<T, F>(timed: TimedCall<T>, options: WithinOptions<F>): Promise<T | F> {
  const { limitMs } = timed;
  const fault = faultOfQuantity(quantities.durationMs, limitMs);
  if (fault !== undefined) throw new RangeError(`The limit of within() ${fault}.`);
  const scope = new Scope(timed.shared, { answerBy: performance.now() + limitMs });
  const late = Promise.withResolvers<F>();
  const miss = (): void => {
    late.resolve("fallbackValue" in options ? options.fallbackValue : (null as F));
    noteMiss(timed, scope);
    scope.end("clock", new ClockExpired("limit", limitMs));
  };
  const timer = setTimeout(miss, limitMs);
  const called = async (): Promise<T> => timed.call(scope);
  try {
    return await Promise.race([called(), late.promise]);
  } catch (error) {
    if (!isTooLate(error, scope)) throw error;
    miss();
    return late.promise;
  } finally {
    clearTimeout(timer);
    scope.release();
  }
}

// Limits would let the call in, but not in time: what it would have waited for in vain it need not wait for.
function isTooLate(error: unknown, { answerBy }: Scope): boolean {
  if (!(error instanceof AllTargetsOutError) || error.attempts.length > 0) return false;
  return error.retryAfterMs !== undefined && performance.now() + error.retryAfterMs > answerBy;
}

// Late is the call that is still in flight, the first of several; where none is, the latest is the best guess.
function noteMiss({ shared, hints, limitMs }: TimedCall<unknown>, { records }: Scope): void {
  const record = records.find(({ outcome }) => outcome === "pending") ?? records.at(-1);
  const tier = record?.tier ?? hints.tier;
  shared.memory.tally.missed(tier);
  shared.events.emit("sla:miss", { requestId: record?.requestId, tier, target: record?.target, limitMs });
}
