import type { LimitOptions, RouterOptions, TargetLimitOptions } from "../options.ts";
import { limitDefaults, targetLimitDefaults, waitingDefaults } from "./defaults.ts";
import type { Limit, Waiting } from "./resolved.ts";

/** Client name, of those that count → its limits, or those of its keys. */
export function limitsByClient(
  given: RouterOptions["clientLimits"] = {},
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, LimitOptions> {
  return new Map(Object.entries(given).map(([name, limits]) => [names.get(name) ?? name, limits]));
}

/** The limits of a key. It is named by its label, which shows nothing of it. */
export function limitsOfKey(client: string, label: string, given: LimitOptions): readonly Limit[] {
  return limitsBy("key", `${client}:${label}`, given).map((limit) => Object.assign(limit, { label }));
}

/** The limits that a call to a target has to keep: the target's own, and those of its client. */
export function limitsOf(
  target: { readonly id: string; readonly client: string; readonly limits: TargetLimitOptions | undefined },
  ofClients: ReadonlyMap<string, LimitOptions>,
): readonly Limit[] {
  return [
    ...limitsBy("target", target.id, target.limits),
    ...limitsBy("client", target.client, ofClients.get(target.client)),
  ];
}

/** Whether a target's rate limit headers are heard. */
export function learns({ learn = targetLimitDefaults.learn }: TargetLimitOptions = {}): boolean {
  return learn;
}

/** How calls wait for limits, or that they do not. */
export function waitingOf({ waiting = {} }: RouterOptions): false | Waiting {
  if (waiting === false) return false;
  const { maxWaiting = waitingDefaults.maxWaiting, maxWaitMs = waitingDefaults.maxWaitMs } = waiting;
  return { maxWaiting, maxWaitMs };
}

function limitsBy(owner: Limit["owner"], name: string, given: LimitOptions = {}): readonly Limit[] {
  const {
    requestsPerMinute = limitDefaults.requestsPerMinute,
    tokensPerMinute = limitDefaults.tokensPerMinute,
    concurrency = limitDefaults.concurrency,
  } = given;
  const all = { requests: requestsPerMinute, tokens: tokensPerMinute, calls: concurrency } as const;
  return kinds
    .filter((of) => all[of] < Infinity)
    .map((of) => ({ key: `limit:${owner}:${name}:${of}`, owner, of, most: all[of] }));
}

const kinds = ["requests", "tokens", "calls"] as const;
