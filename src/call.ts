import type { Admission, Refusal } from "./admit/admission.ts";
import type { Unsent } from "./admit/unsent.ts";
import type { Lifeline } from "./attempt/lifeline.ts";
import { checksOf } from "./config/accept.ts";
import type { Resilience, ResolvedConfig, ResolvedTarget, ResolvedTier } from "./config/resolved.ts";
import type { Detour } from "./admit/downgrade.ts";
import type { Fitting } from "./fitting.ts";
import type { Drilling } from "./drill/drilling.ts";
import type { RouterEvents } from "./events.ts";
import type { AnswerCheck, Chain, RouteRecord, RoutingRequest } from "./glossary.ts";
import type { Emitter } from "./lib/emitter.ts";
import { isChecked } from "./openai/checked-answer.ts";
import type { Drive } from "./openai/drive.ts";
import type { IncomingCall, PreparedCall } from "./openai/hook.ts";
import type { Secrets } from "./openai/secrets.ts";
import type { Registry } from "./registry.ts";
import type { Client } from "./options.ts";
import type { Memory } from "./state/memory.ts";
import type { Wraps } from "./wraps.ts";

/** What all calls of a router share. */
export interface Shared {
  readonly memory: Memory;
  readonly registry: Registry;
  readonly events: Emitter<RouterEvents>;
  /** What sendings are wrapped in. */
  readonly wraps: Wraps;
  /** The calls in flight. */
  readonly lifelines: Lifelines;
  /** Those of batches among them. */
  readonly batched: Lifelines;
  /** What keeps calls off targets; undefined while no drill goes on. */
  readonly drilling: Drilling | undefined;
  /** True for calls that nobody waits for: a batch's. */
  readonly isBatch: boolean;
  /** When calls must have answered, on the `performance.now()` scale; `Infinity` when never. What streams afterwards may take longer. */
  readonly answerBy: number;
  /** Aborted when calls are to end early: the router closes, time is up, the batch is given up. */
  readonly ending: AbortSignal;
  /** Told of each call that was planned. */
  readonly began: ((record: RouteRecord) => void) | undefined;
  /** The configuration for calls that come in now. */
  config(): ResolvedConfig;
  /** What lets calls in to targets that come in now. */
  admission(): Admission;
  driveOf(client: Client): Drive;
  /** The router was closed: what is in flight ends. */
  readonly closed: boolean;
  /** Throws when the router takes no more calls. */
  admit(): void;
}

/** Calls in flight, held so that they can be ended early. */
export interface Lifelines {
  readonly size: number;
  add(lifeline: Lifeline): void;
  delete(lifeline: Lifeline): void;
  /** Calls back at each call that ends, until the function that is returned is called. */
  onDelete(listener: () => void): () => void;
}

/** A call on its way down the line. */
export interface RoutedCall extends PreparedCall {
  /** The configuration under which the call came in; it ends under the same. */
  readonly config: ResolvedConfig;
  readonly incoming: IncomingCall;
  readonly request: RoutingRequest;
  readonly tier: ResolvedTier | undefined;
  readonly chain: Chain;
  readonly targets: readonly ResolvedTarget[];
  readonly record: RouteRecord;
  readonly secrets: Secrets;
  /** About how many tokens the prompt has; counted once. */
  promptTokens(): number;
  /** What lets the call in to its targets, from first to last. */
  readonly admission: Admission;
  /** The tiers it may be sent on to when a budget is spent; undefined where nothing is limited. */
  readonly detour: Detour | undefined;
  /** What limits said of its targets just now, when they let it in nowhere: it waits for them at once. */
  readonly limited: ReadonlyMap<ResolvedTarget, Refusal>;
  /** What lets it in to the first target; undefined where nothing is limited. */
  readonly unsent: Unsent | undefined;
  /** On the `performance.now()` scale. */
  readonly startedAt: number;
  readonly deadlineMs: number;
  /** False when the router stands aside: one target and retries off. */
  readonly guarded: boolean;
  /** Makes the body acceptable to each target. */
  readonly fitting: Fitting;
}

/** What holds for a target in this call. */
export function resilienceIn(tier: ResolvedTier | undefined, target: ResolvedTarget): Resilience {
  return tier?.resilience.get(target.id) ?? target.resilience;
}

/** What the answers of a call must pass to be given out; undefined when nothing. */
export function checksIn(
  config: ResolvedConfig,
  tier: ResolvedTier | undefined,
  { hints, endpoint }: Pick<RoutingRequest, "hints" | "endpoint">,
): readonly AnswerCheck[] | undefined {
  if (!isChecked(endpoint)) return undefined;
  if (hints.accept !== undefined) return checksOf(hints.accept);
  return tier === undefined ? config.checks : tier.checks;
}

/** The longest that an attempt at a target may last under the call's deadline, in ms; `Infinity` when no clock ends it. */
export function longestMs(tier: ResolvedTier | undefined, target: ResolvedTarget, deadlineMs?: number): number {
  const { timeouts, deadlineMs: usualMs } = resilienceIn(tier, target);
  return Math.min(timeouts.attemptMs, deadlineMs ?? usualMs);
}
