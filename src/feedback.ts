import type { Shared } from "./call.ts";
import type { RouteRecord } from "./glossary.ts";
import { isRecord } from "./lib/is-record.ts";
import type { Judged } from "./state/results.ts";

/** What somebody found of an answer. */
export interface Feedback {
  /** Whether it was good; or how good, from 0 to 1. */
  good: boolean | number;
}

/** An answer that was judged: everything the results need of it. */
type JudgedAnswer = Judged & { target: string };

/**
 * Takes what somebody found of an answer.
 * @throws TypeError when the answer is none of this router's, RangeError when `good` is no share
 */
export function takeFeedback(shared: Shared, given: object | string, feedback: Feedback): void {
  const good = scoreOf(feedback);
  const answer = answerOf(shared, given);
  // A copy may be frozen; of what is counted it is no part.
  Reflect.set(answer, "feedback", good);
  shared.memory.results.judge(answer, good);
  for (const classifier of shared.config().classifiers) classifier.learn?.(answer, good >= 0.5);
  const { requestId, target, tier, task, tags = {}, experiment, variant } = answer;
  shared.events.emit("feedback:give", {
    requestId,
    target,
    tier,
    task,
    tags,
    experiment,
    variant,
    good,
  });
}

function scoreOf(feedback: unknown): number {
  const good = isRecord(feedback) ? feedback["good"] : undefined;
  if (typeof good === "boolean") return good ? 1 : 0;
  if (typeof good === "number" && good >= 0 && good <= 1) return good;
  throw new RangeError("feedback() takes { good }: true, false, or a number from 0 to 1.");
}

function answerOf(shared: Shared, given: unknown): JudgedAnswer {
  const record = recordFor(shared, given);
  if (record === "several")
    throw new TypeError("feedback() can not tell which answer is meant: its provider gave several the same id.");
  if (record === undefined) {
    throw new TypeError(
      "feedback() takes what a call of this router gave, or its record: this is neither. Of an answer that went through JSON keep the record, recordOf(answer), or set rememberAnswers and give its id.",
    );
  }
  if (hasTarget(record)) return record;
  throw new TypeError("feedback() is for answers: no target has answered this call.");
}

function recordFor(shared: Shared, given: unknown): Judged | "several" | undefined {
  const { answers } = shared.memory;
  if (typeof given === "string") return answers.find(given);
  if (typeof given !== "object" || given === null) return undefined;
  const known = shared.registry.recordOf(given) ?? copiedRecord(given);
  // What a helper of the client has put together of a stream, or a copy of an answer.
  return known ?? ("id" in given && typeof given.id === "string" ? answers.find(given.id) : undefined);
}

function hasTarget(record: Judged): record is JudgedAnswer {
  return record.target !== undefined;
}

// A record that was kept for later, or comes from another process.
function copiedRecord(given: object): Judged | undefined {
  const { requestId, tier, target, task, attempts } = given as Partial<RouteRecord>;
  const texts = [requestId, tier, ...[target, task].filter((text) => text !== undefined)];
  return texts.every((text) => typeof text === "string") && Array.isArray(attempts)
    ? (given as RouteRecord)
    : undefined;
}
