import type { JsonObject } from "../glossary.ts";

/** What OpenAI writes into `error`. */
export interface ProviderError {
  /** What is wrong, in words. */
  message: string;
  /** Kind of the error, such as `invalid_request_error`. */
  type: string;
  /** Name of the parameter that is at fault. */
  param: string | null;
  /** Code of the error, such as `insufficient_quota`. */
  code: string | null;
}

const invalid = "invalid_request_error";

type Row = readonly [type: string, code: string | null, message: string];

const rows: Readonly<Record<number, Row>> = {
  400: [invalid, null, "The request is invalid."],
  401: [invalid, "invalid_api_key", "Incorrect API key provided."],
  402: ["insufficient_balance", "insufficient_balance", "Insufficient balance. Top up your account to go on."],
  403: ["permission_error", "permission_denied", "This key may not do that."],
  404: [invalid, "model_not_found", "The model does not exist or you do not have access to it."],
  408: ["timeout_error", "request_timeout", "The request took too long to come in."],
  409: ["conflict_error", "conflict", "The request could not be completed as it conflicts with another."],
  413: [invalid, "request_too_large", "The request is too large."],
  422: [invalid, "unprocessable_entity", "The request can not be processed."],
  425: [invalid, "too_early", "The request came too early."],
  429: ["requests", "rate_limit_exceeded", "Rate limit reached. Please try again later."],
  500: ["server_error", null, "The server had an error while processing your request. Sorry about that!"],
  502: ["server_error", "bad_gateway", "Bad gateway."],
  503: ["server_error", "service_unavailable", "The engine is currently overloaded, please try again later."],
  504: ["server_error", "gateway_timeout", "The upstream did not answer in time."],
  529: ["overloaded_error", "overloaded", "Overloaded."],
};

/** The body that goes with a status, as OpenAI writes it; `facts` replace what the status alone would say. */
export function errorBody(status: number, facts: Partial<ProviderError> = {}): JsonObject {
  const [type, code, message] = rows[status] ?? rows[status >= 500 ? 500 : 400] ?? unknown;
  return { error: { message, type, param: null, code, ...facts } satisfies ProviderError };
}

const unknown: Row = [invalid, null, "The request failed."];
