import { isRecord } from "../lib/is-record.ts";
import { type ClientRule, type Placement, placement } from "./placement.ts";

/**
 * What a configuration names and refers to. Read leniently, so that one fault does not hide another: a part of the
 * wrong shape, which the schema reports, is left out here, but its name still counts.
 */
export interface Outline {
  readonly tiers: ReadonlyMap<string, TierOutline>;
  /** Those of `targets` only. */
  readonly targets: ReadonlyMap<string, TargetOutline>;
  /** Name → the name that counts: another name of the wrapped client is `default`. */
  readonly clients: ReadonlyMap<string, string>;
  readonly clientRules: readonly ClientRule[];
  readonly placement: Placement;
  /** Names of clients that have limits, as they are written. */
  readonly limitedClients: readonly string[];
  /** Names of clients whose keys have limits, as they are written. */
  readonly limitedKeys: readonly string[];
  readonly aliases: ReadonlyMap<string, string>;
  /** Model ids with a price. */
  readonly prices: ReadonlySet<string>;
  /** False when the prices that come with the package do not count. */
  readonly bundledPrices: boolean;
  readonly budgets: ReadonlyMap<string, BudgetOutline>;
  readonly defaultTier: string | undefined;
  readonly baseline: string | undefined;
}

export interface TierOutline {
  /** Where its targets are listed, such as `["tiers", "cheap", "targets"]`. */
  readonly path: readonly string[];
  /** Its targets; undefined where one is no string. The whole is undefined when it is no list. */
  readonly targets: readonly (string | undefined)[] | undefined;
}

/** What a budget refers to. */
export interface BudgetOutline {
  readonly tier: string | undefined;
  readonly target: string | undefined;
  readonly downgradeTo: string | undefined;
}

export interface TargetOutline {
  readonly model: string;
  /** The client as it is written. */
  readonly client: string | undefined;
  readonly hasPrice: boolean;
  readonly breakGlass: boolean;
}

export function outlineOf(options: unknown): Outline {
  const given = isRecord(options) ? options : {};
  const clients = clientNames(given);
  const clientRules = entriesOf(given["clientRules"]).flatMap(([pattern, client]) =>
    typeof client === "string" ? [{ pattern, client: clients.get(client) ?? client }] : [],
  );
  return {
    tiers: new Map(entriesOf(given["tiers"]).map(([name, tier]) => [name, tierOutline(name, tier)])),
    targets: new Map(entriesOf(given["targets"]).map(([id, target]) => [id, targetOutline(id, target)])),
    clients,
    clientRules,
    placement: placement(clientRules),
    limitedClients: entriesOf(given["clientLimits"]).map(([name]) => name),
    limitedKeys: entriesOf(given["keyLimits"]).map(([name]) => name),
    aliases: new Map(
      entriesOf(given["aliases"]).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
    prices: new Set(entriesOf(given["prices"]).map(([model]) => model)),
    bundledPrices: given["bundledPrices"] !== false,
    budgets: new Map(entriesOf(given["budgets"]).map(([name, budget]) => [name, budgetOutline(budget)])),
    defaultTier: stringOf(given["defaultTier"]),
    baseline: stringOf(given["baseline"]),
  };
}

function clientNames(given: Readonly<Record<string, unknown>>): Map<string, string> {
  const named = entriesOf(given["clients"]).map(
    ([name, client]) => [name, client === given["client"] && client !== undefined ? "default" : name] as const,
  );
  return new Map([["default", "default"], ...named]);
}

function tierOutline(name: string, tier: unknown): TierOutline {
  const written = isRecord(tier);
  const targets = written ? tier["targets"] : tier;
  return {
    path: written ? ["tiers", name, "targets"] : ["tiers", name],
    targets: Array.isArray(targets) ? targets.map(stringOf) : undefined,
  };
}

function targetOutline(id: string, target: unknown): TargetOutline {
  const given = isRecord(target) ? target : {};
  return {
    model: stringOf(given["model"]) ?? id,
    client: stringOf(given["client"]),
    hasPrice: given["price"] !== undefined,
    breakGlass: given["breakGlass"] === true,
  };
}

function budgetOutline(budget: unknown): BudgetOutline {
  const { tier, target, onSpent } = isRecord(budget) ? budget : {};
  const to = isRecord(onSpent) ? onSpent["downgradeTo"] : undefined;
  return { tier: stringOf(tier), target: stringOf(target), downgradeTo: stringOf(to) };
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** An empty string is a fault of its own, which the schema reports. */
function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
