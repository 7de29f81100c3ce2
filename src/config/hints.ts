import { ConfigError, type ConfigIssue } from "../errors.ts";
import type { Hints } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { faultOfQuantity, quantities } from "./quantities.ts";
import type { ResolvedConfig } from "./resolved.ts";
import { kindOf, quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

type HintName = keyof Hints;
type Check = (value: unknown, config: ResolvedConfig) => string | undefined;

const words: Check = (value) =>
  typeof value === "string" && value !== "" ? undefined : `must be a non-empty string, got ${kindOf(value)}`;

const checks: Readonly<Record<HintName, Check>> = {
  tier: (value, { tiers }) => words(value, noConfig) ?? nameFault("tier", value, tiers),
  target: (value, { targets }) => words(value, noConfig) ?? nameFault("target", value, targets),
  task: words,
  priority: words,
  user: words,
  conversation: words,
  region: words,
  deadlineMs: (value) => faultOfQuantity(quantities.limitMs, value),
  tags: (value) =>
    isRecord(value) && Object.values(value).every((tag) => typeof tag === "string")
      ? undefined
      : 'must be an object of strings, such as { team: "search" }',
};

const names = Object.keys(checks);

// `words` looks at the value alone.
const noConfig = {} as ResolvedConfig;

function nameFault(kind: string, value: unknown, known: ReadonlyMap<string, unknown>): string | undefined {
  return typeof value === "string" && !known.has(value) ? unknownName(kind, value, known.keys()) : undefined;
}

/**
 * The hints as they were given, checked; those that are undefined are left out.
 * @throws ConfigError with code `invalid_hint`
 */
export function checkHints(hints: unknown, config: ResolvedConfig): Hints {
  if (!isRecord(hints)) throw invalid([{ path: "hints", message: `must be an object, got ${kindOf(hints)}` }]);
  const given = Object.entries(hints).filter(([, value]) => value !== undefined);
  const issues = given.flatMap(([name, value]) => issueOf(name, value, config));
  if (issues.length > 0) throw invalid(issues);
  return Object.fromEntries(given);
}

function issueOf(name: string, value: unknown, config: ResolvedConfig): ConfigIssue[] {
  const check = Object.hasOwn(checks, name) ? checks[name as HintName] : () => unknownName("hint", name, names);
  const message = check(value, config);
  return message === undefined ? [] : [{ path: `hints.${name}`, message }];
}

const prefix = "x-router-";

/**
 * The hints that `x-router-*` headers give: `x-router-deadline-ms: 5000`, `x-router-tags: team=search, feature=titles`.
 * @throws ConfigError with code `invalid_hint` for a header that is no hint
 */
export function hintsFromHeaders(headers: Iterable<readonly [string, string]>): Readonly<Record<string, unknown>> {
  const hints: [string, unknown][] = [];
  for (const [header, value] of headers) {
    const name = nameOf(header);
    if (!Object.hasOwn(checks, name)) throw invalid([{ path: header, message: unknownHeader(header) }]);
    hints.push([name, read(name, value)]);
  }
  return Object.fromEntries(hints);
}

function nameOf(header: string): string {
  const name = header.slice(prefix.length);
  return name === "deadline-ms" ? "deadlineMs" : name;
}

function unknownHeader(header: string): string {
  const known = names.map((name) => `${prefix}${name === "deadlineMs" ? "deadline-ms" : name}`);
  return unknownName("hint", header, known);
}

function read(name: string, value: string): unknown {
  if (name === "deadlineMs") return Number(value);
  return name === "tags" ? tagsOf(value) : value;
}

function tagsOf(value: string): Readonly<Record<string, string>> {
  const pairs = value.split(",").map((pair) => pair.trim().split("="));
  const [odd] = pairs.filter((pair) => pair.length !== 2 || pair[0] === "");
  if (odd !== undefined) {
    const message = `must be pairs such as "team=search, feature=titles", got ${quote(odd.join("="))}`;
    throw invalid([{ path: `${prefix}tags`, message }]);
  }
  return Object.fromEntries(pairs);
}

function invalid(issues: readonly ConfigIssue[]): ConfigError {
  return new ConfigError(issues, "invalid_hint");
}
