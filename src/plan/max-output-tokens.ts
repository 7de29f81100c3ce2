import type { JsonObject } from "../glossary.ts";

/** The most tokens the caller wants back, under any of the names the endpoints have for it. */
export function maxOutputTokens(body: JsonObject): number | undefined {
  const limit = body["max_completion_tokens"] ?? body["max_tokens"] ?? body["max_output_tokens"];
  return typeof limit === "number" && limit >= 0 ? limit : undefined;
}
