import type { RouteRecord } from "../glossary.ts";

/** The provider's headers, and what the router has to say in `x-router-*`: for those who only see the response. */
export function routerHeaders(original: Headers, record: RouteRecord, attempts: number): Headers {
  const headers = new Headers(original);
  headers.set("x-router-request-id", record.requestId);
  headers.set("x-router-tier", headerSafe(record.tier));
  headers.set("x-router-attempts", String(attempts));
  if (record.target !== undefined) headers.set("x-router-target", headerSafe(record.target));
  if (record.costUsd !== undefined) headers.set("x-router-cost-usd", String(record.costUsd));
  if (record.costUsd !== undefined && record.usage?.estimated === true) headers.set("x-router-cost-estimated", "true");
  if (record.fellBack) headers.set("x-router-fell-back", "true");
  return headers;
}

// A header takes visible ASCII only (RFC 9110, section 5.5); names of targets and tiers are the user's.
function headerSafe(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}
