import * as z from "zod";
import { checked, flag, oneOf, options, text } from "../config/fields.ts";
import type { Capability, Endpoint, RoutingRequest } from "../glossary.ts";
import { wildcard } from "../lib/wildcard.ts";

/**
 * What a rule asks of a request, as data. All that are given must hold; of a list, one must. With none, the rule holds always.
 * Texts are compared exactly, except where it says otherwise.
 */
export interface RuleConditions {
  /** The hint `task`. */
  task?: string | readonly string[] | undefined;
  /** The hint `priority`. */
  priority?: string | readonly string[] | undefined;
  /** Tags by name; every tag that is named must fit. */
  tags?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The `model` the caller wrote; `*` stands for anything. */
  model?: string | readonly string[] | undefined;
  endpoint?: Endpoint | readonly Endpoint[] | undefined;
  /** The whole input has at least this many characters. */
  minChars?: number | undefined;
  /** The whole input has at most this many characters. */
  maxChars?: number | undefined;
  /** What the user said last contains this, in capitals or not. */
  contains?: string | readonly string[] | undefined;
  /** What the user said last matches this regular expression, in capitals or not (flags `iu`). */
  matches?: string | undefined;
  /** The request needs this of a target; of a list, all. */
  needs?: Capability | readonly Capability[] | undefined;
  /** The user has had at least this many turns, this one included. */
  minTurns?: number | undefined;
  /** The user has had at most this many turns, this one included. */
  maxTurns?: number | undefined;
  /** The answer is to be streamed, or not. */
  stream?: boolean | undefined;
}

const endpoints = ["chat", "responses", "embeddings", "completions"] as const;
const capabilities = ["tools", "vision", "audio", "json", "streaming", "reasoning"] as const;

const count = checked<number>((value) =>
  typeof value === "number" && value >= 0 ? undefined : "must be a number from 0 up",
);
const pattern = checked<string>((value) => {
  if (typeof value !== "string") return "must be the source of a regular expression, as a string";
  return isPattern(value) ? undefined : "is no regular expression that JavaScript takes with the flag u";
});

function oneOrMore<Word extends string>(word: z.ZodType<Word, Word>) {
  return z.union([word, z.array(word).min(1).readonly()]);
}

/** Checks {@link RuleConditions}. */
export const ruleConditions = options({
  task: oneOrMore(text).optional(),
  priority: oneOrMore(text).optional(),
  tags: z.record(z.string(), oneOrMore(text)).optional(),
  model: oneOrMore(text).optional(),
  endpoint: oneOrMore(oneOf("endpoint", endpoints)).optional(),
  minChars: count.optional(),
  maxChars: count.optional(),
  contains: oneOrMore(z.string()).optional(),
  matches: pattern.optional(),
  needs: oneOrMore(oneOf("capability", capabilities)).optional(),
  minTurns: count.optional(),
  maxTurns: count.optional(),
  stream: flag.optional(),
}) satisfies z.ZodType<RuleConditions, RuleConditions>;

type Test = (request: RoutingRequest) => boolean;

type Tests = {
  readonly [Key in keyof RuleConditions]-?: (wanted: NonNullable<RuleConditions[Key]>) => Test;
};

const tests: Tests = {
  task: (wanted) => amongst(wanted, ({ hints }) => hints.task),
  priority: (wanted) => amongst(wanted, ({ hints }) => hints.priority),
  tags(wanted) {
    const all = Object.entries(wanted).map(([tag, words]) => amongst(words, ({ hints }) => hints.tags?.[tag]));
    return (request) => all.every((fits) => fits(request));
  },
  model(wanted) {
    const patterns = listOf(wanted).map(wildcard);
    return ({ model }) => patterns.some((fits) => fits(model));
  },
  endpoint: (wanted) => amongst(wanted, ({ endpoint }) => endpoint),
  minChars: (wanted) => (request) => request.inputChars >= wanted,
  maxChars: (wanted) => (request) => request.inputChars <= wanted,
  contains(wanted) {
    const words = listOf(wanted).map((word) => word.toLowerCase());
    return ({ prompt }) => {
      const lower = prompt.toLowerCase();
      return words.some((word) => lower.includes(word));
    };
  },
  matches(wanted) {
    const expression = new RegExp(wanted, "iu");
    return ({ prompt }) => expression.test(prompt);
  },
  needs: (wanted) => (request) => listOf(wanted).every((need) => request.needs.has(need)),
  minTurns: (wanted) => (request) => request.turns >= wanted,
  maxTurns: (wanted) => (request) => request.turns <= wanted,
  stream: (wanted) => (request) => request.stream === wanted,
};

/** A test for conditions that {@link ruleConditions} has passed; cheap conditions are tested before those that read the text. */
export function testOf(conditions: RuleConditions): Test {
  const all = order.flatMap((key) => testFor(key, conditions));
  return (request) => all.every((fits) => fits(request));
}

const order = [
  ...(["task", "priority", "tags", "model", "endpoint", "stream", "needs"] as const),
  ...(["minTurns", "maxTurns", "minChars", "maxChars", "contains", "matches"] as const),
];

function testFor<Key extends keyof RuleConditions>(key: Key, conditions: RuleConditions): readonly Test[] {
  const wanted = conditions[key];
  return wanted === undefined ? [] : [tests[key](wanted)];
}

function amongst(wanted: string | readonly string[], wordOf: (request: RoutingRequest) => string | undefined): Test {
  const words = new Set<string | undefined>(listOf(wanted));
  return (request) => words.has(wordOf(request));
}

function listOf<Word extends string>(wanted: Word | readonly Word[]): readonly Word[] {
  return typeof wanted === "string" ? [wanted] : wanted;
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "iu") instanceof RegExp;
  } catch {
    return false;
  }
}
