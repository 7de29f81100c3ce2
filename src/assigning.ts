import type { Shared } from "./call.ts";
import type { Destination } from "./classify/named.ts";
import type { RouteRecord, RoutingRequest } from "./glossary.ts";
import { assignedIn, type Assigned } from "./plan/experiment.ts";

/** The side of its tier's experiment that a call is on; undefined where there is none. Who names a target is no part of it. */
export function assignedOn(request: RoutingRequest, { tier, target }: Destination): Assigned | undefined {
  const experiment = tier?.experiment;
  return experiment === undefined || target !== undefined ? undefined : assignedIn(experiment, request, Math.random);
}

/** Puts a call on a side, notes and tells that, and gives the targets that go first. */
export function leadsOf(
  shared: Shared,
  request: RoutingRequest,
  call: { readonly destination: Destination; readonly record: RouteRecord },
): readonly string[] | undefined {
  const assigned = assignedOn(request, call.destination);
  if (assigned === undefined) return undefined;
  const { experiment, variant, isSticky } = assigned;
  const { record } = call;
  const { requestId, tier } = record;
  record.experiment = experiment.name;
  record.variant = variant.name;
  shared.events.emit("variant:assign", {
    requestId,
    tier,
    experiment: experiment.name,
    variant: variant.name,
    isSticky,
  });
  return variant.targets;
}
