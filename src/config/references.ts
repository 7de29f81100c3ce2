import type { ConfigIssue } from "../errors.ts";
import { suggest } from "../lib/suggest.ts";
import type { Outline, TierOutline } from "./outline.ts";
import { quote, showPath } from "./show.ts";
import { didYouMean, unknownName } from "./unknown-name.ts";

type Report = (path: readonly PropertyKey[], message: string) => void;

/** The faults between the parts of a configuration: what names something that is not there, or twice, or in a circle. */
export function referenceIssues(outline: Outline): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const report: Report = (path, message) => issues.push({ path: showPath(path), message });
  checkTiers(outline, report);
  checkTargets(outline, report);
  checkClientRules(outline, report);
  checkAliases(outline, report);
  checkSingleNames(outline, report);
  return issues;
}

function checkTiers(outline: Outline, report: Report): void {
  if (outline.tiers.size === 0) report(["tiers"], 'needs at least one tier, such as { cheap: ["a-model-id"] }');
  for (const [name, tier] of outline.tiers) {
    checkTierName(name, outline, report);
    if (tier.targets?.length === 0) report(tier.path, "is empty; a tier needs at least one target");
    checkTierTargets(tier, outline, report);
  }
}

function checkTierName(name: string, { targets, aliases }: Outline, report: Report): void {
  if (name === "auto") report(["tiers", name], 'is reserved: a call with the model "auto" is classified');
  if (name === "direct") report(["tiers", name], "is reserved: records show it for calls that name a target");
  if (targets.has(name)) report(["tiers", name], "is the id of a target too; a call could not tell them apart");
  if (aliases.has(name)) report(["tiers", name], "is an alias too; a call could not tell them apart");
}

function checkTierTargets({ path, targets = [] }: TierOutline, outline: Outline, report: Report): void {
  for (const [index, id] of targets.entries()) {
    if (id === undefined) continue;
    if (targets.indexOf(id) < index) report([...path, index], `${quote(id)} is in this tier already`);
    if (outline.targets.has(id)) continue;
    const meant = meantBy(id, outline);
    if (meant !== undefined) report([...path, index], `no target ${quote(id)} (did you mean ${quote(meant)}?)`);
  }
}

/**
 * The target that a short name was meant for. A string in a tier is a model id if it is no target, and nobody knows all
 * model ids: only a name without a provider's part is taken for a slip, and only when a known id is near.
 */
function meantBy(id: string, outline: Outline): string | undefined {
  const written = suggest(id, outline.targets.keys());
  if (id.includes("/")) return written?.toLowerCase() === id.toLowerCase() ? written : undefined;
  const others = [...outline.tiers.values()].flatMap(({ targets = [] }) => targets);
  const full = others.filter((other): other is string => other !== undefined && other.includes("/"));
  return written ?? suggest(id, full);
}

function checkTargets(outline: Outline, report: Report): void {
  for (const [id, { model, client }] of outline.targets) {
    if (id === "auto") report(["targets", id], 'is reserved: a call with the model "auto" is classified');
    if (client === undefined) continue;
    const actual = outline.clients.get(client);
    if (actual === undefined) report(["targets", id, "client"], unknownName("client", client, outline.clients.keys()));
    const fault = actual === undefined ? undefined : outline.placement.faultOf(model, actual);
    if (fault !== undefined) report(["targets", id, "client"], fault);
  }
}

function checkClientRules({ clientRules, clients }: Outline, report: Report): void {
  const names = new Set(clients.values());
  for (const { pattern, client } of clientRules) {
    if (!names.has(client)) report(["clientRules", pattern], unknownName("client", client, clients.keys()));
  }
}

function checkAliases(outline: Outline, report: Report): void {
  const { aliases, tiers, targets } = outline;
  for (const [alias, meaning] of aliases) {
    if (alias === "auto") report(["aliases", alias], 'is reserved: a call with the model "auto" is classified');
    if (targets.has(alias)) report(["aliases", alias], "is the id of a target too; a call could not tell them apart");
    const circle = circleFrom(alias, aliases);
    if (circle !== undefined) report(["aliases", alias], `goes in a circle: ${circle.map(quote).join(" → ")}`);
    if (aliases.has(meaning) || tiers.has(meaning) || targets.has(meaning) || meaning === "auto") continue;
    const meant = meaning.includes("/") ? undefined : didYouMean(meaning, ["auto", ...tiers.keys(), ...targets.keys()]);
    if (meant !== undefined) report(["aliases", alias], `no tier or target ${quote(meaning)}${meant}`);
  }
}

// Reported once, at the alias that comes first in the circle.
function circleFrom(alias: string, aliases: ReadonlyMap<string, string>): string[] | undefined {
  const seen = [alias];
  for (let next = aliases.get(alias); next !== undefined; next = aliases.get(next)) {
    if (next === alias) return isFirst(seen, aliases) ? [...seen, alias] : undefined;
    if (seen.includes(next)) return undefined;
    seen.push(next);
  }
  return undefined;
}

function isFirst(circle: readonly string[], aliases: ReadonlyMap<string, string>): boolean {
  return [...aliases.keys()].find((alias) => circle.includes(alias)) === circle[0];
}

function checkSingleNames(outline: Outline, report: Report): void {
  const { defaultTier, baseline, tiers, targets, prices } = outline;
  if (defaultTier !== undefined && !tiers.has(defaultTier)) {
    report(["defaultTier"], unknownName("tier", defaultTier, tiers.keys()));
  }
  if (baseline === undefined || prices.has(baseline) || targets.get(baseline)?.hasPrice === true) return;
  const meant = didYouMean(baseline, prices) ?? `; add it to prices, as in { ${quote(baseline)}: 10 }`;
  report(["baseline"], `no price is known for ${quote(baseline)}${meant}`);
}
