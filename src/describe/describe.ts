import { type Verdict, verdicts } from "../attempt/failure.ts";
import type { ResolvedConfig, ResolvedTarget, ResolvedTier } from "../config/resolved.ts";
import type { FailureKind } from "../glossary.ts";
import type { RouterOptions } from "../options.ts";
import { diagram } from "./diagram.ts";
import { code, plain, section, table } from "./markdown.ts";
import {
  budgetScope,
  duration,
  experimentWords,
  limitWords,
  priceWords,
  resilienceWords,
  shadowWords,
  sloWords,
  whenSpent,
} from "./words.ts";

/** What is described besides what was resolved. */
export type Written = Pick<RouterOptions, "aliases" | "clientRules">;

/** A page about a configuration, in Markdown: in words, in tables, and as a diagram. Names no key. */
export function describe(config: ResolvedConfig, written: Written): string {
  const tiers = [...config.tiers.values()];
  const targets = [...config.targets.values()];
  const parts = [
    "# How calls are routed",
    diagram(config),
    section("What `model` means", meanings(config, written)),
    section("Tiers", tierTable(tiers), tierNotes(config), experimentNotes(tiers), shadowNote(config)),
    section("Targets", targetTable(targets), breakGlassNote(targets)),
    section("Where calls may go", rules(config, written)),
    section("When a target is given up on", resilienceTable(tiers)),
    section("Budgets", budgetTable(config)),
    section("What a failure does", failureTable()),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function meanings(
  { classifiers, defaultTier, tiers, classifierTimeoutMs }: ResolvedConfig,
  { aliases = {} }: Written,
): string {
  const asked = classifiers.map(({ name }) => plain(name)).join(", then ");
  const within = classifierTimeoutMs === Infinity ? "" : ` within ${duration(classifierTimeoutMs)}`;
  const auto =
    asked === "" ? `the tier ${code(defaultTier)}` : `asks ${asked}${within}; without an answer ${code(defaultTier)}`;
  const names = [...tiers.keys()].map((name) => code(name)).join(", ");
  return table(
    ["`model` of a call", "what happens"],
    [
      [code("auto"), auto],
      [names, "that tier, nothing is decided"],
      ["the id of a target", "that target, or with a tier as well that tier from there"],
      ...Object.entries(aliases).map(([alias, name]) => [code(alias), `the same as ${code(name)}`]),
      ["any other id", "passed to the wrapped client as it is, guarded and recorded"],
    ],
  );
}

function tierTable(tiers: readonly ResolvedTier[]): string {
  const rows = tiers.map((tier) => [
    code(tier.name),
    tier.targets.map(({ id }) => code(id)).join(" → "),
    plain(tier.strategy.name),
    deadlineOf(tier),
    sloWords(tier.slo),
    (tier.checks ?? []).map(({ name }) => plain(name || "a function")).join(", "),
    tier.onStreamBreak === "error" ? "" : tier.onStreamBreak,
  ]);
  return table(["tier", "targets", "order", "deadline", "promise", "accepts", "a broken stream"], rows);
}

function deadlineOf({ targets: [first], resilience }: ResolvedTier): string {
  const { deadlineMs = Infinity } = (first === undefined ? undefined : resilience.get(first.id)) ?? {};
  return deadlineMs === Infinity ? "" : duration(deadlineMs);
}

function tierNotes({ baseline, conversations }: ResolvedConfig): string {
  return [
    baseline === undefined ? "" : `Savings are against ${code(baseline.model)} for every call.`,
    conversations === false ? "" : `Turns of a conversation stay on their tier for ${duration(conversations.ttlMs)}.`,
  ]
    .filter((note) => note !== "")
    .join(" ");
}

function experimentNotes(tiers: readonly ResolvedTier[]): string {
  return tiers
    .flatMap(({ name, experiment }) =>
      experiment === undefined ? [] : [`- ${code(name)}: ${experimentWords(experiment)}`],
    )
    .join("\n");
}

function shadowNote({ shadow }: ResolvedConfig): string {
  return shadow === undefined ? "" : shadowWords(shadow);
}

function targetTable(targets: readonly ResolvedTarget[]): string {
  const rows = targets.map((target) => [
    code(target.id),
    target.model === target.id ? "" : code(target.model),
    code(target.client),
    target.region === undefined ? "" : plain(target.region),
    priceWords(target),
    target.contextWindow === undefined ? "" : `${target.contextWindow} tokens`,
    target.capabilities === undefined ? "" : [...target.capabilities].join(", "),
    limitWords(target.limits),
  ]);
  return table(["target", "model", "client", "region", "a million tokens", "window", "can", "limits"], rows);
}

function breakGlassNote(targets: readonly ResolvedTarget[]): string {
  const names = targets.filter(({ breakGlass }) => breakGlass).map(({ id }) => code(id));
  return names.length === 0 ? "" : `Only when everything else is out: ${names.join(", ")}.`;
}

function rules({ residency }: ResolvedConfig, { clientRules = {} }: Written): string {
  const lines = [
    ...Object.entries(clientRules).map(
      ([pattern, client]) => `- Models ${code(pattern)} go to the client ${code(client)}, and to no other.`,
    ),
    ...residency.map(
      ({ by, names }) =>
        `- ${plain(by)}: only regions ${names.map((name) => code(name)).join(", ")}, also for fallbacks and classifiers.`,
    ),
  ];
  return lines.join("\n");
}

function resilienceTable(tiers: readonly ResolvedTier[]): string {
  const places = new Map<string, string[]>();
  for (const { name, targets, resilience } of tiers)
    for (const target of targets) {
      const words = resilienceWords(resilience.get(target.id) ?? target.resilience);
      places.set(words, [...(places.get(words) ?? []), `${code(target.id)} in ${code(name)}`]);
    }
  if (places.size === 1) return [...places.keys()].map((words) => `Everywhere: ${words}.`).join("");
  return table(
    ["where", "limits"],
    [...places].map(([words, where]) => [where.join(", "), words]),
  );
}

function budgetTable({ budgets }: ResolvedConfig): string {
  const rows = [...budgets.values()].map((budget) => [
    code(budget.name),
    plain(budgetScope(budget)),
    `$${budget.limitUsd} ${budget.timeZone === undefined ? "in any" : "a"} ${budget.per}`,
    budget.timeZone === undefined ? "" : plain(budget.timeZone),
    plain(whenSpent(budget)),
    budget.warnAt.map((share) => `${share * 100} %`).join(", "),
  ]);
  return table(["budget", "for", "at most", "time zone", "when spent", "told at"], rows);
}

const failures: Readonly<Record<FailureKind, string>> = {
  connection: "refused, reset, DNS, TLS",
  timeout: "no headers, no first content, or the attempt takes too long",
  server_error: "408, 409, 425, 500, 502, 503, 504, 529",
  invalid_response: "200 with a body that is empty, cut, HTML or an error",
  stream_interrupted: "a stream that breaks after content was given out",
  rate_limited: "429",
  quota_exhausted: "402, or no credits left",
  credentials_refused: "401, 403",
  model_not_found: "404 for the model",
  context_length: "the prompt is too long",
  content_filter: "refused by a content filter",
  not_accepted: "an answer that does not pass its checks",
  bad_request: "another 4xx",
  outrun: "another attempt of the call was faster",
  aborted: "the caller aborts",
};

const nextWords: Readonly<Record<Verdict["next"], string>> = {
  any: "yes",
  none: "no",
  other_client: "with other credentials",
  larger_window: "with a larger window",
};

function failureTable(): string {
  const rows = Object.entries(failures).map(([kind, what]) => {
    const { retry, next, breaker, rests } = verdicts[kind as FailureKind];
    const rest = rests === undefined ? "" : `rests the ${rests.what}`;
    return [
      plain(what),
      retry ? "yes" : "no",
      nextWords[next],
      [breaker === "failure" ? "counts" : "", rest].filter(Boolean).join(", "),
    ];
  });
  return table(["failure", "tried again", "next target", "breaker"], rows);
}
