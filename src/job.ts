import { isRefusal, type Admitted, type Entry, type Refusal } from "./admit/admission.ts";
import type { AttemptFailure } from "./attempt/failure.ts";
import type { Lifeline } from "./attempt/lifeline.ts";
import type { Job, JobListener, Way } from "./attempt/job.ts";
import { checksIn, longestMs, resilienceIn } from "./call.ts";
import type { Resilience, ResolvedTarget, ResolvedTier } from "./config/resolved.ts";
import { downgraded } from "./admit/downgrade.ts";
import type { TargetFailure } from "./attempt/pursuit-lost.ts";
import type { Received, StreamBreakPolicy } from "./broken-streams.ts";
import type { Awaitable, Endpoint } from "./glossary.ts";
import { tokensOfTexts } from "./openai/text-tokens.ts";
import { streamBreakIn } from "./mend/stream-break.ts";
import { addsUsage, choicesOf } from "./openai/target-body.ts";
import { CallHedging } from "./hedging.ts";
import { LimitWait } from "./admit/limit-wait.ts";
import { admitOverKeys, keysInTurn } from "./admit/over-keys.ts";
import { restAfter, type Rest } from "./mend/rest-after.ts";
import { bringsKey, sendTo, type Sending } from "./sending.ts";
import type { Extra, ExtraKind } from "./state/retry-budget.ts";
import type { TargetDoor } from "./state/door.ts";
import type { KeySlot } from "./state/key-ring.ts";
import type { Obstacle } from "./state/waiting-room.ts";
import { timeoutsOf } from "./timeouts-of.ts";

/** What a call becomes for its attempts. */
export interface JobInput extends Sending {
  readonly lifeline: Lifeline;
  readonly books: JobListener;
  /** Of a job that is to mend a stream. */
  readonly rest?: Rest | undefined;
}

/** A call in the form in which it is attempted. */
export class RoutedJob implements Job {
  readonly #input: JobInput;
  #wait: LimitWait | undefined;
  #hedging: CallHedging | undefined;
  #targets: readonly ResolvedTarget[];
  #tier: ResolvedTier | undefined;
  #lastResort: boolean;
  readonly endpoint: Endpoint;
  readonly stream: boolean;
  readonly guarded: boolean;
  readonly lifeline: Lifeline;
  readonly deadlineAt: number;
  readonly answerBy: number;
  readonly maxRetries: number | undefined;
  readonly fallbackOnContentFilter: boolean;
  readonly tell: JobListener;

  constructor(input: JobInput) {
    const { call } = input;
    this.#input = input;
    this.endpoint = call.request.endpoint;
    this.stream = call.request.stream;
    const { targets, tier } = input.rest ?? call;
    this.#targets = targets;
    this.#tier = tier;
    this.#lastResort = call.chain.lastResort && call.guarded && input.rest === undefined;
    this.guarded = call.guarded;
    this.lifeline = input.lifeline;
    this.deadlineAt = call.startedAt + call.deadlineMs;
    this.answerBy = Math.min(this.deadlineAt, input.shared.answerBy + graceMs);
    this.maxRetries = call.incoming.maxRetries;
    this.fallbackOnContentFilter = call.config.fallbackOnContentFilter;
    this.tell = input.books;
  }

  get targets(): readonly ResolvedTarget[] {
    return this.#targets;
  }

  get limited(): ReadonlyMap<ResolvedTarget, Refusal> {
    return this.#input.call.limited;
  }

  get lastResort(): boolean {
    return this.#lastResort;
  }

  get choices(): number {
    return choicesOf(this.endpoint, this.#input.call.incoming.body);
  }

  get checks(): Job["checks"] {
    const { config, request } = this.#input.call;
    return checksIn(config, this.#tier, request);
  }

  get before(): TargetFailure | undefined {
    return this.#input.rest?.before;
  }

  get mends(): boolean {
    return this.policy !== "error";
  }

  /** What happens when its stream breaks. */
  get policy(): StreamBreakPolicy {
    return this.#input.rest?.policy ?? streamBreakIn(this.#input.call, this.#tier);
  }

  /**
   * The same call, for the targets behind the one whose stream broke; undefined when none of them may take over.
   * @param received - what the caller was given
   */
  after(before: TargetFailure, received: Received): RoutedJob | undefined {
    const { policy } = this;
    const going = { targets: this.#targets, tier: this.#tier, policy, rest: this.#input.rest };
    const rest = restAfter(going, before, received);
    if (rest === undefined) return undefined;
    const given = policy === "continue" ? { text: received.text, tokens: tokensOfTexts(received.texts) } : undefined;
    return new RoutedJob({ ...this.#input, given, rest });
  }

  get dropsUsage(): boolean {
    return addsUsage(this.#input.call.fitting.input);
  }

  resilienceOf(target: ResolvedTarget): Resilience {
    return resilienceIn(this.#tier, target);
  }

  timeoutsOf(target: ResolvedTarget): ReturnType<Job["timeoutsOf"]> {
    return timeoutsOf(this.#input.call, this.resilienceOf(target));
  }

  doorOf(target: ResolvedTarget): TargetDoor {
    return this.#input.shared.memory.doorOf(target);
  }

  takeExtra(kind: ExtraKind, target: ResolvedTarget, isLast: boolean): Extra | undefined {
    const { shared, call } = this.#input;
    const { trust } = this.doorOf(target);
    const { requestId } = call.record;
    const extra = shared.memory.retryBudget.take({ kind, requestId, target: target.id, trust, isLast });
    if (extra === undefined) call.record.refusedRetries = (call.record.refusedRetries ?? 0) + 1;
    return extra;
  }

  promptTokens(): number {
    return this.#input.call.promptTokens();
  }

  admit(target: ResolvedTarget, tried: ReadonlySet<KeySlot>): Awaitable<Admitted> {
    const { call } = this.#input;
    if (call.unsent === undefined) return undefined;
    if (target === call.targets[0] && !call.unsent.used) return call.unsent.use();
    const admitted = admitOverKeys(call.admission, { ...this.#entryAt(target), keys: this.#keysAt(target, tried) });
    if (this.#wait?.waiter === undefined) return admitted;
    return admitted instanceof Promise ? admitted.then(this.#stopIfLetIn) : this.#stopIfLetIn(admitted);
  }

  hedgeAfterMs(target: ResolvedTarget): number | undefined {
    const { hedge } = this.resilienceOf(target);
    // Whoever takes over from a stream that broke is not raced again.
    const isOff = hedge === false || !this.guarded || this.#input.rest !== undefined;
    return isOff ? undefined : this.hedging.afterMs(target, hedge);
  }

  get hedging(): CallHedging {
    const { shared, call } = this.#input;
    this.#hedging ??= new CallHedging({ shared, call, entryAt: (target) => this.#entryAt(target) });
    return this.#hedging;
  }

  waitForLimits(obstacles: readonly Obstacle[]): Promise<boolean> {
    this.#wait ??= new LimitWait(this.#input, this.answerBy);
    return this.#wait.turn(obstacles);
  }

  stopWaiting(): void {
    this.#wait?.stop("gave_up");
  }

  refused(place: number, refusal: Refusal): void {
    const { detour, record } = this.#input.call;
    const target = this.#targets[place];
    if (detour === undefined || target === undefined) return;
    const { tier, reason, confidence, decidedBy: by } = record;
    const from = { decision: { tier, reason, confidence, by }, tier: this.#tier, target: undefined };
    const next = downgraded(from, refusal, detour);
    if (next === undefined) return;
    refusal.downgraded?.(this.#entryAt(target));
    const tried = this.#targets.slice(0, place);
    const others = (next.chain.targets as readonly ResolvedTarget[])
      .filter((other) => !tried.includes(other))
      .filter((other) => this.#input.rest?.mayServe(other) !== false);
    this.#targets = [...tried, target, ...others];
    this.#tier = next.destination.tier;
    this.#lastResort = next.chain.lastResort && this.guarded;
    record.downgradedFrom ??= tier;
    record.tier = next.destination.decision.tier;
    record.reason = next.destination.decision.reason;
  }

  #entryAt(target: ResolvedTarget): Entry {
    const { request, record, promptTokens, deadlineMs } = this.#input.call;
    const isLast = target === this.#targets.at(-1);
    const lastsMs = longestMs(this.#tier, target, deadlineMs);
    return { request, tier: record.tier, target, promptTokens, lastsMs, isLast, waiter: this.#wait?.waiter };
  }

  #keysAt(target: ResolvedTarget, tried: ReadonlySet<KeySlot>): Entry["keys"] {
    return this.bringsKey(target) ? undefined : keysInTurn(this.#input.shared.memory, target, tried);
  }

  readonly #stopIfLetIn = (admitted: Admitted): Admitted => {
    if (!isRefusal(admitted)) this.#wait?.stop("let_in");
    return admitted;
  };

  bringsKey(target: ResolvedTarget): boolean {
    const { call } = this.#input;
    return target.client === "default" && bringsKey(call, target === call.targets[0]);
  }

  send(way: Way, signal: AbortSignal): Promise<Response> {
    const { shared, call } = this.#input;
    if (shared.wraps.none) return sendTo(this.#input, way, signal);
    const attempt = { requestId: call.request.requestId, target: way.target.id };
    return shared.wraps.run(attempt, () => sendTo(this.#input, way, signal));
  }

  learn(target: ResolvedTarget, { kind, refusal }: AttemptFailure): boolean {
    if (kind !== "bad_request" || refusal === undefined) return false;
    const { status } = refusal.response;
    return this.#input.call.fitting.learn(target, { status, text: refusal.text });
  }

  redact(text: string): string {
    return this.#input.call.secrets.redact(text);
  }
}

// The limit itself ends its calls: a clock of theirs that rang a moment before would let an error out in its place.
const graceMs = 20;
