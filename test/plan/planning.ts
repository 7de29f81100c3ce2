import * as fc from "fast-check";
import { allowedRegionsOf } from "../../src/config/allowed-regions.ts";
import type { RoutingRequest, TargetState, TargetView } from "../../src/glossary.ts";
import type { Strategy } from "../../src/strategy.ts";
import type { PlanInput } from "../../src/plan/plan.ts";
import { priorityStrategy } from "../../src/plan/priority.ts";

/** A target of which nothing is known but its id, and what is given. */
export function targetNamed(id: string, parts: Partial<TargetView> = {}): TargetView {
  return {
    id,
    model: id,
    client: "default",
    region: undefined,
    price: undefined,
    contextWindow: undefined,
    capabilities: undefined,
    weight: 1,
    breakGlass: false,
    ...parts,
  };
}

/** A chat request that needs nothing special, and what is given. */
export function requestWith(parts: Partial<RoutingRequest> = {}): RoutingRequest {
  return {
    requestId: "req_1",
    endpoint: "chat",
    model: "auto",
    body: {},
    hints: {},
    stream: false,
    prompt: "",
    inputChars: 0,
    turns: 1,
    needs: new Set(),
    allowedRegions: allowedRegionsOf(parts.hints ?? {}, []),
    ...parts,
  };
}

/** The state of an idle target without measurements, and what is given. */
function stateWith(parts: Partial<TargetState> = {}): TargetState {
  return { inFlight: 0, ttftP50Ms: undefined, latencyP50Ms: undefined, out: undefined, dueAt: 0, ...parts };
}

export interface PlanningParts extends Partial<Omit<PlanInput, "stateOf" | "random">> {
  /** By target id. */
  readonly states?: Readonly<Record<string, Partial<TargetState>>>;
  /** Given out in turn, then 0. */
  readonly randoms?: readonly number[];
}

/** What a plan is made of, with the priority strategy and what is given. */
export function planningWith(parts: PlanningParts): PlanInput {
  const { states = {}, randoms = [], ...rest } = parts;
  const left = [...randoms];
  return {
    request: requestWith(),
    targets: [],
    strategy: priorityStrategy(),
    now: 0,
    promptTokens: () => 0,
    random: () => left.shift() ?? 0,
    stateOf: (target) => stateWith(states[target.id]),
    ...rest,
  };
}

/** The ids of the targets in the order of the strategy. */
export function orderOf(strategy: Strategy, parts: PlanningParts): readonly string[] {
  const input = planningWith(parts);
  return strategy.order(input.targets, input).map(({ id }) => id);
}

const measured = fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined });

/** Targets with different ids and any properties. */
const anyTargets = fc
  .uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 3 }),
      region: fc.constantFrom("us-east-1", "eu-west-1", undefined),
      price: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
      contextWindow: fc.constantFrom(100, 1_000, undefined),
      capabilities: fc.constantFrom(new Set(["tools"] as const), new Set(["vision"] as const), undefined),
      weight: fc.nat({ max: 5 }),
    }),
    { selector: ({ id }) => id, maxLength: 6 },
  )
  .map((list) => list.map(({ id, ...parts }) => targetNamed(id, parts)));

function anyStatesOf(targets: readonly TargetView[]): fc.Arbitrary<Record<string, TargetState>> {
  const state = fc.record({
    inFlight: fc.nat({ max: 3 }),
    ttftP50Ms: measured,
    latencyP50Ms: measured,
    out: fc.constantFrom("breaker_open" as const, "rate_limited" as const, undefined),
    dueAt: fc.nat({ max: 100_000 }),
  });
  return fc.record(Object.fromEntries(targets.map(({ id }) => [id, state])));
}

function anyRequestTo(targets: readonly TargetView[]): fc.Arbitrary<RoutingRequest> {
  const parts = fc.record({
    stream: fc.boolean(),
    hints: fc.record({
      region: fc.constantFrom("us-east-1", "eu-west-1", undefined),
      target: fc.constantFrom(...targets.map(({ id }) => id), "unknown", undefined),
    }),
    needs: fc.constantFrom(new Set<never>(), new Set(["tools"] as const)),
  });
  return parts.map(requestWith);
}

/** Everything a plan is made of but the strategy. */
export const anyPlanning = anyTargets.chain((targets) =>
  fc.record({
    targets: fc.constant(targets),
    now: fc.constant(1_000),
    promptTokens: fc.nat({ max: 2_000 }).map((tokens) => () => tokens),
    randoms: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 4 }),
    request: anyRequestTo(targets),
    states: anyStatesOf(targets),
  }),
);
