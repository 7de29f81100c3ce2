import type { ResolvedTarget } from "../config/resolved.ts";
import { faultList, type FaultName } from "./fault-list.ts";
import type { OutageScope, ResilienceWall } from "./resilience-wall.ts";
import type { Scenario } from "./rehearsal.ts";

/** What is out at the same time. */
interface Outage {
  readonly what: string;
  readonly out: ReadonlySet<string>;
  readonly scopes: OutageScope[];
}

/** Every call of the wall in one tier. Where a client or a region has but one target there, its outage is that target's. */
export function scenariosOf(
  tier: string,
  targets: readonly ResolvedTarget[],
  wall: ResilienceWall,
): readonly Scenario[] {
  return outagesOf(targets).flatMap(({ what, out, scopes }) => {
    const faults = new Set(scopes.flatMap((scope) => wall[scope] ?? []));
    return [...faults].flatMap((fault) => kindsOf(fault).map((stream) => ({ tier, scopes, what, out, fault, stream })));
  });
}

function kindsOf(fault: FaultName): readonly boolean[] {
  return faultList[fault].streamsOnly ? [true] : [false, true];
}

function outagesOf(targets: readonly ResolvedTarget[]): readonly Outage[] {
  const outages = new Map<string, Outage>();
  const add = (scope: OutageScope, what: string, struck: readonly ResolvedTarget[]): void => {
    const ids = struck.map(({ id }) => id);
    const key = JSON.stringify(ids.toSorted());
    const outage = outages.get(key) ?? { what, out: new Set(ids), scopes: [] };
    outages.set(key, outage);
    if (!outage.scopes.includes(scope)) outage.scopes.push(scope);
  };
  for (const target of targets) add("target", target.id, [target]);
  for (const [client, struck] of Map.groupBy(targets, (target) => target.client))
    add("client", `client ${client}`, struck);
  for (const [region, struck] of Map.groupBy(targets, (target) => target.region)) {
    if (region !== undefined) add("region", `region ${region}`, struck);
  }
  add("everything", "everything", targets);
  return [...outages.values()];
}
