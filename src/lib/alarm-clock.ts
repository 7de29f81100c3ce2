import { DueQueue, type Due } from "./due-queue.ts";

/** Something that wants to be told when its time has come. */
export interface Alarm {
  ring(): void;
}

/**
 * One timer for many alarms, on the `performance.now()` scale. It runs only while an alarm is set, and then keeps the
 * process alive: whoever waits for it would wait for ever otherwise.
 */
export class AlarmClock {
  readonly #queue = new DueQueue<Entry>();
  readonly #entries = new Map<Alarm, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;

  /** How many alarms are set. */
  get size(): number {
    return this.#entries.size;
  }

  /** When an alarm will ring; `Infinity` when it is not set. */
  dueAt(alarm: Alarm): number {
    return this.#entries.get(alarm)?.dueAt ?? Infinity;
  }

  /** Sets an alarm, or sets it to another time; `Infinity` takes it out. */
  set(alarm: Alarm, dueAt: number): void {
    this.#take(alarm);
    if (dueAt < Infinity) {
      const entry = { alarm, dueAt, place: 0 };
      this.#entries.set(alarm, entry);
      this.#queue.add(entry);
    }
    this.#wind();
  }

  delete(alarm: Alarm): void {
    this.#take(alarm);
    this.#wind();
  }

  #take(alarm: Alarm): void {
    const entry = this.#entries.get(alarm);
    if (entry === undefined) return;
    this.#entries.delete(alarm);
    this.#queue.delete(entry);
  }

  #wind(): void {
    const dueAt = this.#queue.first?.dueAt ?? Infinity;
    if (dueAt === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = dueAt;
    // A timer may be a millisecond early.
    const inMs = Math.min(longestMs, Math.ceil(dueAt - performance.now()) + 1);
    this.#timer = dueAt === Infinity ? undefined : setTimeout(() => this.#ring(), Math.max(0, inMs));
  }

  #ring(): void {
    this.#timerAt = Infinity;
    const now = performance.now();
    for (let entry = this.#queue.next(now); entry !== undefined; entry = this.#queue.next(now)) {
      this.#entries.delete(entry.alarm);
      entry.alarm.ring();
    }
    this.#wind();
  }
}

interface Entry extends Due {
  readonly alarm: Alarm;
}

// Beyond this timers of Node fire at once.
const longestMs = 2_147_483_647;
