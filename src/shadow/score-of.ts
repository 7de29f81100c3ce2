import type { ResolvedShadow } from "../config/resolved.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";
import { answersIn, isChecked } from "../openai/checked-answer.ts";

/** Two answers to the same request. */
export interface Answers {
  readonly endpoint: Endpoint;
  readonly given: JsonObject;
  readonly shadow: JsonObject;
}

/**
 * How good one answer is beside the other, 0–1; of several choices the first.
 * @throws what `compare` throws, and RangeError when it gives no score
 */
export async function scoreOf(
  compare: NonNullable<ResolvedShadow["compare"]>,
  { endpoint, given, shadow }: Answers,
): Promise<number | undefined> {
  if (!isChecked(endpoint)) return undefined;
  const [[one], [other]] = [answersIn(endpoint, given), answersIn(endpoint, shadow)];
  if (one === undefined || other === undefined) return undefined;
  const score = Number(await compare(one, other));
  if (score >= 0 && score <= 1) return score;
  throw new RangeError(`compare() is to give true, false or a number from 0 to 1, and gave ${score}.`);
}
