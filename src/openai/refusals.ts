import type { FailureKind } from "../glossary.ts";

const quotaCodes =
  /insufficient[_ ](?:user[_ ])?(?:quota|balance|credits?|funds)|billing_(?:hard_limit_reached|not_active)|exceeded your current quota/i;
const contextCodes =
  /context_length_exceeded|maximum context length|context window|prompt is too long|too many (?:input )?tokens|string_above_max_length/i;
const filterCodes = /content_filter|content_policy_violation|ResponsibleAIPolicyViolation|moderation/i;
const notTheModel = /previous_response|conversation|response with id/i;

const transientStatuses = new Set([408, 409, 425]);

/** What a provider's answer with this status and body means. */
export function kindOfRefusal(status: number, text: string): FailureKind {
  // A body is somebody's words: of a long one only the beginning is searched.
  const words = text.length > 4_096 ? text.slice(0, 4_096) : text;
  if (status >= 500 || transientStatuses.has(status)) return "server_error";
  switch (status) {
    case 429:
      return quotaCodes.test(words) ? "quota_exhausted" : "rate_limited";
    case 402:
      return "quota_exhausted";
    case 401:
      return "credentials_refused";
    case 403:
      return kindOfForbidden(words);
    case 404:
      return notTheModel.test(words) ? "bad_request" : "model_not_found";
    case 413:
      return "context_length";
    case 400:
      return kindOfBadRequest(words);
    default:
      return "bad_request";
  }
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
