import { resilienceIn, type Shared } from "../call.ts";
import { chainFor } from "../chain-for.ts";
import { checkDrill } from "../config/drills.ts";
import { drillDefaults } from "../config/defaults.ts";
import { durationMsFrom } from "../config/durations.ts";
import type { ResolvedDrill, ResolvedTarget } from "../config/resolved.ts";
import { Drill } from "./drill.ts";
import { DrillRun, drillTag, type DrillPlan } from "./drill-run.ts";
import { keepingOff } from "./drilling.ts";
import { LiveDrills } from "./live-drills.ts";
import type { DrillOptions } from "./options.ts";
import type { DrillReport } from "../drill-report.ts";
import { usualPrompts, type DrillPrompt } from "./prompts.ts";
import { DrillSchedule } from "./schedule.ts";
import { ConfigError } from "../errors.ts";
import type { Hints } from "../glossary.ts";
import { inputTokensOf } from "../openai/input-tokens.ts";
import { LazyRoutingRequest } from "../openai/request.ts";
import { Scope } from "../scope.ts";
import { worstCaseUsd } from "../admit/worst-case.ts";

/** Makes the calls of a dry drill. */
export type Ask = (scope: Scope, hints: Hints, body: DryBody) => Promise<unknown>;

/** What a dry drill asks. */
export interface DryBody {
  readonly model: string;
  readonly messages: { role: "user"; content: string }[];
  readonly max_tokens: number;
}

// Long enough to tell an answer from none.
const maxTokens = 256;

/** The drills of a router. */
export class Drills {
  readonly live = new LiveDrills();
  readonly #shared: Shared;
  readonly #stops = new Set<() => void>();
  #schedule: DrillSchedule | undefined;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** @throws ConfigError when the options do not hold, RouterClosedError when no more calls are taken */
  start(given: DrillOptions, ask: Ask): Drill {
    this.#shared.admit();
    const options = checkDrill(given, this.#shared.config());
    if (options.dry === true) return this.#dry(options, ask);
    const { target, share = drillDefaults.share } = options;
    return this.#live({ target, share, dry: false }, durationMsFrom(options.for) ?? 0);
  }

  /** Holds these drills from now on, in the place of those before. */
  schedule(drills: readonly ResolvedDrill[]): void {
    this.#schedule?.close();
    this.#schedule = drills.length === 0 ? undefined : new DrillSchedule(drills, this.#begin);
  }

  close(): void {
    this.#schedule?.close();
    for (const stop of this.#stops) stop();
  }

  readonly #begin = ({ target, share, forMs }: ResolvedDrill): void => {
    if (!this.live.has(target)) this.#live({ target, share, dry: false }, forMs);
  };

  #live(plan: DrillPlan, forMs: number): Drill {
    const { target } = plan;
    if (this.live.has(target)) throw faultOf(`a drill of ${JSON.stringify(target)} is going on already; stop it first`);
    const { events } = this.#shared;
    const run = new DrillRun(plan);
    const note = ({ record }: { readonly record: Parameters<DrillRun["add"]>[0] }): void => run.add(record);
    const ended = Promise.withResolvers<DrillReport>();
    const stop = (): void => {
      clearTimeout(timer);
      this.live.delete(run);
      events.off("request:end", note);
      this.#end(run, stop);
      ended.resolve(run.report());
    };
    const timer = setTimeout(stop, forMs).unref();
    events.on("request:end", note);
    this.live.add(run);
    this.#begun(run, stop);
    return new Drill(run, ended.promise, stop);
  }

  #dry(options: DrillOptions, ask: Ask): Drill {
    const dry = this.#dryPlan(options);
    const run = new DrillRun({ target: options.target, share: 1, dry: true, worstCaseUsd: dry.worstCaseUsd });
    const scope = new Scope(this.#shared, { drilling: keepingOff(options.target) });
    const stop = (): void => scope.end("caller", new Error("The drill was stopped."));
    this.#begun(run, stop);
    const work = async (): Promise<DrillReport> => {
      for (const { hints, body } of dry.calls) {
        if (scope.ending.aborted) break;
        await ask(scope, hints, body).catch(() => undefined);
      }
      scope.release();
      for (const record of scope.records) run.add(record);
      this.#end(run, stop);
      return run.report();
    };
    return new Drill(run, work(), stop);
  }

  #begun(run: DrillRun, stop: () => void): void {
    const { target, share, dry, worstCaseUsd: usd } = run.plan;
    this.#stops.add(stop);
    this.#shared.events.emit("drill:start", { target, share, dry, worstCaseUsd: usd });
  }

  #end(run: DrillRun, stop: () => void): void {
    if (run.endedAt !== undefined) return;
    run.endedAt = Date.now();
    this.#stops.delete(stop);
    this.#shared.events.emit("drill:end", { target: run.plan.target, report: run.report() });
  }

  #dryPlan({ target, tier, prompts, maxUsd = drillDefaults.maxUsd }: DrillOptions): DryPlan {
    const { tiers } = this.#shared.config();
    const through = tier ?? [...tiers.values()].find((one) => one.targets.some(({ id }) => id === target))?.name;
    if (through === undefined) throw faultOf(`no tier has ${JSON.stringify(target)}, so that nothing stands in for it`);
    const asked: readonly DrillPrompt[] = prompts?.map((prompt) => ({ prompt, task: "default" })) ?? usualPrompts;
    const calls = asked.map(({ prompt, task }): DryCall => {
      const messages = [{ role: "user" as const, content: prompt }];
      return {
        hints: { tier: through, task, tags: { [drillTag]: target } },
        body: { model: "auto", messages, max_tokens: maxTokens },
      };
    });
    const usd = calls.map((call) => this.#worstCase(target, call)).reduce(sum, 0);
    if (!((usd ?? Infinity) <= maxUsd)) throw faultOf(tooDear(usd, maxUsd), "maxUsd");
    return { calls, worstCaseUsd: usd };
  }

  /** The most that a call may cost when each try at each target of its chain is paid; undefined when a price is unknown. */
  #worstCase(target: string, { hints, body }: DryCall): number | undefined {
    const facts = { requestId: "drill", endpoint: "chat", body: { ...body }, hints, stream: false } as const;
    const request = new LazyRoutingRequest(facts);
    const tier = this.#shared.config().tiers.get(hints.tier ?? "");
    const promptTokens = (): number => inputTokensOf("chat", request.body);
    const destination = {
      decision: { tier: tier?.name ?? "", confidence: 1, reason: "", by: "drill" },
      tier,
      target: undefined,
    };
    const chain = chainFor(this.#shared, request, { destination, promptTokens, drilled: target });
    return chain.targets
      .map((one) => {
        const { retry } = resilienceIn(tier, one as ResolvedTarget);
        const tries = retry === false ? 1 : 1 + retry.maxRetries;
        const entry = { request, target: one as ResolvedTarget, promptTokens };
        return one.price === undefined ? undefined : tries * worstCaseUsd(entry, one.price, maxTokens);
      })
      .reduce(sum, 0);
  }
}

interface DryCall {
  readonly hints: Hints;
  readonly body: DryBody;
}

interface DryPlan {
  readonly calls: readonly DryCall[];
  readonly worstCaseUsd: number | undefined;
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

function tooDear(usd: number | undefined, maxUsd: number): string {
  const may = usd === undefined ? "nobody knows what, as a target has no price" : `$${usd.toPrecision(3)}`;
  return `is $${maxUsd}, and the drill may cost ${may}; give a higher maxUsd, or Infinity`;
}

function faultOf(message: string, path = "target"): ConfigError {
  return new ConfigError([{ path, message }]);
}
