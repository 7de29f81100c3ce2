import type { AttemptFailure } from "./attempt/failure.ts";
import type { Lifeline } from "./attempt/lifeline.ts";
import type { AttemptTrace, JobListener } from "./attempt/job.ts";
import type { RoutedCall, Shared } from "./call.ts";
import type { ResolvedTarget } from "./config/resolved.ts";
import type { Received, StreamMark } from "./broken-streams.ts";
import type { GivenAnswer } from "./given-answer.ts";
import type { AttemptRecord, RouteRecord, Usage } from "./glossary.ts";
import { givenIn, ToldAnswer } from "./openai/told-answer.ts";
import { outputTokensOf } from "./openai/output-tokens.ts";
import type { EndedAttempt, EndedStream } from "./ended-attempt.ts";
import { estimatedUsage } from "./record/estimated-usage.ts";
import { addAttempt, endRecord, noteTarget } from "./record/route-record.ts";
import { usageOf } from "./record/usage.ts";
import { whatBecameOf } from "./record/what-became.ts";
import type { Rested } from "./state/door.ts";
import { loopWatch } from "./lib/loop-watch.ts";
import type { KeySlot } from "./state/key-ring.ts";

// Less makes no difference to what a model takes.
const noticedStallMs = 100;

/** Keeps the books of one call: its record, the counters, and what listeners are told. */
export class Books implements JobListener {
  readonly #shared: Shared;
  readonly #call: RoutedCall;
  readonly #lifeline: Lifeline;
  #closed = false;
  #ttftMs: number | undefined;
  /** Whether the speed of the attempt was noted. */
  #isNoted = false;
  /** How long the event loop had stood still when the latest attempt began. */
  #stoodStillMs = 0;

  constructor(shared: Shared, call: RoutedCall, lifeline: Lifeline) {
    this.#shared = shared;
    this.#call = call;
    this.#lifeline = lifeline;
    shared.memory.retryBudget.callBegan();
  }

  get record(): RouteRecord {
    return this.#call.record;
  }

  started(target: ResolvedTarget, key: KeySlot | undefined): void {
    const { id, model, client } = target;
    this.#isNoted = false;
    if (target.breakGlass) this.#breakGlass(id);
    this.#stoodStillMs = loopWatch.stoodStillMs;
    this.#shared.memory.tally.begin(id, this.record.tier);
    key?.counts.begin();
    this.#shared.memory.slowness.began(this.record.tier, id);
    this.#shared.events.emit("attempt:start", { requestId: this.record.requestId, target: id, model, client });
  }

  /** An attempt that failed before anything was given out, or an answer in one piece. */
  ended({ answer, ...entry }: AttemptTrace): void {
    const { target, startedAt, failure } = entry;
    if (answer === undefined) {
      this.#add({ ...entry, usage: this.#usageOfFailure(failure), status: undefined });
    } else if (answer.kind === "json") {
      const { json, response } = answer;
      const usage = usageOf(json) ?? this.#estimated(outputTokensOf(this.record.endpoint, json));
      const told = this.#isHeard ? this.#told(givenIn(this.record.endpoint, json)) : undefined;
      this.#add({ ...entry, usage, status: response.status, told });
    } else {
      noteTarget(this.record, target, this.#call.chain);
      if (answer.kind === "stream") this.#firstContent(target, startedAt);
    }
  }

  /** A stream ended. */
  streamEnded(end: EndedStream): void {
    const { failure, status, contentTokens } = end;
    const served = status < 400 && (failure === undefined || contentTokens !== 0) ? contentTokens : undefined;
    const usage = usageOf(end.usage) ?? (served === undefined ? undefined : this.#estimated(served));
    const told = end.answer !== undefined && this.#isHeard ? this.#told(end.answer) : undefined;
    this.#add({ ...end, usage, told });
  }

  retrying({ id }: ResolvedTarget, { kind }: AttemptFailure, delayMs: number): void {
    const { requestId } = this.record;
    this.#shared.events.emit("retry:start", { requestId, target: id, failure: kind, delayMs });
  }

  fallingBack(from: ResolvedTarget, to: ResolvedTarget, { kind, message }: AttemptFailure): void {
    const { requestId } = this.record;
    const detail = this.#call.secrets.redact(message);
    this.#shared.events.emit("fallback:start", { requestId, from: from.id, to: to.id, failure: kind, detail });
  }

  /** A stream that broke goes on at another target. */
  mended({ mended, from, to }: StreamMark, { message }: AttemptFailure, { text }: Received): void {
    const { requestId } = this.record;
    this.record.mended = mended;
    const told = { requestId, from, to, detail: this.#call.secrets.redact(message) };
    if (mended === "restart") this.#shared.events.emit("stream:restart", { ...told, droppedText: text });
    else this.#shared.events.emit("stream:continue", { ...told, givenChars: text.length });
  }

  rested({ id, client }: ResolvedTarget, { what, key, reason, dueAt }: Rested): void {
    const { requestId } = this.record;
    if (what !== "key") {
      const target = what === "target" ? id : undefined;
      this.#shared.events.emit("target:rest", { requestId, target, client, reason, dueAt, learnt: false });
      return;
    }
    const only = this.#call.config.keys.get(client)?.[0]?.label ?? "1";
    const target = reason === "rate_limited" ? id : undefined;
    const whose = { client, key: key ?? only, target };
    this.#shared.events.emit("key:rest", { requestId, ...whose, reason, dueAt, learnt: false });
  }

  /** The call ended. */
  close(outcome: "answered" | "failed" | "aborted"): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shared.memory.retryBudget.callEnded();
    this.#lifeline.release();
    this.#shared.lifelines.delete(this.#lifeline);
    const { record } = this;
    const durationMs = performance.now() - this.#call.startedAt;
    const { baseline, slowMs } = this.#call.config;
    endRecord(record, { outcome, durationMs, ttftMs: this.#ttftMs, baseline: baseline?.price });
    this.#shared.memory.ended(record);
    const { requestId, target } = record;
    if (durationMs > slowMs && target !== undefined) {
      this.#shared.events.emit("request:slow", { requestId, target, durationMs, slowMs });
    }
    this.#shared.events.emit("request:end", { requestId, record });
  }

  #breakGlass(target: string): void {
    if (this.record.breakGlass) return;
    this.record.breakGlass = true;
    const { requestId } = this.record;
    const { tier, chain, request } = this.#call;
    const isNamed = tier === undefined || request.hints.target === target;
    const reason = isNamed
      ? { why: "named" as const, detail: "the call names it" }
      : { why: "all_out" as const, detail: whatBecameOf(this.record, chain) };
    this.#shared.events.emit("break-glass:use", { requestId, target, ...reason });
  }

  // What was held back and thrown away has its price, and so has what was asked of an attempt that was outrun.
  #usageOfFailure(failure: AttemptFailure | undefined): Usage | undefined {
    const { usage, contentTokens = failure?.kind === "outrun" ? 0 : undefined } = failure ?? {};
    return usageOf({ usage }) ?? (contentTokens === undefined ? undefined : this.#estimated(contentTokens));
  }

  // The provider did not say how many tokens it took.
  #estimated(completionTokens: number): Usage {
    return estimatedUsage(this.#call.request, completionTokens);
  }

  #firstContent(target: ResolvedTarget, startedAt: number): void {
    const now = performance.now();
    this.#ttftMs ??= now - this.#call.startedAt;
    this.#isNoted = true;
    this.#shared.memory.tally.firstContent(target.id, now - startedAt);
    this.#shared.memory.slowness.ended(this.record, target.id, this.#withoutStalls(now - startedAt));
  }

  // That nobody got round to reading an answer does not make its target slow.
  #withoutStalls(tookMs: number): number {
    const stillMs = loopWatch.stoodStillMs - this.#stoodStillMs;
    return stillMs < noticedStallMs ? tookMs : Math.max(0, tookMs - stillMs);
  }

  #add(entry: EndedAttempt): void {
    const { target, failure } = entry;
    const attempt = this.#attemptOf(entry);
    if (failure === undefined) noteTarget(this.record, target, this.#call.chain);
    addAttempt(this.record, attempt, target.price);
    entry.hold?.settle(attempt);
    this.#shared.memory.tally.attempt(target.id, this.record.tier, attempt);
    entry.key?.counts.end(attempt);
    this.#noteLatency(attempt);
    this.#shared.events.emit("attempt:end", { requestId: this.record.requestId, attempt, answer: entry.told });
  }

  #told(answer: GivenAnswer): GivenAnswer {
    return new ToldAnswer(answer, this.#call.secrets.redact);
  }

  get #isHeard(): boolean {
    return this.#shared.events.hears("attempt:end");
  }

  #attemptOf(entry: EndedAttempt): AttemptRecord {
    const { target, failure, usage } = entry;
    const attempt: AttemptRecord = {
      target: target.id,
      hedge: entry.isHedge ? true : undefined,
      key: entry.key?.label,
      status: entry.status ?? failure?.status,
      durationMs: performance.now() - entry.startedAt,
      failure: failure?.kind,
      detail: failure === undefined ? undefined : this.#call.secrets.redact(failure.message),
      usage,
      costUsd: undefined,
      priceFrom: target.priceFrom,
    };
    const fitted = this.#call.fitting.changesAt(target);
    if (fitted !== undefined) attempt.fitted = fitted;
    return attempt;
  }

  #noteLatency(attempt: AttemptRecord): void {
    const { target, failure, durationMs } = attempt;
    const { slowness } = this.#shared.memory;
    const { record } = this;
    const tookMs = this.#withoutStalls(durationMs);
    if (failure === "outrun") this.#noteOutrun(attempt);
    // A stream's speed was noted at its first content.
    else if (this.#isNoted) return;
    else if (failure === "timeout") slowness.cut(record, target, tookMs);
    else slowness.ended(record, target, failure === undefined && !record.stream ? tookMs : undefined);
  }

  // It took at least that long, and without it a target that is hedged would look fast. Of a hedge that was outrun, that says
  // nothing: it began late.
  #noteOutrun({ target, hedge, durationMs }: AttemptRecord): void {
    const { slowness, tally } = this.#shared.memory;
    slowness.cut(this.record, target, durationMs);
    if (hedge !== true) tally.outrun(target, durationMs, this.record.stream);
  }
}
