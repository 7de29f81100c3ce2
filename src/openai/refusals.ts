import type { FailureKind } from "../glossary.ts";

const quotaCodes =
  /insufficient[_ ](?:user[_ ])?(?:quota|balance|credits?|funds)|billing_(?:hard_limit_reached|not_active)|exceeded your current quota/i;
const contextCodes =
  /context_length_exceeded|maximum context length|context window|prompt is too long|too many (?:input )?tokens|string_above_max_length/i;
const filterCodes = /content_filter|content_policy_violation|ResponsibleAIPolicyViolation|moderation/i;
const notTheModel = /previous_response|conversation|response with id/i;

/** Statuses that say all by themselves. */
const kinds = new Map<number, FailureKind>([
  [401, "credentials_refused"],
  [402, "quota_exhausted"],
  [408, "server_error"],
  [409, "server_error"],
  [413, "context_length"],
  [425, "server_error"],
]);

/** What a provider's answer with this status and body means. */
export function kindOfRefusal(status: number, text: string): FailureKind {
  if (status >= 500) return "server_error";
  // A body is somebody's words: of a long one only the beginning is searched.
  const words = text.length > 4_096 ? text.slice(0, 4_096) : text;
  if (status === 429) return quotaCodes.test(words) ? "quota_exhausted" : "rate_limited";
  if (status === 404) return notTheModel.test(words) ? "bad_request" : "model_not_found";
  if (status === 403) return kindOfForbidden(words);
  return status === 400 ? kindOfBadRequest(words) : (kinds.get(status) ?? "bad_request");
}

function kindOfForbidden(words: string): FailureKind {
  if (filterCodes.test(words)) return "content_filter";
  return quotaCodes.test(words) ? "quota_exhausted" : "credentials_refused";
}

function kindOfBadRequest(words: string): FailureKind {
  if (contextCodes.test(words)) return "context_length";
  if (filterCodes.test(words)) return "content_filter";
  return quotaCodes.test(words) ? "quota_exhausted" : "bad_request";
}
