import { wildcard } from "../lib/wildcard.ts";
import { errorBody, type ProviderError } from "./error-body.ts";
import type { KeyRule, SimulatorOptions } from "./provider-options.ts";
import type { ReceivedRequest } from "./received-request.ts";
import type { Answer } from "./step.ts";

/** Looks at a request before any model does: gives a refusal, or undefined to let it through. */
export type Gate = (request: ReceivedRequest) => Answer | undefined;

/** The gate of a simulator: URL, keys, rate limit and body, in this order. */
export function gate({ keys, requestsPerMinute = Number.POSITIVE_INFINITY }: SimulatorOptions): Gate {
  const checks = [
    checkUrl,
    ...(keys === undefined ? [] : [checkKey(rulesOf(keys))]),
    checkRate(requestsPerMinute),
    checkBody,
  ];
  return (request) => {
    for (const check of checks) {
      const refusal = check(request);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };
}

function refuse(status: number, facts: Partial<ProviderError>): Answer {
  return { status, body: errorBody(status, facts) };
}

function checkUrl({ endpoint, method, path }: ReceivedRequest): Answer | undefined {
  if (endpoint !== "unknown" && method === (endpoint === "models" ? "GET" : "POST")) return undefined;
  return refuse(404, { code: "unknown_url", message: `Unknown request URL: ${method} ${path}.` });
}

function rulesOf(keys: NonNullable<SimulatorOptions["keys"]>): ReadonlyMap<string, KeyRule> {
  return new Map(
    Array.isArray(keys) ? keys.map((key: string) => [key, {}]) : Object.entries(keys as Record<string, KeyRule>),
  );
}

function checkKey(rules: ReadonlyMap<string, KeyRule>): Gate {
  return ({ key, model }) => {
    const rule = rules.get(key);
    if (rule === undefined) return refuse(401, { message: "Incorrect API key provided." });
    const { allows = "*", refuses } = rule;
    const allowed = wildcard(allows)(model) && !(refuses !== undefined && wildcard(refuses)(model));
    return allowed || model === "" ? undefined : refuse(403, { message: `This key may not use the model ${model}.` });
  };
}

const windowMs = 60_000;

function checkRate(requestsPerMinute: number): Gate {
  const recentByKey = new Map<string, number[]>();
  return ({ key, at }) => {
    const recent = (recentByKey.get(key) ?? []).filter((time) => time > at - windowMs);
    recentByKey.set(key, recent);
    const [oldest = at] = recent;
    if (recent.length >= requestsPerMinute) return tooMany(requestsPerMinute, oldest + windowMs - at);
    if (Number.isFinite(requestsPerMinute)) recent.push(at);
    return undefined;
  };
}

function tooMany(requestsPerMinute: number, waitMs: number): Answer {
  return {
    ...refuse(429, { message: `Rate limit reached: ${requestsPerMinute} requests per minute.` }),
    headers: {
      "retry-after": String(Math.ceil(waitMs / 1000)),
      "x-ratelimit-limit-requests": String(requestsPerMinute),
      "x-ratelimit-remaining-requests": "0",
    },
  };
}

const neededField = { chat: "messages", responses: "input", embeddings: "input", completions: "prompt" } as const;

function checkBody({ endpoint, model, body }: ReceivedRequest): Answer | undefined {
  if (endpoint === "models" || endpoint === "unknown") return undefined;
  const missing = model === "" ? "model" : neededField[endpoint];
  if (missing !== "model" && body[missing] !== undefined) return undefined;
  return refuse(400, {
    code: "missing_required_parameter",
    param: missing,
    message: `Missing required parameter: '${missing}'.`,
  });
}
