import { durationMsOf } from "./duration.ts";

/** What a provider says of one of its rate limits. */
export interface RateLeft {
  /** Requests or tokens that may still be asked for. */
  readonly remaining: number;
  /** Of how many; `undefined` when it does not say. */
  readonly limit: number | undefined;
  /** When there are more, in ms from now; `undefined` when it does not say. */
  readonly resetMs: number | undefined;
}

/** The rate limits that a response tells of: of requests, of tokens, or of what a `RateLimit` field names. */
export function rateLimitsOf(headers: Headers, now = Date.now()): readonly RateLeft[] {
  // Who tells of tokens tells of requests, too: most responses have neither, and are not to be searched for long.
  const requests = namedLimit(headers, "requests", now);
  if (requests === undefined) {
    const field = headers.get("ratelimit");
    return field === null ? none : fieldLimits(field, headers.get("ratelimit-policy") ?? "");
  }
  const tokens = namedLimit(headers, "tokens", now);
  return tokens === undefined ? [requests] : [requests, tokens];
}

const none: readonly RateLeft[] = [];

/** `x-ratelimit-remaining-requests` and its like, as of OpenAI, Groq and many others. */
function namedLimit(headers: Headers, of: "requests" | "tokens", now: number): RateLeft | undefined {
  const remaining = numberOf(headers.get(`x-ratelimit-remaining-${of}`));
  if (remaining === undefined) return undefined;
  return {
    remaining,
    limit: numberOf(headers.get(`x-ratelimit-limit-${of}`)),
    resetMs: durationMsOf(headers.get(`x-ratelimit-reset-${of}`) ?? "", now),
  };
}

/**
 * `RateLimit: "default";r=50;t=30` with `RateLimit-Policy: "default";q=100;w=60`
 * (draft-ietf-httpapi-ratelimit-headers), and `limit=100, remaining=50, reset=30` of its earlier versions.
 */
function fieldLimits(field: string, policies: string): readonly RateLeft[] {
  if (/\bremaining=/.test(field)) return limitFrom(field, { remaining: "remaining", reset: "reset" }, field);
  return field.split(",").flatMap((item) => {
    const name = nameOf(item);
    const policy = policies.split(",").find((one) => nameOf(one) === name) ?? "";
    return limitFrom(item, { remaining: "r", reset: "t" }, policy);
  });
}

function limitFrom(
  text: string,
  names: { readonly remaining: string; readonly reset: string },
  policy: string,
): readonly RateLeft[] {
  const remaining = parameter(text, names.remaining);
  if (remaining === undefined) return none;
  const resetS = parameter(text, names.reset);
  return [
    {
      remaining,
      limit: parameter(policy, "q") ?? parameter(policy, "limit"),
      resetMs: resetS === undefined ? undefined : resetS * 1_000,
    },
  ];
}

function nameOf(item: string): string {
  return item.split(";", 1)[0]?.trim() ?? "";
}

function parameter(text: string, name: string): number | undefined {
  return numberOf(new RegExp(`(?:^|[;,\\s])${name}=(\\d+)`).exec(text)?.[1] ?? null);
}

function numberOf(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const number = Number(text);
  return number >= 0 ? number : undefined;
}
