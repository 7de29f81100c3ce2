import type { Lifeline } from "../attempt/lifeline.ts";
import type { RoutedCall, Shared } from "../call.ts";
import { isBatchCall } from "./limit-claim.ts";
import type { Obstacle, Waiter } from "../state/waiting-room.ts";

/** What waits, and what ends that. */
export interface LimitWaitInput {
  readonly shared: Shared;
  readonly call: RoutedCall;
  readonly lifeline: Lifeline;
}

/** How one call waits for limits. */
export class LimitWait {
  readonly #input: LimitWaitInput;
  readonly #deadlineAt: number;
  #waiter: Waiter | undefined;
  #joinedAt = 0;
  #until: number | undefined;

  /** @param deadlineAt - on the `performance.now()` scale */
  constructor(input: LimitWaitInput, deadlineAt: number) {
    this.#input = input;
    this.#deadlineAt = deadlineAt;
  }

  /** The call's place among those who wait, while it has one. */
  get waiter(): Waiter | undefined {
    return this.#waiter;
  }

  /**
   * Waits until one of the limits in the way may have enough, and it is this call's turn there; false when it can not, or
   * has waited long enough. Who got a turn must {@link stop} when it is let in, or come again.
   */
  async turn(obstacles: readonly Obstacle[]): Promise<boolean> {
    const { lifeline } = this.#input;
    const waiter = this.#waitFor(obstacles);
    if (waiter === undefined) return false;
    await lifeline.until((wake) => waiter.listen(wake));
    const isCalled = !waiter.isOver && lifeline.cut === undefined;
    if (!isCalled) this.stop("gave_up");
    return isCalled;
  }

  /** Waits no more. */
  stop(outcome: "let_in" | "gave_up"): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    const { shared, call } = this.#input;
    const waitedMs = performance.now() - this.#joinedAt;
    shared.memory.room.leave(waiter);
    shared.memory.tally.waits.end(waitedMs, outcome);
    call.record.waitedMs = (call.record.waitedMs ?? 0) + waitedMs;
    shared.events.emit("wait:end", { requestId: call.record.requestId, waitedMs, outcome });
  }

  #waitFor(obstacles: readonly Obstacle[]): Waiter | undefined {
    const { room } = this.#input.shared.memory;
    if (this.#waiter === undefined) this.#waiter = this.#join(obstacles);
    else room.stay(this.#waiter, obstacles);
    return this.#waiter;
  }

  #join(obstacles: readonly Obstacle[]): Waiter | undefined {
    const { shared, call } = this.#input;
    const { waiting } = call.config;
    if (waiting === false) return undefined;
    const { room, tally } = shared.memory;
    this.#joinedAt = performance.now();
    this.#until ??= Math.min(this.#deadlineAt, this.#joinedAt + waiting.maxWaitMs);
    const waiter = room.join(isBatchCall(call.request), obstacles, this.#until);
    if (waiter === undefined) {
      tally.waits.refused();
      return undefined;
    }
    tally.waits.begin();
    const limits = [...new Set(obstacles.map(({ key }) => key))];
    shared.events.emit("wait:start", { requestId: call.record.requestId, limits, waiting: room.size });
    return waiter;
  }
}
