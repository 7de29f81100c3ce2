/**
 * How long a response asks to be left alone, in ms; undefined when it does not say.
 * Reads `retry-after-ms`, and `Retry-After` in seconds or as an HTTP date (RFC 9110, section 10.2.3).
 */
export function retryAfterMsOf(headers: Headers, now = Date.now()): number | undefined {
  const inMs = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (Number.isFinite(inMs)) return Math.max(0, inMs);
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
