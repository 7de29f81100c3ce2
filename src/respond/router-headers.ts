import type { RouteRecord } from "../glossary.ts";

/** What all of the router's headers begin with. */
export const routerPrefix = "x-router-";

/** Header name → value, by name in rising order; undefined where there is nothing to say. */
export type RouterHeaders = Readonly<Record<`${typeof routerPrefix}${string}`, string | undefined>>;

/** What the router has to say of a call in headers: for those who only see the response. */
export function routerHeaders(record: RouteRecord, attempts: number): RouterHeaders {
  const { costUsd, fellBack, requestId, target, tier, usage } = record;
  return {
    "x-router-attempts": String(attempts),
    "x-router-cost-estimated": costUsd !== undefined && usage?.estimated === true ? "true" : undefined,
    "x-router-cost-usd": costUsd === undefined ? undefined : String(costUsd),
    "x-router-fell-back": fellBack ? "true" : undefined,
    "x-router-request-id": requestId,
    "x-router-target": target === undefined ? undefined : headerSafe(target),
    "x-router-tier": headerSafe(tier),
  };
}

/** A copy of a provider's headers with the router's. */
export function withRouterHeaders(original: Headers, added: RouterHeaders): Headers {
  const headers = new Headers(original);
  for (const [name, value] of Object.entries(added)) if (value !== undefined) headers.set(name, value);
  return headers;
}

// A header takes visible ASCII only (RFC 9110, section 5.5); names of targets and tiers are the user's.
function headerSafe(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}
