import type { ConfigIssue } from "../errors.ts";
import { issueAt } from "./issues.ts";
import type { Outline, TargetOutline } from "./outline.ts";
import { quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

/**
 * Finds clients that do not exist or have limits twice, and targets on a client that may not have their model.
 * @yields every fault, with its path
 */
export function* checkClients(outline: Outline): Generator<ConfigIssue> {
  const { clients, clientRules, targets } = outline;
  const canonical = new Set(clients.values());
  for (const { pattern, client } of clientRules) {
    if (!canonical.has(client)) {
      yield issueAt(["clientRules", pattern], unknownName("client", client, clients.keys()));
    }
  }
  yield* checkLimited("clientLimits", outline.limitedClients, clients);
  yield* checkLimited("keyLimits", outline.limitedKeys, clients);
  for (const [id, target] of targets) {
    if (id === "auto")
      yield issueAt(["targets", id], `can not be called "auto", which means that a classifier picks the tier`);
    const fault = faultOfTarget(target, outline);
    if (fault !== undefined)
      yield issueAt(target.client === undefined ? ["targets", id] : ["targets", id, "client"], fault);
  }
}

function* checkLimited(
  option: "clientLimits" | "keyLimits",
  names: readonly string[],
  clients: Outline["clients"],
): Generator<ConfigIssue> {
  const seen = new Map<string, string>();
  for (const name of names) {
    const path = [option, name];
    const counts = clients.get(name);
    const before = counts === undefined ? undefined : seen.get(counts);
    if (counts === undefined) yield issueAt(path, unknownName("client", name, clients.keys()));
    else if (before !== undefined) yield issueAt(path, `is the client ${quote(before)}, which has limits already`);
    else seen.set(counts, name);
  }
}

function faultOfTarget({ client, model }: TargetOutline, { clients, placement }: Outline): string | undefined {
  if (client === undefined) return placement.faultOf(model, placement.clientOf(model));
  const known = clients.get(client);
  return known === undefined ? unknownName("client", client, clients.keys()) : placement.faultOf(model, known);
}
