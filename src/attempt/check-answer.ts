import type { AnswerCheck, CheckedAnswer, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { answersIn } from "../openai/checked-answer.ts";
import { outputTokensOf } from "../openai/output-tokens.ts";
import { ClockExpired } from "./clocks.ts";
import { AttemptFailure } from "./failure.ts";
import { whileCallLasts, type CallTime } from "./while-call-lasts.ts";

/** An answer that came whole. */
export interface WholeAnswer {
  readonly endpoint: CheckedAnswer["endpoint"];
  readonly status: number;
  readonly body: JsonObject;
}

/**
 * Lets every check look at an answer, at each of its choices, in the order in which they were given.
 * @throws AttemptFailure `not_accepted` at the first that says no, or has no time left to say anything
 */
export async function checkAnswer(time: CallTime, checks: readonly AnswerCheck[], whole: WholeAnswer): Promise<void> {
  for (const answer of answersIn(whole.endpoint, whole.body)) {
    for (const check of checks) {
      const checked = { answer, whole };
      const objection = await objectionOf(time, check, checked);
      if (objection !== undefined) {
        throw failureOf(checked, { kind: "not_accepted", detail: `not accepted by ${nameOf(check)}: ${objection}` });
      }
    }
  }
}

interface Checked {
  readonly answer: CheckedAnswer;
  readonly whole: WholeAnswer;
}

// Undefined when the check has none.
async function objectionOf(time: CallTime, check: AnswerCheck, checked: Checked): Promise<string | undefined> {
  const verdict = verdictOf(check, checked.answer);
  if (!isPromise(verdict)) return inWords(verdict);
  const limitMs = time.answerBy - performance.now();
  const late = (): Error => new ClockExpired("deadline", limitMs);
  try {
    return inWords(await whileCallLasts(time, Promise.resolve(verdict).catch(threw), late));
  } catch (cause) {
    const detail = `not accepted by ${nameOf(check)}: it was not done when the call ended`;
    throw failureOf(checked, { kind: cause instanceof ClockExpired ? "not_accepted" : "aborted", detail, cause });
  }
}

// What a check throws is what it has against the answer: many are written that way.
function verdictOf(check: AnswerCheck, answer: CheckedAnswer): unknown {
  try {
    return check(answer);
  } catch (error) {
    return threw(error);
  }
}

function threw(error: unknown): string {
  return `it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}

const maxWords = 500;

function inWords(verdict: unknown): string | undefined {
  if (verdict === true) return undefined;
  if (typeof verdict === "string" && verdict !== "") return verdict.slice(0, maxWords);
  return verdict === false || verdict === "" ? "it said no" : `it gave ${typeof verdict}, not true, false or a reason`;
}

function nameOf({ name }: AnswerCheck): string {
  return name === "" ? "a function" : name;
}

function isPromise(verdict: unknown): verdict is PromiseLike<unknown> {
  return typeof verdict === "object" && verdict !== null && "then" in verdict && typeof verdict.then === "function";
}

interface Objection {
  readonly kind: "not_accepted" | "aborted";
  readonly detail: string;
  readonly cause?: unknown;
}

// What was answered is paid for, whoever may have it.
function failureOf({ answer, whole }: Checked, { kind, detail, cause }: Objection): AttemptFailure {
  const { status, body, endpoint } = whole;
  return new AttemptFailure(kind, detail, {
    status,
    usage: isRecord(body["usage"]) ? body["usage"] : undefined,
    contentTokens: outputTokensOf(endpoint, body),
    answer,
    cause,
  });
}
