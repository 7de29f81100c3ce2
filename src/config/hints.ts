import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { Hints } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { faultOfAccept } from "./accept.ts";
import { faultOfRegions } from "./allowed-regions.ts";
import { faultOfQuantity, quantities } from "./quantities.ts";
import type { ResolvedConfig } from "./resolved.ts";
import { kindOf, quote, show } from "./show.ts";
import { faultOfStreamBreak } from "./stream-break.ts";
import { unknownName } from "./unknown-name.ts";

type HintName = keyof Hints;
type FaultOf = (value: unknown, config: ResolvedConfig) => string | undefined;

const faults: Readonly<Record<HintName, FaultOf>> = {
  tier: (value, { tiers }) => faultOfName("tier", value, tiers),
  target: (value, { targets }) => faultOfName("target", value, targets),
  task: faultOfWord,
  priority: faultOfWord,
  user: faultOfWord,
  conversation: faultOfWord,
  region: faultOfWord,
  allowedRegions: faultOfRegions,
  preferredRegions: faultOfRegions,
  deadlineMs: (value) => faultOfQuantity(quantities.limitMs, value),
  tags: faultOfTags,
  accept: faultOfAccept,
  onStreamBreak: faultOfStreamBreak,
};

function faultOfWord(value: unknown): string | undefined {
  return typeof value === "string" && value !== ""
    ? undefined
    : `must be a string that is not empty, got ${show(value)}`;
}

function faultOfName(kind: string, value: unknown, known: ReadonlyMap<string, unknown>): string | undefined {
  if (typeof value !== "string") return `must be the name of a ${kind}, got ${show(value)}`;
  return known.has(value) ? undefined : unknownName(kind, value, known.keys());
}

function faultOfTags(tags: unknown): string | undefined {
  if (!isRecord(tags)) return `must be an object such as { team: "search" }, got ${show(tags)}`;
  const odd = Object.entries(tags).find(([, value]) => typeof value !== "string");
  return odd === undefined ? undefined : `must have strings only, and ${quote(odd[0])} is ${kindOf(odd[1])}`;
}

/**
 * The hints as they were given; those that are undefined are left out.
 * @throws ConfigError with code `invalid_hint` that names every fault
 */
export function checkHints(hints: unknown, config: ResolvedConfig): Hints {
  if (!isRecord(hints)) throw invalid([{ path: "hints", message: `must be an object, got ${kindOf(hints)}` }]);
  const given = Object.entries(hints).filter(([, value]) => value !== undefined);
  const issues = given.flatMap(([name, value]) => {
    const message = isHintName(name) ? faults[name](value, config) : unknownName("hint", name, Object.keys(faults));
    return message === undefined ? [] : [{ path: `hints.${name}`, message }];
  });
  if (issues.length > 0) throw invalid(issues);
  return Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]));
}

function isHintName(name: string): name is HintName {
  return Object.hasOwn(faults, name);
}

const headers: ReadonlyMap<string, HintName> = new Map(
  Object.keys(faults)
    .filter(isHintName)
    .map((name) => [`x-router-${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`, name]),
);

/**
 * The hints that `x-router-*` headers give, still to be checked: `x-router-deadline-ms: 5000`,
 * `x-router-tags: team=search, feature=titles`, `x-router-allowed-regions: eu-west-1, eu-central-*`,
 * `x-router-accept: json, notEmpty`.
 * @param given - header names in lower case, with their values
 * @throws ConfigError with code `invalid_hint` for a header that is no hint
 */
export function hintsFromHeaders(given: Iterable<readonly [string, string]>): Readonly<Record<string, unknown>> {
  const hints: Record<string, unknown> = {};
  const issues: ConfigIssue[] = [];
  for (const [header, value] of given) {
    const name = headers.get(header);
    if (name === undefined) issues.push({ path: header, message: unknownName("hint", header, headers.keys()) });
    else hints[name] = read(name, value.trim());
  }
  if (issues.length > 0) throw invalid(issues);
  return hints;
}

const isList: ReadonlySet<HintName> = new Set<HintName>(["allowedRegions", "preferredRegions", "accept"]);

function read(name: HintName, value: string): unknown {
  if (name === "tags") return tagsOf(value);
  if (isList.has(name)) return value.split(",").map((word) => word.trim());
  // Text that is no number stays text, so that the fault found in it can show it.
  return name === "deadlineMs" && value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
}

function tagsOf(value: string): Readonly<Record<string, string>> {
  const pairs = value.split(",").map((pair) => {
    const [, name, tag] = /^([^=]+)=(.*)$/s.exec(pair.trim()) ?? [];
    if (name !== undefined && tag !== undefined) return [name.trim(), tag.trim()] as const;
    const message = `must be pairs such as team=search,feature=titles, got ${show(pair.trim())}`;
    throw invalid([{ path: "x-router-tags", message }]);
  });
  return Object.fromEntries(pairs);
}

function invalid(issues: readonly ConfigIssue[]): ConfigError {
  return new ConfigError(issues, "invalid_hint");
}
