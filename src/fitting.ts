import type { FitChange } from "./fit-change.ts";
import type { Shared } from "./call.ts";
import type { ResolvedConfig, ResolvedTarget } from "./config/resolved.ts";
import { essentialParams, otherNames } from "./fit/essential-params.ts";
import { fit } from "./fit/fit.ts";
import { noChanges, type Fitted, type ParamRule } from "./fit/rules.ts";
import { unsupportedIn } from "./fit/unsupported-params.ts";
import type { JsonObject, RoutingRequest } from "./glossary.ts";
import { bodyFor, type BodyInput } from "./openai/target-body.ts";
import type { Memory } from "./state/memory.ts";

/** A call whose body is made acceptable to its targets. */
export interface FittedCall {
  readonly config: ResolvedConfig;
  readonly request: Pick<RoutingRequest, "requestId" | "endpoint" | "body" | "stream">;
  /** Id of the target that the caller named: it gets what he wrote. */
  readonly named: string | undefined;
  /** False when the router stands aside: then every target gets what the caller wrote. */
  readonly guarded: boolean;
}

// A target that goes on naming parameters is not what the caller meant to call.
const mostLearntInACall = 3;

/** Makes the body of one call acceptable to each of its targets, and learns from refusals. */
export class Fitting {
  readonly #shared: Pick<Shared, "memory" | "events">;
  readonly #call: FittedCall;
  #changes: Map<ResolvedTarget, readonly FitChange[]> | undefined;
  #learnt: Map<ResolvedTarget, Set<string>> | undefined;

  constructor(shared: Pick<Shared, "memory" | "events">, call: FittedCall) {
    this.#shared = shared;
    this.#call = call;
  }

  /** What bodies are made of. */
  get input(): BodyInput {
    return inputOf(this.#call);
  }

  /** The body as it goes to a target. */
  bodyFor(target: ResolvedTarget): JsonObject {
    const { body, changes } = fittedFor(this.#call, target, this.#shared.memory);
    if (changes.length > 0 || this.#changes !== undefined) (this.#changes ??= new Map()).set(target, changes);
    return body;
  }

  /** What was changed in the body that a target was sent last; undefined when nothing was. */
  changesAt(target: ResolvedTarget): readonly FitChange[] | undefined {
    const changes = this.#changes?.get(target);
    return changes === undefined || changes.length === 0 ? undefined : changes;
  }

  /** Whether a target has refused something in this call, so that the body it was sent first is not for it any more. */
  hasLearnt(target: ResolvedTarget): boolean {
    return this.#learnt?.has(target) === true;
  }

  /**
   * Learns from a refusal that names parameters. True when the target is worth another try at once, without them or with them
   * under another name; false when it named none, or one that the call can not do without.
   */
  learn(target: ResolvedTarget, { status, text }: { readonly status: number; readonly text: string }): boolean {
    if (!mayTouch(this.#call, target)) return false;
    const unsupported = unsupportedIn(status, text);
    const rules = unsupported?.params.map((param) => this.#ruleFor(target, param, unsupported.isValue)) ?? [];
    const found = rules.filter((rule) => rule !== undefined);
    if (found.length === 0 || found.length < rules.length) return false;
    for (const rule of found) this.#remember(target, rule);
    return true;
  }

  #ruleFor(target: ResolvedTarget, param: string, isValue: boolean): ParamRule | undefined {
    const given = bodyFor(this.input, target)[param];
    if (given === undefined || !this.#mayLearn(target, param)) return undefined;
    const why = "the target has refused it";
    if (isValue) return essentialParams.has(param) ? undefined : { param, value: JSON.stringify(given), why };
    const as = otherNames.get(param);
    if (as !== undefined) return { param, as, why };
    return essentialParams.has(param) ? undefined : { param, why };
  }

  #mayLearn(target: ResolvedTarget, param: string): boolean {
    const learnt = this.#learnt?.get(target);
    return learnt === undefined || (!learnt.has(param) && learnt.size < mostLearntInACall);
  }

  #remember(target: ResolvedTarget, rule: ParamRule): void {
    const { config, request } = this.#call;
    this.#learnt ??= new Map();
    this.#learnt.set(target, (this.#learnt.get(target) ?? new Set()).add(rule.param));
    const until = this.#shared.memory.learnt.learn(target, config.clients.get(target.client), rule);
    const { param, as } = rule;
    this.#shared.events.emit("parameter:learnt", { requestId: request.requestId, target: target.id, param, as, until });
  }
}

/** The body for a target, and what is changed in it. */
function fittedFor(call: FittedCall, target: ResolvedTarget, { learnt }: Pick<Memory, "learnt">): Fitted {
  const body = bodyFor(inputOf(call), target);
  if (!mayTouch(call, target) || target.fit === false) return { body, changes: noChanges };
  const client = call.config.clients.get(target.client);
  return fit(body, call.request.endpoint, { rules: target.fit, learnt: learnt.of(target, client) });
}

/** What would be changed in a request for each of its targets, by their ids. */
export function fitsOf(
  { memory }: Pick<Shared, "memory">,
  call: FittedCall,
  targets: readonly ResolvedTarget[],
): ReadonlyMap<string, readonly FitChange[]> {
  return new Map(targets.map((target) => [target.id, fittedFor(call, target, memory).changes]));
}

function inputOf({ request, config, guarded }: FittedCall): BodyInput {
  const { endpoint, body, stream } = request;
  return { endpoint, body, stream, wantsUsage: config.streamUsage && guarded };
}

function mayTouch({ named, guarded }: FittedCall, { id, fit: rules }: ResolvedTarget): boolean {
  return guarded && rules !== false && id !== named;
}
