import { faultList, faultNames, type FaultName } from "./fault-list.ts";

/** What can be out: one target, all that one client or one region serves, or everything. */
export type OutageScope = "target" | "client" | "region" | "everything";

/** The faults that are tried, by what they strike. */
export type ResilienceWall = Readonly<Partial<Record<OutageScope, readonly FaultName[]>>>;

const ofProviders = ["refused", "hang", "unavailable", "rateLimited", "html", "cutStream", "stallStream"] as const;

/** All faults at each target, and those of a whole provider at each client, each region, and everything. */
export const resilienceWall: ResilienceWall = {
  target: faultNames,
  client: [...ofProviders, "unauthorized", "paymentRequired"],
  region: ofProviders,
  everything: ofProviders,
};

const final: ReadonlySet<string | undefined> = new Set(["bad_request", "content_filter", "context_length"]);
const ofKeys: ReadonlySet<string | undefined> = new Set(["credentials_refused", "quota_exhausted"]);
const halfway: ReadonlySet<FaultName> = new Set(["resetMidBody", "hangMidBody", "cutBody"]);

/** What must come of a call whose first target has a fault, where another could serve. */
export interface Demand {
  /** A fault of the request, which no target can cure: the provider's error is passed on. */
  readonly final: boolean;
  /** Only a target of another client can help. */
  readonly ofKey: boolean;
  /** The fault comes after text was given out: the stream may end with an error. */
  readonly interrupts: boolean;
  /** Clocks decide. */
  readonly timed: boolean;
}

/** What a fault demands of a router. */
export function demandOf(name: FaultName, stream: boolean): Demand {
  const { failure } = faultList[name];
  return {
    final: final.has(failure),
    ofKey: ofKeys.has(failure),
    interrupts: stream && (failure === "stream_interrupted" || halfway.has(name)),
    timed: failure === "timeout" || name === "stallStream" || name === "trickle",
  };
}
