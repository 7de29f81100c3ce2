import type { Shared } from "./call.ts";
import { whileClassifying } from "./classify/asking.ts";
import { decide } from "./classify/decide.ts";
import { named, type Destination } from "./classify/named.ts";
import type { ResolvedConfig } from "./config/resolved.ts";
import type { RoutingRequest } from "./glossary.ts";
import { Secrets } from "./openai/secrets.ts";

/** Under what a request is decided on. */
export interface DestinationContext {
  readonly config: ResolvedConfig;
  readonly signal: AbortSignal | undefined;
  /** Whether the turns of its conversation follow it. @defaultValue true */
  readonly remember?: boolean;
}

/** Where a request goes: as it says itself, else as the classifiers decide. */
export function destinationOf(
  shared: Shared,
  request: RoutingRequest,
  context: DestinationContext,
): Destination | Promise<Destination> {
  const { config } = context;
  const given = named(request, config);
  if (given !== undefined) return given;
  const { requestId } = request;
  const terms: Parameters<typeof decide>[2] = {
    tierNames: config.tiers,
    defaultTier: config.defaultTier,
    timeoutMs: config.classifierTimeoutMs,
    minConfidence: 0.5,
    signal: context.signal,
    onFailure: (cause, classifier, detail) => {
      // A classifier may call a model, and its provider may echo the key.
      const clean = new Secrets(config.callers).redact(detail);
      shared.events.emit("classifier:failed", { requestId, classifier, cause, detail: clean });
    },
  };
  const ask = (): ReturnType<typeof decide> => decide(request, config.classifiers, terms);
  const decision = config.hasBreakGlass ? whileClassifying(ask) : ask();
  const settle = (made: Destination["decision"]): Destination => {
    const kept = context.remember === false ? made : (shared.memory.conversations?.stay(request, made) ?? made);
    return { decision: kept, tier: config.tiers.get(kept.tier), target: undefined };
  };
  return decision instanceof Promise ? decision.then(settle) : settle(decision);
}
