import { worstCaseUsd } from "../admit/worst-case.ts";
import type { Shared } from "../call.ts";
import { budgetDefaults } from "../config/defaults.ts";
import type { ResolvedShadow, ResolvedTarget } from "../config/resolved.ts";
import type { AttemptRecord, FailureKind, JsonObject, RouteRecord, RoutingRequest } from "../glossary.ts";
import { inputTokensOf } from "../openai/input-tokens.ts";
import type { Client } from "../options.ts";
import { Demands } from "../plan/demands.ts";
import { scoreOf } from "./score-of.ts";
import { sendShadow, type ShadowEnd } from "./send-shadow.ts";
import { ShadowBudget } from "./shadow-budget.ts";
import { ShadowResults, type ShadowSkip } from "./shadow-results.ts";

/** What a shadow is sent for. */
export interface ShadowCall {
  readonly record: RouteRecord;
  /** The request, to be answered in one piece. */
  readonly request: RoutingRequest;
  /** The answer that was given, as JSON; undefined when it is not to be compared. */
  readonly answer: string | undefined;
}

// As long as a breaker stays open by default.
const restMs = 30_000;

// These tell of the request; all else may come again with the next one.
const ownToTheRequest: ReadonlySet<FailureKind> = new Set(["bad_request", "context_length", "content_filter"]);

/** Sends shadows under the same settings, and keeps their books. */
export class ShadowRun {
  readonly shadow: ResolvedShadow;
  readonly results: ShadowResults;
  readonly budget: ShadowBudget;
  readonly #shared: Shared;
  readonly #inFlight = new Set<AbortController>();
  #restsUntil = 0;
  #closed = false;

  constructor(shared: Shared, shadow: ResolvedShadow) {
    this.#shared = shared;
    this.shadow = shadow;
    this.results = new ShadowResults(shadow.target);
    this.budget = new ShadowBudget(shadow.budgetUsd, shadow.per);
  }

  /** Undefined when the configuration has it no more. */
  get target(): ResolvedTarget | undefined {
    return this.#shared.config().targets.get(this.shadow.target);
  }

  /** Gives up what is in flight. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#inFlight) controller.abort();
  }

  /** Sends a shadow, if one may be sent. Never throws: nobody is there who could catch it. */
  start(call: ShadowCall): void {
    const { target } = this;
    if (this.#closed || target === undefined) return;
    this.#begin(call, target).catch((error: unknown) => {
      const { requestId } = call.record;
      const told = { requestId, target: target.id, failure: "connection" as const, detail: messageOf(error) };
      this.#shared.events.emit("shadow:fail", told);
    });
  }

  async #begin(call: ShadowCall, target: ResolvedTarget): Promise<void> {
    const why = this.#obstacle(call, target);
    if (why !== undefined) return this.results.skip(why);
    const { price = 0 } = target;
    const client = this.#clientOf(target);
    const heldUsd = worstCaseUsd({ ...entryOf(call), target }, price, budgetDefaults.maxOutputTokens);
    if (!this.budget.hold(heldUsd)) return this.results.skip("budget");
    const end = await this.#sent(call, target, client);
    this.budget.settle(heldUsd, spentOn(end.attempt) ?? heldUsd);
    if (!this.#closed) await this.#ended(call, end);
  }

  #obstacle(call: ShadowCall, target: ResolvedTarget): ShadowSkip | undefined {
    if (call.record.target === target.id) return "same_target";
    const { request, promptTokens } = entryOf(call);
    if (new Demands(request, promptTokens).unmetBy(target) !== undefined) return "unfit";
    const door = this.#shared.memory.doorOf(target);
    // It is only looked at: what shadows do is no sign of how the target serves calls.
    if (door.out !== undefined || door.share < 1) return "out";
    if (Date.now() < this.#restsUntil) return "resting";
    return this.#inFlight.size >= this.shadow.concurrency ? "busy" : undefined;
  }

  async #sent({ request }: ShadowCall, target: ResolvedTarget, client: Client): Promise<ShadowEnd> {
    const controller = new AbortController();
    const { signal } = controller;
    const config = this.#shared.config();
    this.#inFlight.add(controller);
    const timer = setTimeout(() => controller.abort(), this.shadow.timeoutMs).unref();
    const end = await sendShadow({ shared: this.#shared, config, target, client, request, signal });
    clearTimeout(timer);
    this.#inFlight.delete(controller);
    return end;
  }

  async #ended(call: ShadowCall, { attempt, answer, retryAfterMs = restMs }: ShadowEnd): Promise<void> {
    const { record } = call;
    const { events, memory } = this.#shared;
    const { requestId } = record;
    memory.tally.costs.addShadow(attempt);
    this.results.add(record, attempt);
    const { target, failure, detail = "" } = attempt;
    if (failure !== undefined) {
      if (!ownToTheRequest.has(failure)) this.#restsUntil = Date.now() + retryAfterMs;
      events.emit("shadow:fail", { requestId, target, failure, detail });
      return;
    }
    const score = await this.#compared(call, answer);
    const { durationMs, usage, costUsd } = attempt;
    events.emit("shadow:answer", { requestId, target, given: record.target, durationMs, usage, costUsd, score });
  }

  async #compared(
    { record, request, answer }: ShadowCall,
    shadow: JsonObject | undefined,
  ): Promise<number | undefined> {
    const { compare, target } = this.shadow;
    const { endpoint, requestId } = request;
    if (compare === undefined || answer === undefined || shadow === undefined) return undefined;
    try {
      const score = await scoreOf(compare, { endpoint, given: JSON.parse(answer) as JsonObject, shadow });
      if (score !== undefined) this.results.rate(record, score);
      return score;
    } catch (error) {
      this.#shared.events.emit("shadow:fail", { requestId, target, failure: "compare", detail: messageOf(error) });
      return undefined;
    }
  }

  // With several keys, one that is well: their turns and counts are those of the calls.
  #clientOf({ id, client }: ResolvedTarget): Client {
    const well = this.#shared.memory.keysOf(client)?.slots.find((slot) => slot.restAt(id) === undefined);
    const found = well?.key.client ?? this.#shared.config().clients.get(client);
    if (found === undefined) throw new Error(`Target "${id}" has no client "${client}".`);
    return found;
  }
}

function entryOf({ request }: ShadowCall): { readonly request: RoutingRequest; readonly promptTokens: () => number } {
  return { request, promptTokens: () => inputTokensOf(request.endpoint, request.body) };
}

// A provider that refused does not charge; of one that was given up nobody knows what it had done.
function spentOn({ costUsd, failure, status }: AttemptRecord): number | undefined {
  if (costUsd !== undefined) return costUsd;
  return failure !== undefined && status !== undefined && status >= 400 ? 0 : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
