import { EventEmitter } from "node:events";
import CircuitBreaker from "opossum";
import type { Breaker } from "../config/resolved.ts";
import { Cooldown } from "./cooldown.ts";

/** Told when the breaker changes its state; `learnt` when it heard of that from another process. */
export interface BreakerListener {
  (state: "open" | "half-open" | "close", dueAt: number, learnt: boolean): void;
}

const buckets = 10;

/**
 * One target's breaker: opossum keeps the states, the window and the cooldown; this class decides what counts.
 *
 * An outcome is handed to opossum when it is known, instead of wrapping the call: so a neutral outcome (an abort, a 400)
 * is never counted as a success that closes a half-open breaker, a stream counts when it ends, and a call that began
 * before the opening says nothing about the probe.
 */
export class TargetBreaker {
  readonly #options: Breaker;
  readonly #circuit: CircuitBreaker<[boolean], void>;
  readonly #rotation = new EventEmitter();
  readonly #onChange: BreakerListener;
  /** opossum reads its cooldown each time it opens. */
  readonly #settings: { resetTimeout: number };
  #rotatedAt = Date.now();
  #dueAt = 0;
  /** While it changes by what another process says: until when that process leaves the target alone. */
  #heardDueAt: number | undefined;
  #learnt = false;
  #openings = 0;
  readonly #cooldown: Cooldown;
  /** What a provider asked for. */
  #notBefore = 0;
  /** Whether it was told that it lets a probe through. */
  #isHalfOpenTold = false;
  #probeSince: number | undefined;
  /** Successes of the latest bucket that the circuit was not told of yet. */
  #successes = 0;

  constructor(name: string, options: Breaker, onChange: BreakerListener) {
    this.#options = options;
    this.#onChange = onChange;
    this.#cooldown = new Cooldown(options);
    const settings = {
      name,
      timeout: false as const,
      resetTimeout: options.cooldownMs,
      rollingCountTimeout: options.windowMs,
      rollingCountBuckets: buckets,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#rotation,
      // Opening at a count AND a rate is decided in #judge: opossum knows a rate only.
      errorThresholdPercentage: 100,
    };
    this.#settings = settings;
    this.#circuit = new CircuitBreaker(settle, settings);
    this.#circuit.on("failure", () => this.#judge());
    this.#circuit.on("open", () => {
      this.#openings += 1;
      this.#leaveAlone();
    });
    this.#circuit.on("halfOpen", () => {
      // A timer may be a moment early.
      if (this.#dueAt - Date.now() <= 1) this.#dueAt = Math.min(this.#dueAt, Date.now());
      if (Date.now() >= this.#dueAt) this.#tellHalfOpen();
    });
    this.#circuit.on("close", () => {
      this.#probeSince = undefined;
      // What was counted before the opening says nothing about the target that is back.
      for (let turn = 0; turn < buckets; turn += 1) this.#rotation.emit("rotate");
      this.#learnt = this.#heardDueAt !== undefined;
      this.#cooldown.end();
      onChange("close", 0, this.#learnt);
    });
  }

  /** When an open breaker lets a probe through, in ms since the epoch; 0 when it is closed. */
  get dueAt(): number {
    return this.#circuit.closed ? 0 : this.#dueAt;
  }

  /** Whether its latest change was heard of from another process. */
  get learnt(): boolean {
    return this.#learnt;
  }

  /** Whether a call would be let through now. */
  get ready(): boolean {
    return this.#circuit.closed || this.#mayProbe();
  }

  /** `closed`, `open` or `half-open`. */
  get state(): "closed" | "open" | "half-open" {
    if (this.#circuit.closed) return "closed";
    return this.#circuit.opened || Date.now() < this.#dueAt ? "open" : "half-open";
  }

  /** The share of its calls that a target gets, which grows after the breaker has closed. */
  get share(): number {
    return this.#cooldown.share;
  }

  /** Lets a call through, as a probe when half-open. Whoever gets in must call {@link settle} once. */
  admit(): Ticket | undefined {
    if (this.#circuit.closed) return this.#plainTicket();
    if (!this.#mayProbe()) return undefined;
    this.#tellHalfOpen();
    return this.force();
  }

  /** Lets a call through as a probe though the breaker is open: when nothing else is left to try. */
  force(): Ticket | undefined {
    if (this.#circuit.closed) return this.#plainTicket();
    if (this.#probing()) return undefined;
    this.#probeSince = Date.now();
    return { opening: this.#openings, probe: true, limitMs: this.#cooldown.probeLimitMs };
  }

  /** Says how an admitted call ended. */
  settle(ticket: Ticket, outcome: "success" | "failure" | "neutral"): void {
    if (ticket.opening !== this.#openings) return;
    if (ticket.probe) this.#probeSince = undefined;
    else if (!this.#circuit.closed) return;
    if (outcome === "neutral") return;
    if (ticket.probe && this.#circuit.opened) this.#settleForced(outcome);
    else this.#count(outcome === "success");
  }

  /** The provider asks to be left alone until then: an open breaker lets no probe through before. */
  waitUntil(dueAt: number): void {
    this.#notBefore = Math.max(this.#notBefore, dueAt);
    this.#dueAt = Math.max(this.#dueAt, this.#notBefore);
  }

  /** Another process found the target down, or is trying it: it is left alone here too, until `dueAt`. */
  hearOpen(dueAt: number): void {
    this.#dueAt = dueAt;
    if (!this.#circuit.closed) return;
    this.#heardDueAt = dueAt;
    this.#settings.resetTimeout = Math.max(1, dueAt - Date.now());
    this.#circuit.open();
    this.#heardDueAt = undefined;
  }

  /** Another process found the target back. */
  hearClosed(): void {
    this.#heardDueAt = 0;
    this.#circuit.close();
    this.#heardDueAt = undefined;
  }

  /** Ends the cooldown timer. */
  close(): void {
    this.#circuit.shutdown();
  }

  #count(success: boolean): void {
    this.#rotate();
    if (success && this.#circuit.closed) {
      this.#successes += 1;
      if (this.#successes >= maxUntold) this.#tell();
      return;
    }
    this.#tell();
    this.#circuit.fire(success).catch(ignore);
  }

  // What firing successes through a closed circuit comes to, without its promises, and many at a time: nobody looks at their
  // number before the next failure.
  #tell(): void {
    for (; this.#successes > 0; this.#successes -= 1) {
      this.#circuit.emit("fire");
      this.#circuit.emit("success");
    }
    // opossum keeps each duration of the window even with percentiles off; nobody reads them, and they grow with the load.
    for (const bucket of this.#circuit.status.window) bucket.latencyTimes.length = 0;
  }

  #settleForced(outcome: "success" | "failure"): void {
    if (outcome === "success") this.#circuit.close();
    else {
      this.#settings.resetTimeout = this.#cooldown.repeat();
      this.#leaveAlone();
    }
  }

  // What opossum's timer does not know of, such as a Retry-After, may have put that off.
  #tellHalfOpen(): void {
    if (this.#isHalfOpenTold) return;
    this.#isHalfOpenTold = true;
    this.#onChange("half-open", this.#dueAt, this.#learnt);
  }

  #leaveAlone(): void {
    this.#probeSince = undefined;
    this.#isHalfOpenTold = false;
    this.#learnt = this.#heardDueAt !== undefined;
    this.#dueAt = this.#heardDueAt ?? Math.max(this.#notBefore, Date.now() + this.#settings.resetTimeout);
    this.#onChange("open", this.#dueAt, this.#learnt);
  }

  // Called before the circuit opens, of its own or by what is decided here.
  #judge(): void {
    if (!this.#circuit.closed) {
      this.#settings.resetTimeout = this.#cooldown.grow();
      return;
    }
    const { failures, successes } = this.#circuit.stats;
    const { failureThreshold, errorRate } = this.#options;
    if (failures < failureThreshold || failures / (failures + successes) < errorRate) return;
    this.#settings.resetTimeout = this.#cooldown.begin();
    this.#circuit.open();
  }

  #plainTicket(): Ticket {
    return { opening: this.#openings, probe: false, limitMs: undefined };
  }

  // opossum's timer knows neither of a forced call that failed nor of what another process says: the clock decides.
  #mayProbe(): boolean {
    return !this.#circuit.closed && !this.#probing() && Date.now() >= this.#dueAt;
  }

  // A probe that nobody settles must not hold the breaker half-open for ever.
  #probing(): boolean {
    return this.#probeSince !== undefined && Date.now() - this.#probeSince < this.#cooldown.probeLimitMs;
  }

  #rotate(): void {
    const bucketMs = this.#options.windowMs / buckets;
    const now = Date.now();
    const due = Math.min(buckets, Math.floor((now - this.#rotatedAt) / bucketMs));
    if (due < 1) return;
    this.#tell();
    this.#rotatedAt = due === buckets ? now : this.#rotatedAt + due * bucketMs;
    for (let turn = 0; turn < due; turn += 1) this.#rotation.emit("rotate");
  }
}

/** Proof of admission. */
export interface Ticket {
  readonly opening: number;
  readonly probe: boolean;
  /** How long a probe may take to begin to answer, in ms. */
  readonly limitMs: number | undefined;
}

/** So many successes at the most are told at once. */
const maxUntold = 256;

const failed = new Error("attempt failed");

function settle(success: boolean): Promise<void> {
  return success ? Promise.resolve() : Promise.reject(failed);
}

function ignore(): void {
  // The outcome was counted; the rejection only carried it.
}
