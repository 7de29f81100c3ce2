import type { ResilienceOptions, RouterOptions } from "../options.ts";
import {
  breakerDefaults,
  hedgeDefaults,
  noTimeouts,
  paceDefaults,
  retryBudgetDefaults,
  retryDefaults,
  routerDefaults,
  slowDefaults,
  timeoutDefaults,
} from "./defaults.ts";
import type { Hedge, Pace, Resilience, RetryBudget, Slow } from "./resolved.ts";

/** What holds where these options meet, the nearest first: key by key the nearest that says something, else the default. */
export function resilienceOf(layers: readonly ResilienceOptions[]): Resilience {
  const retry = layers.map((layer) => layer.retry);
  const breaker = layers.map((layer) => layer.breaker);
  return {
    timeouts: merge(
      layers.map((layer) => layer.timeouts),
      timeoutDefaults,
      noTimeouts,
    ),
    deadlineMs: layers.find(({ deadlineMs }) => deadlineMs !== undefined)?.deadlineMs ?? routerDefaults.deadlineMs,
    retry: isOff(retry) ? false : merge(retry, retryDefaults, retryDefaults),
    breaker: isOff(breaker) ? false : merge(breaker, breakerDefaults, breakerDefaults),
    slow: slowOf(layers.map((layer) => layer.slow)),
    hedge: hedgeOf(layers.map((layer) => layer.hedge)),
    pace: paceOf(layers.map((layer) => layer.pace)),
  };
}

/** What bounds second attempts over all calls. */
export function retryBudgetOf({ retryBudget = {} }: RouterOptions): false | RetryBudget {
  return retryBudget === false ? false : merge([retryBudget], retryBudgetDefaults, retryBudgetDefaults);
}

const neverSlow: Slow = { ...slowDefaults, latencyMs: Infinity, driftFactor: Infinity };

function slowOf(layers: Layers<Slow>): false | Slow {
  if (isOff(layers)) return false;
  const slow = merge(layers, neverSlow, neverSlow);
  return slow.latencyMs === Infinity && slow.driftFactor === Infinity ? false : slow;
}

function hedgeOf(layers: Layers<Hedge>): false | Hedge {
  if (layers.every((layer) => layer === undefined)) return routerDefaults.hedge;
  return isOff(layers) ? false : merge(layers, hedgeDefaults, hedgeDefaults);
}

const anyPace: Pace = { ...paceDefaults, minTokensPerSecond: 0 };

function paceOf(layers: Layers<Pace>): false | Pace {
  if (isOff(layers)) return false;
  const pace = merge(layers, anyPace, anyPace);
  return pace.minTokensPerSecond === 0 ? false : pace;
}

type Layers<T> = readonly (false | { readonly [Key in keyof T]?: T[Key] | undefined } | undefined)[];

function isOff(layers: Layers<unknown>): boolean {
  return layers.find((layer) => layer !== undefined) === false;
}

/** A layer that is `false` hides the ones behind it: nearer ones then build on `off`. */
function merge<T extends object>(layers: Layers<T>, defaults: T, off: T): T {
  let merged = defaults;
  for (const layer of layers.toReversed()) {
    if (layer === false) merged = off;
    else if (layer !== undefined) merged = { ...merged, ...withoutUndefined(layer) };
  }
  return merged;
}

function withoutUndefined<T extends object>(layer: T): Partial<T> {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined)) as Partial<T>;
}
