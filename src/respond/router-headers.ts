import type { RouteRecord } from "../glossary.ts";

/** Headers of the router's own, by name in rising order. All names begin with `x-router-`. */
export type RouterHeaders = readonly (readonly [name: string, value: string])[];

/** What all of the router's headers begin with. */
export const routerPrefix = "x-router-";

/** What the router has to say of a call in headers: for those who only see the response. */
export function routerHeaders(record: RouteRecord): RouterHeaders {
  const { attempts, outcome, costUsd, fellBack, requestId, target, tier, downgradedFrom } = record;
  // Of a stream that is being given out, the attempt that gives it is not over yet.
  const made = outcome === "pending" ? attempts.length + 1 : attempts.length;
  const headers: [string, string][] = [["x-router-attempts", String(made)]];
  const isEstimated = attempts.some(({ usage }) => usage?.estimated === true);
  if (costUsd !== undefined && isEstimated) headers.push(["x-router-cost-estimated", "true"]);
  if (costUsd !== undefined) headers.push(["x-router-cost-usd", String(costUsd)]);
  if (downgradedFrom !== undefined) headers.push(["x-router-downgraded-from", headerSafe(downgradedFrom)]);
  if (fellBack) headers.push(["x-router-fell-back", "true"]);
  headers.push(["x-router-request-id", requestId]);
  if (target !== undefined) headers.push(["x-router-target", headerSafe(target)]);
  headers.push(["x-router-tier", headerSafe(tier)]);
  return headers;
}

/** A copy of a provider's headers with the router's. What a provider says in the router's name is left out. */
export function withRouterHeaders(original: Headers, added: RouterHeaders): Headers {
  const headers = new Headers([...original].filter(([name]) => !name.startsWith(routerPrefix)));
  for (const [name, value] of added) headers.set(name, value);
  return headers;
}

// Names can be long, a model id that a caller made up too; servers refuse headers of a few kB.
const maxLength = 256;

// A header takes visible ASCII only (RFC 9110, section 5.5); names of targets and tiers are the user's.
function headerSafe(value: string): string {
  const short = value.slice(0, maxLength);
  // Half a surrogate pair can not be encoded.
  return /^[\x20-\x7e]*$/.test(short) ? short : encodeURIComponent(short.toWellFormed());
}
