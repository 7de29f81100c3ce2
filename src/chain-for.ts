import type { Shared } from "./call.ts";
import { isOfClassifier } from "./classify/asking.ts";
import type { Destination } from "./classify/named.ts";
import { regionTests } from "./config/allowed-regions.ts";
import type { ResolvedTarget } from "./config/resolved.ts";
import type { Chain, RoutingRequest } from "./glossary.ts";
import { isBatchCall } from "./admit/limit-claim.ts";
import { candidates } from "./plan/candidates.ts";
import { plan } from "./plan/plan.ts";

/** What the plan of a call depends on besides its request. */
interface Planning {
  readonly destination: Destination;
  /** Id of the target that a drill keeps the call off. */
  readonly drilled?: string | undefined;
  /** Ids of targets that an experiment wants first. */
  readonly leads?: readonly string[] | undefined;
  promptTokens(): number;
}

/** Plans a call with what is known of its targets at this moment. */
export function chainFor(shared: Shared, request: RoutingRequest, planning: Planning): Chain {
  const { destination, drilled, leads, promptTokens } = planning;
  const { tier, target } = destination;
  const now = Date.now();
  return plan({
    request,
    targets: candidates(tier, target),
    named: target?.id,
    drilled,
    leads,
    glassKeptFrom: isOfClassifier() ? "classifier" : isBatchCall(request) ? "batch" : undefined,
    strategy: tier?.strategy ?? asGiven,
    preferredRegions: request.hints.preferredRegions
      ? regionTests(request.hints.preferredRegions)
      : tier?.preferredRegions,
    now,
    slowOf: tier === undefined ? undefined : shared.memory.slowness.lookUp(tier.name, now),
    random: Math.random,
    promptTokens,
    stateOf: (view) => shared.memory.doorOf(view as ResolvedTarget),
  });
}

/** The same for a call that is really made: a drill may keep it off its first target. */
export function chainOf(shared: Shared, request: RoutingRequest, planning: Planning): Chain {
  const chain = chainFor(shared, request, planning);
  const { drilling } = shared;
  if (drilling === undefined) return chain;
  const without = (drilled: string): Chain => chainFor(shared, request, { ...planning, drilled });
  return drilling.divert({ chain, isNamed: planning.destination.target !== undefined, without });
}

const asGiven = { name: "as given", order: <T>(given: T): T => given };
