import type {
  BreakerOptions,
  RetryOptions,
  RouterOptions,
  TargetOptions,
  TierOptions,
  TimeoutOptions,
} from "../../src/index.ts";
import { faultNames, type FaultName } from "../../src/testing/fault-list.ts";
import { Draw } from "./draw.ts";

/** A provider: a host with keys of its own, and the client of the router that calls it. */
export interface Host {
  /** Name of the client. */
  readonly client: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/** One call of a schedule. */
export interface PlannedCall {
  readonly id: number;
  /** When it is made, in ms since the beginning. */
  readonly atMs: number;
  readonly model: string;
  readonly stream: boolean;
  readonly words: number;
  readonly maxTokens: number;
  readonly deadlineMs: number | undefined;
  /** When its caller aborts it, in ms after the call. */
  readonly abortMs: number | undefined;
  /** After so many chunks of a stream its caller leaves. */
  readonly leaveAfter: number | undefined;
  /** It is made within this time. */
  readonly withinMs: number | undefined;
  /** It is one of a batch of so many. */
  readonly batchOf: number | undefined;
  readonly priority: string | undefined;
}

/** Something that goes wrong for a while. */
export interface Outage {
  /** Id of a target, name of a client or a key; all of them when undefined. */
  readonly at: string | undefined;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly kind: FaultName | "slow";
  /** Share of the requests it meets. */
  readonly share: number;
  /** On and off in turns of this length, in ms. */
  readonly flapMs: number | undefined;
  /** How much slower, for `slow`. */
  readonly factor: number;
  /** What a refusal says of when to come back, in ms. */
  readonly retryAfterMs: number | undefined;
}

/** How fast a target is, in ms. */
export interface Speed {
  readonly latencyMs: number;
  readonly chunkMs: number;
}

/** All that a run depends on; drawn from a seed. */
export interface Schedule {
  readonly seed: number;
  readonly hosts: readonly Host[];
  readonly options: Omit<RouterOptions, "client" | "clients" | "keys" | "store">;
  readonly speeds: Readonly<Record<string, Speed>>;
  readonly calls: readonly PlannedCall[];
  readonly outages: readonly Outage[];
  /** When the last call was made and the last outage is over. */
  readonly endMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const strategies = ["priority", "cheapest", "fastest", "weighted", "least-busy"] as const;

/** Everything that can go wrong. */
const kinds: readonly (FaultName | "slow")[] = [
  ...faultNames,
  "slow",
  "slow",
  "refused",
  "unavailable",
  "hang",
  "rateLimited",
];

/** Draws a configuration, hours of traffic, and what goes wrong meanwhile. */
export function scheduleOf(seed: number): Schedule {
  const draw = new Draw(seed);
  const hosts = Array.from({ length: draw.whole(1, 3) }, (_, at) => hostAt(at, draw));
  const targets = drawTargets(hosts, draw);
  const options = drawOptions(targets, hosts, draw);
  const hours = draw.whole(1, 4);
  const calls = drawCalls({ options, lengthMs: hours * hourMs }, draw);
  const outages = drawOutages({ hosts, targets: Object.keys(targets), lengthMs: hours * hourMs }, draw);
  const endMs = Math.max(...calls.map(({ atMs }) => atMs), ...outages.map(({ untilMs }) => untilMs));
  const speeds = Object.fromEntries(Object.keys(targets).map((id) => [id, drawSpeed(draw)]));
  return { seed, hosts, options, speeds, calls, outages, endMs };
}

function hostAt(at: number, draw: Draw): Host {
  const client = at === 0 ? "default" : `client-${at}`;
  const keys = Array.from({ length: draw.chance(0.3) ? draw.whole(2, 3) : 1 }, (_, key) => `sk-${client}-${key}`);
  return { client, name: `${client}.test`, keys };
}

function drawTargets(hosts: readonly Host[], draw: Draw): Record<string, TargetOptions> {
  const ids = Array.from({ length: draw.whole(1, 5) }, (_, at) => `target-${at}`);
  const targets = ids.map((id) => [id, drawTarget(draw.oneOf(hosts).client, draw)] as const);
  // The first is never kept for emergencies: something must serve every day.
  return Object.fromEntries(
    targets.map(([id, { breakGlass, ...rest }], at) => [id, at === 0 ? rest : { breakGlass, ...rest }]),
  );
}

function drawTarget(client: string, draw: Draw): TargetOptions {
  return {
    client,
    price: { promptUsd: draw.magnitude(1, 30) / 10, completionUsd: draw.magnitude(1, 100) / 10 },
    contextWindow: draw.maybe(0.3, () => draw.magnitude(1_000, 100_000)),
    weight: draw.maybe(0.3, () => draw.whole(0, 5)),
    ...withValue(
      "breakGlass",
      draw.maybe(0.08, () => true),
    ),
    ...withValue(
      "continues",
      draw.maybe(0.5, () => draw.oneOf(["prefix", "continue-final-message", "prefill"] as const)),
    ),
    limits: draw.maybe(0.3, () => ({
      requestsPerMinute: draw.maybe(0.6, () => draw.magnitude(1, 60)),
      tokensPerMinute: draw.maybe(0.3, () => draw.magnitude(500, 50_000)),
      concurrency: draw.maybe(0.6, () => draw.whole(1, 6)),
    })),
    ...drawResilience(draw, 0.2),
  };
}

function drawResilience(draw: Draw, share: number): Pick<TargetOptions, "retry" | "breaker" | "timeouts" | "slow"> {
  return {
    ...withValue(
      "retry",
      draw.maybe(share, () => drawRetry(draw)),
    ),
    ...withValue(
      "breaker",
      draw.maybe(share, () => (draw.chance(0.15) ? false : drawBreaker(draw))),
    ),
    ...withValue(
      "timeouts",
      draw.maybe(share, () => drawTimeouts(draw)),
    ),
    ...withValue(
      "slow",
      draw.maybe(share * 0.5, () => ({ latencyMs: draw.magnitude(200, 5_000), minCalls: draw.whole(1, 10) })),
    ),
  };
}

function withValue<Name extends string, T>(name: Name, value: T | undefined): { [N in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: T };
}

function drawRetry(draw: Draw): RetryOptions {
  const minDelayMs = draw.magnitude(1, 1_000);
  return { maxRetries: draw.whole(0, 3), minDelayMs, maxDelayMs: minDelayMs * draw.whole(1, 10) };
}

function drawBreaker(draw: Draw): BreakerOptions {
  return {
    failureThreshold: draw.whole(1, 6),
    errorRate: draw.next(),
    windowMs: draw.magnitude(1_000, 300_000),
    cooldownMs: draw.magnitude(500, 120_000),
  };
}

// Always some: a target that hangs would else be waited for as long as the openai package does, ten minutes.
function drawTimeouts(draw: Draw): TimeoutOptions {
  return {
    headersMs: draw.magnitude(300, 60_000),
    firstContentMs: draw.magnitude(300, 60_000),
    idleMs: draw.magnitude(300, 60_000),
    ...withValue(
      "attemptMs",
      draw.maybe(0.3, () => draw.magnitude(1_000, 120_000)),
    ),
  };
}

function drawOptions(targets: Record<string, TargetOptions>, hosts: readonly Host[], draw: Draw): Schedule["options"] {
  const names = ["cheap", "balanced", "premium"].slice(0, draw.whole(1, 3));
  const tiers = Object.fromEntries(names.map((name) => [name, drawTier(targets, draw)]));
  return {
    targets,
    tiers,
    strategy: draw.oneOf(strategies),
    retry: drawRetry(draw),
    timeouts: drawTimeouts(draw),
    ...drawResilience(draw, 0.6),
    ...withValue(
      "deadlineMs",
      draw.maybe(0.4, () => draw.magnitude(500, 120_000)),
    ),
    ...withValue(
      "budgets",
      draw.maybe(0.3, () => drawBudgets(names, draw)),
    ),
    ...withValue(
      "clientLimits",
      draw.maybe(0.2, () => drawClientLimits(hosts, draw)),
    ),
    ...withValue(
      "waiting",
      draw.maybe(0.4, () =>
        draw.chance(0.3)
          ? (false as const)
          : { maxWaiting: draw.whole(1, 20), maxWaitMs: draw.magnitude(100, 120_000) },
      ),
    ),
    fallbackOnContentFilter: draw.chance(0.3),
    ...withValue(
      "onStreamBreak",
      draw.maybe(0.5, () => draw.oneOf(["restart", "continue"] as const)),
    ),
  };
}

function drawTier(targets: Record<string, TargetOptions>, draw: Draw): TierOptions {
  const ids = Object.keys(targets);
  const some = draw.someOf(ids);
  const serves = some.some((id) => targets[id]?.breakGlass !== true);
  return {
    targets: serves ? some : [...some, ...ids.slice(0, 1)],
    ...withValue(
      "strategy",
      draw.maybe(0.3, () => draw.oneOf(strategies)),
    ),
    ...withValue(
      "slo",
      draw.maybe(0.2, () => ({ p99Ms: draw.magnitude(200, 5_000), minCalls: 5 })),
    ),
    ...drawResilience(draw, 0.2),
  };
}

function drawClientLimits(hosts: readonly Host[], draw: Draw): NonNullable<RouterOptions["clientLimits"]> {
  const { client } = draw.oneOf(hosts);
  return { [client]: { requestsPerMinute: draw.magnitude(2, 100), concurrency: draw.whole(1, 10) } };
}

function drawBudgets(tiers: readonly string[], draw: Draw): NonNullable<RouterOptions["budgets"]> {
  const [lowest = ""] = tiers;
  const tier = tiers.length > 1 ? tiers.at(-1) : undefined;
  const limitUsd = draw.magnitude(1, 1_000) / 10_000;
  const per = draw.oneOf(["hour", "day"] as const);
  const all = { limitUsd, per, rolling: draw.chance(0.3), ...(draw.chance(0.2) && { onSpent: "warn" as const }) };
  if (tier === undefined || draw.chance(0.4)) return { all };
  return { [tier]: { limitUsd, per, tier, onSpent: { downgradeTo: lowest } } };
}

interface TrafficOf {
  readonly options: Schedule["options"];
  readonly lengthMs: number;
}

function drawCalls({ options, lengthMs }: TrafficOf, draw: Draw): PlannedCall[] {
  const models = [
    ...Object.keys(options.tiers),
    ...Object.keys(options.tiers),
    "auto",
    ...Object.keys(options.targets ?? {}),
  ];
  const calls: PlannedCall[] = [];
  const bursts = draw.whole(4, 10);
  for (let burst = 0; burst < bursts; burst += 1) {
    const fromMs = draw.next() * lengthMs;
    const spreadMs = draw.oneOf([0, 50, 2_000, 60_000, 600_000]);
    const count = draw.magnitude(1, 24);
    for (let call = 0; call < count; call += 1) {
      calls.push(
        drawCall(
          { id: calls.length, atMs: Math.round(fromMs + draw.next() * spreadMs), model: draw.oneOf(models) },
          draw,
        ),
      );
    }
  }
  return calls.toSorted((a, b) => a.atMs - b.atMs || a.id - b.id);
}

function drawCall(base: Pick<PlannedCall, "id" | "atMs" | "model">, draw: Draw): PlannedCall {
  const stream = draw.chance(0.5);
  return {
    ...base,
    stream,
    words: draw.magnitude(1, 400),
    maxTokens: draw.magnitude(20, 2_000),
    deadlineMs: draw.maybe(0.15, () => draw.magnitude(100, 60_000)),
    abortMs: draw.maybe(0.1, () => draw.magnitude(1, 20_000)),
    leaveAfter: stream ? draw.maybe(0.1, () => draw.whole(1, 3)) : undefined,
    withinMs: draw.maybe(0.08, () => draw.magnitude(50, 20_000)),
    batchOf: draw.maybe(0.04, () => draw.whole(2, 12)),
    priority: draw.maybe(0.1, () => draw.oneOf(["batch", "premium"])),
  };
}

interface OutagesOf {
  readonly hosts: readonly Host[];
  readonly targets: readonly string[];
  readonly lengthMs: number;
}

function drawOutages({ hosts, targets, lengthMs }: OutagesOf, draw: Draw): Outage[] {
  const places = [
    ...targets,
    ...targets,
    ...hosts.map(({ client }) => client),
    ...hosts.flatMap(({ keys }) => keys),
    undefined,
  ];
  return Array.from({ length: draw.whole(0, 8) }, () => {
    const fromMs = Math.round(draw.next() * lengthMs * 0.9);
    return {
      at: draw.oneOf(places),
      fromMs,
      untilMs: fromMs + draw.magnitude(500, hourMs),
      kind: draw.oneOf(kinds),
      share: draw.chance(0.5) ? 1 : draw.next(),
      flapMs: draw.maybe(0.2, () => draw.magnitude(1_000, 10 * minuteMs)),
      factor: draw.magnitude(2, 60),
      retryAfterMs: draw.maybe(0.5, () => draw.magnitude(10, 120_000)),
    };
  });
}

function drawSpeed(draw: Draw): Speed {
  return { latencyMs: draw.magnitude(5, 2_000), chunkMs: draw.oneOf([0, 0, draw.magnitude(1, 400)]) };
}
