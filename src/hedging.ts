import { isRefusal, type Admitted, type Entry } from "./admit/admission.ts";
import type { Hedge, Hedging } from "./attempt/hedging.ts";
import type { Turn } from "./attempt/turn.ts";
import { resilienceIn, type RoutedCall, type Shared } from "./call.ts";
import type { Hedge as HedgeSettings, ResolvedTarget } from "./config/resolved.ts";
import type { Stage } from "./admit/downgrade.ts";
import type { Awaitable, RoutingRequest } from "./glossary.ts";
import type { Hold } from "./admit/hold.ts";
import { isBatchCall } from "./admit/limit-claim.ts";
import { sideEffectOf } from "./openai/side-effects.ts";
import { admitOverKeys, keysInTurn } from "./admit/over-keys.ts";
import { bringsKey } from "./sending.ts";
import type { ExplainedHedge } from "./plan/explained-hedge.ts";
import type { HedgeOutcome, HedgeRefusal } from "./state/hedges.ts";
import type { Memory } from "./state/memory.ts";
import type { TargetWindows } from "./state/target-tally.ts";

/** What hedges of a call are made with. */
export interface CallHedgingInput {
  readonly shared: Shared;
  readonly call: RoutedCall;
  /** The call at the door of a target. */
  entryAt(target: ResolvedTarget): Entry;
}

/** Lets a call make one attempt beside a slow one. */
export class CallHedging implements Hedging {
  readonly #input: CallHedgingInput;
  readonly #shared: Shared;
  readonly #call: RoutedCall;
  /** Its tier has earned for it. */
  #isCounted = false;
  /** It had its chance. */
  #isUsed = false;

  constructor(input: CallHedgingInput) {
    this.#input = input;
    this.#shared = input.shared;
    this.#call = input.call;
  }

  /** How long an attempt at the target is waited for, in ms; undefined when no other is to be made beside it. */
  afterMs(target: ResolvedTarget, hedge: HedgeSettings): number | undefined {
    const { request } = this.#call;
    if (this.#isUsed || obstacleTo(request, target) !== undefined) return undefined;
    const { hedges, tally } = this.#shared.memory;
    if (!this.#isCounted) hedges.earn(this.#tier, hedge.maxExtraLoad);
    this.#isCounted = true;
    return hedge.afterMs === "p95" ? p95Of(request, hedge, tally.windowsOf(target.id)) : hedge.afterMs;
  }

  allows(target: ResolvedTarget): boolean {
    const { request, chain } = this.#call;
    if (target.id === chain.drilled) return false;
    return mayServeBeside(target, { memory: this.#shared.memory, request, tier: this.#tier });
  }

  admit(turn: Turn): Awaitable<Hold | undefined | false> {
    this.#isUsed = true;
    if (!this.#shared.memory.hedges.take(this.#tier)) return this.#refused("load");
    if (!turn.takeExtra("hedge")) {
      this.giveBack();
      return this.#refused("load");
    }
    const admitted = this.#ask(turn);
    return admitted instanceof Promise ? admitted.then((late) => this.#letIn(turn, late)) : this.#letIn(turn, admitted);
  }

  giveBack(): void {
    this.#shared.memory.hedges.giveBack(this.#tier);
  }

  noTarget(): void {
    this.#isUsed = true;
    this.#refused("no_target");
  }

  started({ from, to, afterMs }: Hedge): void {
    const { record } = this.#call;
    record.hedged = true;
    this.#shared.memory.hedges.started();
    this.#shared.events.emit("hedge:start", { requestId: record.requestId, from: from.id, to: to.id, afterMs });
  }

  ended({ from, to }: Hedge, outcome: HedgeOutcome): void {
    const { requestId } = this.#call.record;
    this.#shared.memory.hedges.ended(outcome);
    this.#shared.events.emit("hedge:end", { requestId, from: from.id, to: to.id, outcome });
  }

  get #tier(): string {
    return this.#call.record.tier;
  }

  #ask({ target }: Turn): Awaitable<Admitted> {
    const { admission } = this.#call;
    if (admission.idle) return undefined;
    const own = target.client === "default" && bringsKey(this.#call, false);
    const keys = own ? undefined : keysInTurn(this.#shared.memory, target);
    return admitOverKeys(admission, { ...this.#input.entryAt(target), isHedge: true, keys });
  }

  #letIn(turn: Turn, admitted: Admitted): Hold | undefined | false {
    if (!isRefusal(admitted)) return admitted;
    turn.endExtra();
    this.giveBack();
    return this.#refused("limits");
  }

  #refused(why: HedgeRefusal): false {
    this.#shared.memory.hedges.refused(why);
    return false;
  }
}

/** What a hedge would be made under. */
interface Surroundings {
  readonly memory: Memory;
  readonly request: RoutingRequest;
  readonly tier: string;
}

/** Whether a target may be called beside a slow one. Those that are kept for when all others are out may not. */
function mayServeBeside(target: ResolvedTarget, { memory, request, tier }: Surroundings): boolean {
  if (target.breakGlass || obstacleTo(request, target) !== undefined) return false;
  if (memory.slowness.lookUp(tier, Date.now())?.(target) !== undefined) return false;
  const { out, breaker } = memory.doorOf(target);
  return out === undefined && (breaker === undefined || breaker.state === "closed");
}

/** Why an attempt at a target must not be one of two, in words; undefined when it may. */
function obstacleTo(request: RoutingRequest, { params }: ResolvedTarget): string | undefined {
  if (isBatchCall(request)) return "nobody waits for the calls of a batch";
  return sideEffectOf(request.endpoint, params === undefined ? request.body : { ...params, ...request.body });
}

function p95Of({ stream }: RoutingRequest, { minCalls }: HedgeSettings, windows: TargetWindows): number | undefined {
  const { count, p95Ms } = (stream ? windows.ttft : windows.latency).recent();
  return count >= minCalls ? p95Ms : undefined;
}

/** Whether a second attempt would be made beside the first of a chain; undefined where that is off. */
export function hedgeOutlook(
  { memory }: Pick<Shared, "memory">,
  request: RoutingRequest,
  { destination, chain }: Stage,
): ExplainedHedge | undefined {
  const [from, ...others] = chain.targets as readonly ResolvedTarget[];
  const hedge = from !== undefined && resilienceIn(destination.tier, from).hedge;
  if (from === undefined || hedge === false) return undefined;
  const around = { memory, request, tier: destination.decision.tier };
  const to = others.find((target) => mayServeBeside(target, around))?.id;
  const afterMs = hedge.afterMs === "p95" ? p95Of(request, hedge, memory.tally.windowsOf(from.id)) : hedge.afterMs;
  return { from: from.id, to, afterMs, obstacle: obstacleTo(request, from) ?? hindrance({ ...around, to, afterMs }) };
}

function hindrance(
  plan: Surroundings & { readonly to: string | undefined; readonly afterMs: number | undefined },
): string | undefined {
  if (plan.to === undefined) return "no other target of the chain may serve now";
  if (plan.afterMs === undefined) return "too few of its answers were measured to know what is slow";
  return plan.memory.hedges.maySpend(plan.tier) ? undefined : "as many were made as maxExtraLoad allows";
}
