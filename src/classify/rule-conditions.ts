import * as z from "zod";
import { checked, flag, oneOf, options, text as word } from "../config/fields.ts";
import { kindOf } from "../config/show.ts";
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
  /** The kind of call. */
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

const count = checked<number>(
  (value) => (typeof value === "number" && value >= 0 ? undefined : "must be a number from 0 up"),
  { type: "number", minimum: 0 },
);
const pattern = checked<string>(
  (value) => {
    if (typeof value !== "string") return "must be the source of a regular expression, as a string";
    return isPattern(value) ? undefined : "is no regular expression that JavaScript takes with the flag u";
  },
  { type: "string" },
);

/** One, or a list of some; what is no list gets the message of the one. */
function oneOrMore<Word extends string>(one: z.ZodType<Word, Word>) {
  return z.union([one, z.array(one).min(1, "must not be empty").readonly()], {
    error: ({ input }) => one.safeParse(input).error?.issues[0]?.message ?? "does not fit",
  });
}

const tags = z.record(z.string(), oneOrMore(word), {
  error: ({ input }) => `must be an object of tag → value, got ${kindOf(input)}`,
});

/** Checks {@link RuleConditions}. */
export const ruleConditions = options({
  task: oneOrMore(word).optional(),
  priority: oneOrMore(word).optional(),
  tags: tags.optional(),
  model: oneOrMore(word).optional(),
  endpoint: oneOrMore(oneOf("endpoint", endpoints)).optional(),
  minChars: count.optional(),
  maxChars: count.optional(),
  contains: oneOrMore(z.string().min(1, "must not be empty")).optional(),
  matches: pattern.optional(),
  needs: oneOrMore(oneOf("capability", capabilities)).optional(),
  minTurns: count.optional(),
  maxTurns: count.optional(),
  stream: flag.optional(),
}) satisfies z.ZodType<RuleConditions, RuleConditions>;

type Test = (request: RoutingRequest) => boolean;

/** A test for conditions that {@link ruleConditions} has passed; those that read the text come last. */
export function testOf(when: RuleConditions): Test {
  const tests = [
    ...given(when.task, (words) => amongst(words, ({ hints }) => hints.task)),
    ...given(when.priority, (words) => amongst(words, ({ hints }) => hints.priority)),
    ...given(when.tags, tagged),
    ...given(when.model, named),
    ...given(when.endpoint, (words) => amongst(words, ({ endpoint }) => endpoint)),
    ...given(when.stream, (wanted) => (request) => request.stream === wanted),
    ...given(when.needs, (needs) => (request) => listOf(needs).every((need) => request.needs.has(need))),
    ...given(when.minTurns, (turns) => (request) => request.turns >= turns),
    ...given(when.maxTurns, (turns) => (request) => request.turns <= turns),
    ...given(when.minChars, (chars) => (request) => request.inputChars >= chars),
    ...given(when.maxChars, (chars) => (request) => request.inputChars <= chars),
    ...given(when.contains, saying),
    ...given(when.matches, matching),
  ];
  return (request) => tests.every((holds) => holds(request));
}

function given<Wanted>(wanted: Wanted | undefined, testFor: (wanted: Wanted) => Test): readonly Test[] {
  return wanted === undefined ? [] : [testFor(wanted)];
}

function amongst(wanted: string | readonly string[], wordOf: (request: RoutingRequest) => string | undefined): Test {
  const words = new Set<string | undefined>(listOf(wanted));
  return (request) => words.has(wordOf(request));
}

function tagged(wanted: Readonly<Record<string, string | readonly string[]>>): Test {
  const tests = Object.entries(wanted).map(([tag, words]) => amongst(words, ({ hints }) => hints.tags?.[tag]));
  return (request) => tests.every((fits) => fits(request));
}

function named(wanted: string | readonly string[]): Test {
  const patterns = listOf(wanted).map(wildcard);
  return ({ model }) => patterns.some((fits) => fits(model));
}

function saying(wanted: string | readonly string[]): Test {
  const texts = listOf(wanted).map((text) => text.toLowerCase());
  return ({ prompt }) => {
    const lower = prompt.toLowerCase();
    return texts.some((text) => lower.includes(text));
  };
}

function matching(source: string): Test {
  const expression = new RegExp(source, "iu");
  return ({ prompt }) => expression.test(prompt);
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
