import type { BudgetState } from "../admit/budgets.ts";
import type { RouterEventName, RouterEvents } from "../events.ts";
import type { Awaitable } from "../glossary.ts";
import type { RouterHealth } from "../health.ts";
import type { RouterStats } from "../stats.ts";
import type { SendingWrap } from "../wraps.ts";

/**
 * Takes what a router tells to a foreign system: metrics, traces, logs. A plain object that is attached by
 * `router.attach(exporter)`.
 */
export interface Exporter {
  /** What it is called in warnings. */
  readonly name: string;
  /**
   * Begins to listen; called once by `router.attach()`.
   * @returns what ends it, if anything has to be ended: called when the router is closed
   */
  attach(router: ObservedRouter): (() => Awaitable<void>) | void;
}

/** What an {@link Exporter} sees of a router: what it tells and what it counts, nothing that could change it. */
export interface ObservedRouter {
  /** Calls back at every event of that name. A listener that throws never fails a request. */
  on<Name extends RouterEventName>(name: Name, listener: (event: RouterEvents[Name]) => void): unknown;
  /** Takes a listener off. */
  off<Name extends RouterEventName>(name: Name, listener: (event: RouterEvents[Name]) => void): unknown;
  /** What was counted, with percentiles and rates. */
  stats(): RouterStats;
  /** Which targets can be called now. */
  health(): RouterHealth;
  /** How every budget stands. */
  budgets(): Promise<readonly BudgetState[]>;
  /** Tier → ids of its targets, in order. */
  tiers(): Readonly<Record<string, readonly string[]>>;
  /** Where a client sends its requests; undefined when there is no such client. */
  baseUrlOf(client: string): string | undefined;
  /**
   * Has each request to a provider sent from within `wrap`, so that whoever watches `fetch` (an HTTP instrumentation)
   * finds the context that was set there. The sending must be called, once, and its result be returned.
   * @returns what takes it off again
   */
  wrapSending(wrap: SendingWrap): () => void;
}
