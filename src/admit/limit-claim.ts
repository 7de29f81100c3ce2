import type { Claim, Entry, Refusal } from "./admission.ts";
import type { Limit } from "../config/resolved.ts";
import { AllTargetsOutError } from "../errors.ts";
import type { RouterEvents } from "../events.ts";
import type { AttemptRecord, FailureKind, RoutingRequest } from "../glossary.ts";
import type { Emitter } from "../lib/emitter.ts";
import { choicesOf } from "../openai/target-body.ts";
import { maxOutputTokens } from "../plan/max-output-tokens.ts";
import { accountOf, defaultOutputTokens, describeLimit } from "../state/limits.ts";
import type { Caller } from "../state/waiting-line.ts";
import type { Obstacle, WaitingRoom } from "../state/waiting-room.ts";
import type { Account, Refused } from "../stores/store.ts";

/** What the claims of a router share. */
export interface ClaimSurroundings {
  readonly room: WaitingRoom;
  readonly events: Emitter<RouterEvents>;
}

/** What an attempt takes of one limit. */
export class LimitClaim implements Claim {
  readonly account: Account;
  readonly #entry: Entry;
  readonly #limit: Limit;
  readonly #around: ClaimSurroundings;
  readonly #frees: number;
  #isOver = false;
  #used = 0;

  constructor(entry: Entry, limit: Limit, around: ClaimSurroundings) {
    this.#entry = entry;
    this.#limit = limit;
    this.#around = around;
    this.#frees = around.room.frees;
    this.account = accountOf(limit, () => tokensOf(entry));
  }

  used(attempt: AttemptRecord): number | undefined {
    const used = this.#limit.of === "tokens" ? tokensUsed(attempt) : 1;
    this.#used = used ?? this.account.amount;
    return used;
  }

  began(): void {
    const { room } = this.#around;
    if (room.size > 0) room.went([this.#limit.key], callerOf(this.#entry));
  }

  ended(): void {
    this.#isOver = true;
  }

  /** When it is over, those who wait for what came back are called. */
  tell(): void {
    if (!this.#isOver) return;
    const cameBack = this.#limit.of === "calls" || this.#used < this.account.amount;
    if (cameBack) this.#around.room.freed([this.#limit.key]);
  }

  refusal({ retryAt, now }: Refused): Refusal {
    const { key, of } = this.#limit;
    const dueInMs = retryAt === undefined ? undefined : Math.max(0, retryAt - now);
    if (this.#entry.waiter === undefined && this.#entry.isHedge !== true) this.#tellReached(dueInMs);
    const dueAt = dueInMs === undefined ? undefined : performance.now() + dueInMs;
    if (of === "requests" && dueInMs !== undefined) this.#noteFull(dueInMs);
    return refusalOf(this.#limit, { key, dueAt, isFirm: of === "requests", frees: this.#frees });
  }

  // Nothing brings that forward: calls look at other keys first.
  #noteFull(forMs: number): void {
    const { key } = this.#entry;
    if (key !== undefined && this.#limit.owner === "key") key.fullUntil = Date.now() + forMs;
  }

  // Who waits knows it already.
  #tellReached(dueInMs: number | undefined): void {
    const { request, target } = this.#entry;
    const { key: limit, of, most } = this.#limit;
    const { requestId } = request;
    this.#around.events.emit("limit:reached", { requestId, target: target.id, limit, of, most, dueInMs });
  }
}

/** A call as one of those who wait. */
export function callerOf({ request, waiter }: Entry): Caller {
  return waiter ?? (isBatchCall(request) ? newBatchCall : newCall);
}

/** Whether nobody waits for a call's answer. */
export function isBatchCall({ isBatch, hints }: RoutingRequest): boolean {
  return isBatch === true || hints.priority === "batch";
}

const newCall: Caller = { isBatch: false, seniority: Infinity };
const newBatchCall: Caller = { isBatch: true, seniority: Infinity };

/** Why a limit does not let a call in. */
export function refusalOf(limit: Limit, obstacle: Obstacle): Refusal {
  const what = describeLimit(limit);
  return {
    refused: true,
    reason: limit.of === "calls" ? "concurrency" : "rate_limited",
    detail: `${what} is reached${due(obstacle)}`,
    obstacles: [obstacle],
    ofKey: limit.owner === "key" ? true : undefined,
    error: (attempts) => {
      const { dueAt } = obstacle;
      const retryAfterMs = dueAt === undefined ? undefined : Math.max(0, Math.ceil(dueAt - performance.now()));
      const message = `No target can be called now: of the last one, ${what} is reached${due(obstacle)}.`;
      return new AllTargetsOutError(message, { attempts, retryAfterMs });
    },
  };
}

function due({ dueAt }: Obstacle): string {
  if (dueAt === undefined) return "";
  return `, due again in ${Math.max(0, Math.ceil((dueAt - performance.now()) / 1000))} s`;
}

/** About how many tokens an attempt may need. Not the worst case: what it takes more is taken at its end. */
export function tokensOf({ request, target, promptTokens }: Entry): number {
  const { endpoint, body } = request;
  if (endpoint === "embeddings") return promptTokens();
  const { params } = target;
  const stated = maxOutputTokens(params === undefined ? body : { ...params, ...body });
  return promptTokens() + (stated ?? defaultOutputTokens) * choicesOf(endpoint, body);
}

// The provider may have begun, and counts what it was asked for.
const workedOn: ReadonlySet<FailureKind> = new Set(["timeout", "aborted", "invalid_response", "stream_interrupted"]);

function tokensUsed({ usage, failure }: AttemptRecord): number | undefined {
  if (usage !== undefined) return usage.totalTokens;
  return failure === undefined || workedOn.has(failure) ? undefined : 0;
}
