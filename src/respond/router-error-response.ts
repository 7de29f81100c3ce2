import { isRouterError } from "../errors.ts";

/**
 * The router's own error as an OpenAI-style answer: what a caller at `fetch` level sees. The `openai` client never does:
 * the error itself is put in its place.
 */
export function routerErrorResponse(error: Error, headers: Headers, final: boolean): Response {
  const code = isRouterError(error) ? error.code : "connection_error";
  headers.set("content-type", "application/json");
  if (final) headers.set("x-should-retry", "false");
  if (isRouterError(error) && error.retryAfterMs !== undefined) {
    headers.set("retry-after", String(Math.ceil(error.retryAfterMs / 1000)));
  }
  const body = JSON.stringify({ error: { message: error.message, type: "router_error", param: null, code } });
  return new Response(body, { status: statusOf(error, code), headers });
}

function statusOf(error: Error, code: string): number {
  const given: unknown = "status" in error ? error.status : undefined;
  if (typeof given === "number" && given >= 400 && given <= 599) return given;
  if (code === "deadline_exceeded" || code === "attempt_timeout") return 504;
  return badGateway.has(code) ? 502 : 503;
}

const badGateway: ReadonlySet<string> = new Set(["invalid_response", "not_accepted", "connection_error"]);
