import { AlarmClock, type Alarm } from "../lib/alarm-clock.ts";
import { WaitingLine, type Caller } from "./waiting-line.ts";

/** A limit that had too little left for a call. */
export interface Obstacle {
  readonly key: string;
  /** When there may be enough, on the `performance.now()` scale; `undefined` when that depends on others. */
  readonly dueAt: number | undefined;
  /** Nothing brings that forward: what was taken comes back at its time, and not when a call ends. */
  readonly isFirm: boolean;
  /** {@link WaitingRoom.frees} when that was found out. */
  readonly frees: number;
}

/** What a room is told. */
export interface WaitingRoomInput {
  /** How many of each kind may wait for one limit. */
  maxWaiting(): number;
}

// What another process frees nobody tells.
const pollMs = 100;

/** A call that waits for limits. */
export class Waiter implements Caller, Alarm {
  readonly isBatch: boolean;
  readonly seniority: number;
  /** It is its turn, and it is finding out whether there is enough. */
  isCalled = false;
  /** It has waited long enough. */
  isOver = false;
  lines: readonly WaitingLine<Waiter>[] = [];
  #wake: (() => void) | undefined;

  constructor(isBatch: boolean, seniority: number) {
    this.isBatch = isBatch;
    this.seniority = seniority;
  }

  /**
   * Calls back when it is this call's turn, or when it has waited long enough.
   * @returns what forgets the callback
   */
  listen(wake: () => void): () => void {
    if (this.isCalled || this.isOver) wake();
    else this.#wake = wake;
    return () => {
      this.#wake = undefined;
    };
  }

  call(): void {
    this.isCalled = true;
    this.#wakeUp();
  }

  /** The time to wait is over. */
  ring(): void {
    this.isOver = true;
    this.#wakeUp();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/**
 * Where calls wait when limits let none of their targets serve them. A call stands in a line for each limit that is in its
 * way, and is called when one of them may have enough and it is the first there; then it tries, and {@link leave | leaves}
 * or {@link stay | stays}. So of each line one at a time tries, and each that goes calls the next.
 */
export class WaitingRoom {
  readonly #input: WaitingRoomInput;
  readonly #lines = new Map<string, WaitingLine<Waiter>>();
  readonly #clock = new AlarmClock();
  #arrivals = 0;
  #size = 0;
  #frees = 0;

  constructor(input: WaitingRoomInput) {
    this.#input = input;
  }

  /** How many calls wait. */
  get size(): number {
    return this.#size;
  }

  /** How often something was freed; a call that waits for something older than that may have missed it. */
  get frees(): number {
    return this.#frees;
  }

  /** A limit in whose line a call has to wait for its turn; `undefined` when it may try now. */
  inTheWay(keys: readonly string[], caller: Caller): Obstacle | undefined {
    if (this.#size === 0) return undefined;
    for (const key of keys) {
      const line = this.#lines.get(key);
      if (line !== undefined && !line.isTurnOf(caller)) return this.#turnOfOthers(line);
    }
    return undefined;
  }

  /**
   * Lets a call wait for one of some limits, until `giveUpAt` (on the `performance.now()` scale).
   * @returns `undefined` when it can not: all lines are full, or there can not be enough in time
   */
  join(isBatch: boolean, obstacles: readonly Obstacle[], giveUpAt: number): Waiter | undefined {
    if (obstacles.every(({ dueAt = 0, isFirm }) => isFirm && dueAt > giveUpAt)) return undefined;
    const open = obstacles.filter(({ key }) => (this.#lines.get(key)?.sizeOf(isBatch) ?? 0) < this.#input.maxWaiting());
    if (open.length === 0) return undefined;
    this.#arrivals += 1;
    this.#size += 1;
    const waiter = new Waiter(isBatch, this.#arrivals);
    this.#clock.set(waiter, giveUpAt);
    this.stay(waiter, open);
    return waiter;
  }

  /** A call that was called found too little, and waits on. */
  stay(waiter: Waiter, obstacles: readonly Obstacle[]): void {
    waiter.isCalled = false;
    const before = waiter.lines;
    waiter.lines = [...new Set(obstacles.map(({ key }) => this.#lineOf(key)))];
    const left = before.filter((line) => !waiter.lines.includes(line));
    for (const line of left) line.delete(waiter);
    for (const line of waiter.lines) if (!before.includes(line)) line.add(waiter);
    for (const obstacle of obstacles) this.#expect(obstacle, waiter);
    for (const line of left) this.#ring(line);
  }

  /** A call waits no more: it got something, or gave up. */
  leave(waiter: Waiter): void {
    if (waiter.lines.length === 0) return;
    const { lines } = waiter;
    waiter.lines = [];
    this.#size -= 1;
    this.#clock.delete(waiter);
    for (const line of lines) line.delete(waiter);
    for (const line of lines) this.#ring(line);
  }

  /** A call got what it wanted of some limits. */
  went(keys: readonly string[], caller: Caller): void {
    if (this.#size === 0) return;
    for (const key of keys) this.#lines.get(key)?.went(caller);
  }

  /** There may be more of some limits than before. */
  freed(keys: readonly string[]): void {
    this.#frees += 1;
    if (this.#size === 0) return;
    for (const key of keys) {
      const line = this.#lines.get(key);
      if (line !== undefined) this.#ring(line);
    }
  }

  // Whose turn it is has told when there may be enough, or is finding out.
  #turnOfOthers({ key, firmDueAt }: WaitingLine<Waiter>): Obstacle {
    return { key, dueAt: firmDueAt, isFirm: firmDueAt !== undefined, frees: this.#frees };
  }

  #lineOf(key: string): WaitingLine<Waiter> {
    const held = this.#lines.get(key);
    if (held !== undefined) return held;
    const line = new WaitingLine<Waiter>(key, this.#ring);
    this.#lines.set(key, line);
    return line;
  }

  /** Has a line called when there may be enough for its first. */
  #expect({ key, dueAt, isFirm, frees }: Obstacle, waiter: Waiter): void {
    const line = this.#lineOf(key);
    const at = frees < this.#frees ? 0 : (dueAt ?? performance.now() + pollMs);
    if (line.first === waiter) {
      line.firmDueAt = isFirm ? dueAt : undefined;
      this.#clock.set(line, at);
    } else if (at === 0) this.#clock.set(line, at);
  }

  readonly #ring = (line: WaitingLine<Waiter>): void => {
    const { first } = line;
    line.firmDueAt = undefined;
    if (first === undefined) {
      if (this.#lines.get(line.key) === line) this.#lines.delete(line.key);
      this.#clock.delete(line);
    } else if (!first.isCalled) first.call();
  };
}
