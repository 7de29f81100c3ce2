import { inspect } from "node:util";
import { checksIn } from "./call.ts";
import { allowedRegionsOf } from "./config/allowed-regions.ts";
import { optionsFromConfig, type RouterConfig } from "./config/from-config.ts";
import type { BudgetState } from "./admit/budgets.ts";
import { checkHints } from "./config/hints.ts";
import { checkReport } from "./config/report.ts";
import { chainsOf } from "./config/tiers.ts";
import type { TargetIdOf, TierNameOf } from "./config/names.ts";
import { RouterCore, type RouterChanges } from "./core.ts";
import { describe } from "./describe/describe.ts";
import type { Drill } from "./drill/drill.ts";
import type { DrillOptions } from "./drill/options.ts";
import type { RouterEventName, RouterEvents } from "./events.ts";
import type { Endpoint, Hints, JsonObject } from "./glossary.ts";
import type { Exporter } from "./exporters/exporter.ts";
import { fitsOf } from "./fitting.ts";
import { hedgeOutlook } from "./hedging.ts";
import { streamBreakOutlook } from "./mend/stream-break.ts";
import { healthOf, type RouterHealth } from "./health.ts";
import { LazyRoutingRequest } from "./openai/request.ts";
import type { Client, RouterOptions } from "./options.ts";
import { optionsOf } from "./options-of.ts";
import { explain, type Explanation } from "./plan/explain.ts";
import { foresee } from "./route.ts";
import { makeReport } from "./report/make-report.ts";
import type { ReportOptions } from "./report/options.ts";
import type { Report } from "./report/report.ts";
import type { CostDimension, CostReport } from "./state/costs.ts";
import type { RouterStats } from "./stats.ts";
import type { Store } from "./stores/store.ts";
import { RouterView } from "./view.ts";

/** Clients for a configuration that is data. */
export interface FromConfigOptions {
  /** Clients you have made yourself, by the names that the configuration uses. */
  readonly clients?: Readonly<Record<string, Client>> | undefined;
  /** Where API keys are read from. @defaultValue process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** What budgets and limits count in: several processes share them with `redisStore()`. @defaultValue `memoryStore()` */
  readonly store?: Store | undefined;
}

/**
 * Routes the calls of an OpenAI client: classifies each, picks a tier and a chain of targets, fails over, and records
 * what happened. Everything runs in this process.
 */
export interface ModelRouter<
  C extends Client = Client,
  TierName extends string = string,
  TargetId extends string = string,
> extends Router<C, TierName, TargetId> {}

/** How a {@link ModelRouter} is made. */
export interface ModelRouterConstructor {
  /** What `instanceof` goes by. */
  readonly prototype: ModelRouter;

  /**
   * Wraps the client of the options; the names of tiers and targets are inferred from them.
   * @throws ConfigError that names every fault with its path
   */
  new <const O extends RouterOptions>(options: O): ModelRouter<O["client"], TierNameOf<O>, TargetIdOf<O>>;

  /**
   * A router from a configuration that is data, such as a JSON file. API keys are named by environment variable.
   * @throws ConfigError that names every fault with its path
   */
  fromConfig(config: RouterConfig, options?: FromConfigOptions): ModelRouter;
}

class Router<
  out C extends Client = Client,
  out TierName extends string = string,
  out TargetId extends string = string,
> extends RouterView<C, TierName, TargetId> {
  readonly #core: RouterCore;
  readonly #client: Client;

  constructor(options: RouterOptions & { readonly client: C }) {
    const core = new RouterCore(options);
    super(core, options.client, {});
    this.#core = core;
    this.#client = options.client;
  }

  static fromConfig(config: RouterConfig, options: FromConfigOptions = {}): ModelRouter {
    return new Router(optionsFromConfig(config, options));
  }

  /** Calls back at every event of that name. A listener that throws never fails a request. */
  on<Name extends RouterEventName>(name: Name, listener: (event: RouterEvents[Name]) => void): this {
    this.#core.events.on(name, listener);
    return this;
  }

  /** Calls back at the next event of that name. */
  once<Name extends RouterEventName>(name: Name, listener: (event: RouterEvents[Name]) => void): this {
    this.#core.events.once(name, listener);
    return this;
  }

  /** Takes a listener off. */
  off<Name extends RouterEventName>(name: Name, listener: (event: RouterEvents[Name]) => void): this {
    this.#core.events.off(name, listener);
    return this;
  }

  /**
   * Attaches an exporter: what the router tells goes to the user's monitoring from now on, until the router is closed.
   * @throws what the exporter throws
   */
  attach(exporter: Exporter): this {
    const end = exporter.attach({
      on: (name, listener) => this.on(name, listener),
      off: (name, listener) => this.off(name, listener),
      stats: () => this.stats(),
      health: () => this.health(),
      budgets: () => this.budgets(),
      tiers: () => chainsOf(this.#core.config()),
      baseUrlOf: (client) => this.#core.config().clients.get(client)?.baseURL,
      wrapSending: (wrap) => this.#core.wraps.add(wrap),
    });
    if (end !== undefined) this.#core.onClose(end);
    return this;
  }

  /** What would happen to a request now, and why. Nothing is sent; a classifier that asks a model does ask it. */
  async explain(
    body: JsonObject | object,
    options: { readonly endpoint?: Endpoint; readonly hints?: Hints<TierName, TargetId> } = {},
  ): Promise<Explanation> {
    const { endpoint = "input" in body ? "responses" : "chat" } = options;
    const hints = checkHints(options.hints ?? {}, this.#core.config());
    const given = body as JsonObject;
    const stream = given["stream"] === true;
    const allowedRegions = allowedRegionsOf(hints, this.#core.config().residency);
    const facts = { requestId: "explain", endpoint, body: given, hints, stream, allowedRegions };
    const request = new LazyRoutingRequest(facts);
    const { destination, chain, entries, assigned } = await foresee(this.#core, request);
    const targets = entries.map(({ target }) => target);
    const fittedCall = { config: this.#core.config(), request, named: destination.target?.id, guarded: true };
    const { budgets, limits } = this.#core;
    const admission = this.#core.admission();
    return explain(destination.decision, chain, {
      allowed: allowedRegions,
      fits: fitsOf(this.#core, fittedCall, targets),
      checks: checksIn(this.#core.config(), destination.tier, request),
      budgets: await budgets.outlook(entries, admission),
      limits: await limits.outlook(entries, admission),
      hedge: hedgeOutlook(this.#core, request, { destination, chain }),
      streamBreak: streamBreakOutlook(request, destination.tier ?? this.#core.config(), targets),
      assigned,
    });
  }

  /**
   * A page about the configuration in Markdown, with a diagram (Mermaid): tiers and chains, what the `model` of a call means,
   * prices, limits, budgets, and what each failure does. Names no key.
   */
  describe(): string {
    return describe(this.#core.config(), this.#core.options());
  }

  /** What was counted since the router was made, with percentiles and rates over the sliding window. */
  stats(): RouterStats {
    const { memory } = this.#core;
    const { tally, slos, retryBudget, hedges } = memory;
    const [bounds, second] = [retryBudget.stats(), hedges.stats()];
    return { ...tally.snapshot(), retryBudget: bounds, slos: slos.stats(), hedges: second, keys: memory.keyStats() };
  }

  /**
   * What calls cost since the router was made, and by one dimension: `{ by: "tier" }`, `"target"`, `"task"`, or a tag as
   * `"tag:team"`.
   * @throws TypeError when there is no such dimension
   */
  costs(options: { readonly by?: CostDimension | undefined } = {}): CostReport {
    return this.#core.memory.tally.costs.report(options.by);
  }

  /**
   * How well targets do each task: accuracy by the feedback that was given, cost, latency, each with an interval, and a verdict
   * in words. `String(report)` is the same for people, in Markdown.
   * @throws ConfigError when the options do not hold
   */
  report(options: ReportOptions = {}): Report {
    return makeReport({ results: this.#core.memory.results, shadows: this.#core.shadows.run }, checkReport(options));
  }

  /**
   * How every budget stands. A budget whose tag has values of their own is listed for each value that was seen lately.
   * What the store can not be asked stays as it was last heard.
   */
  async budgets(): Promise<readonly BudgetState[]> {
    return this.#core.budgets.states(this.#core.admission());
  }

  /**
   * Which targets can be called now, and since when or until when the others can not. With a shared store it also looks for news
   * in the background: whoever asks now and then hears of what other processes found out even without a call.
   */
  health(): RouterHealth {
    this.#core.glance();
    return healthOf(this.#core.config(), this.#core.memory);
  }

  /**
   * Keeps a share of the calls off a target for a while, as though it were out, and reports how its fallbacks did beside the calls
   * that went to the target in the same time: answers, latency, cost, acceptance. Behind the fallbacks stands the target itself, so
   * that a drill fails no call; calls that name a target are left alone. With `dry`, prompts of the drill's own are sent through
   * the chain without the target, and no call is touched.
   * @throws ConfigError when the options do not hold, a drill of the target goes on already, or a dry one may cost more than `maxUsd`
   */
  drill(options: DrillOptions<TargetId>): Drill {
    return this.#core.drills.start(options, async (scope, hints, body) =>
      new RouterView(scope, this.#client, hints).chat.completions.create({ ...body, stream: false }),
    );
  }

  /**
   * Changes options at once: calls in flight end under the old ones, and targets that stay keep what is known of them.
   * Keys that are left out stay as they are.
   * @throws ConfigError, and then nothing has changed
   */
  update(changes: RouterChanges): void {
    this.#core.update(changes);
  }

  /** @internal What copies are made from. Holds the clients. */
  [optionsOf](): RouterOptions {
    return this.#core.options();
  }

  /** Takes no more calls, and waits for those in flight to end. */
  async drain(): Promise<void> {
    await this.#core.drain();
  }

  /** Takes no more calls, and ends those in flight at once with a RouterClosedError. */
  async close(): Promise<void> {
    await this.#core.close();
  }

  /** Closes the router: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Health and counters: no keys, no options. */
  toJSON(): object {
    return { health: this.health(), stats: this.stats() };
  }

  /** @internal Clients hold keys: what is printed of a router holds none of its options. */
  [inspect.custom](): string {
    const { tiers } = this.#core.config();
    return `ModelRouter { tiers: ${[...tiers.keys()].join(", ")} }`;
  }
}

/** The class. Its names of tiers and targets come from the options, hence the type of its own. */
export const ModelRouter: ModelRouterConstructor = Router;
