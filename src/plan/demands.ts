import type { AllowedRegions, LeftOut, LeftOutReason, RoutingRequest, TargetView } from "../glossary.ts";
import { maxOutputTokens } from "./max-output-tokens.ts";

/** What a request demands of a target whatever the target's state; worked out only when a target declares a limit. */
export class Demands {
  readonly #request: RoutingRequest;
  readonly #promptTokens: () => number;
  #tokens: number | undefined;

  constructor(request: RoutingRequest, promptTokens: () => number) {
    this.#request = request;
    this.#promptTokens = promptTokens;
  }

  /** Why a target can never serve the request, or `undefined` when it can. */
  unmetBy(target: TargetView): LeftOut | undefined {
    return this.#regionUnmet(target) ?? this.#capabilityUnmet(target) ?? this.#windowExceeded(target);
  }

  #regionUnmet(target: TargetView): LeftOut | undefined {
    const { allowedRegions } = this.#request;
    if (allowedRegions === undefined || allowedRegions.has(target.region)) return undefined;
    const where = target.region === undefined ? "has no region" : `runs in ${target.region}`;
    return leftOut(target, "region", `${where}, and the call ${wordsOf(allowedRegions)}`);
  }

  #capabilityUnmet(target: TargetView): LeftOut | undefined {
    const { capabilities } = target;
    if (capabilities === undefined) return undefined;
    const missing = [...this.#request.needs].filter((need) => !capabilities.has(need));
    if (missing.length === 0) return undefined;
    return leftOut(target, "capability", `lacks what the request needs: ${missing.join(", ")}`);
  }

  #windowExceeded(target: TargetView): LeftOut | undefined {
    const { contextWindow } = target;
    if (contextWindow === undefined) return undefined;
    this.#tokens ??= this.#promptTokens() + (maxOutputTokens(this.#request.body) ?? 0);
    if (this.#tokens <= contextWindow) return undefined;
    const needed = Math.ceil(this.#tokens);
    return leftOut(target, "context_window", `takes ${contextWindow} tokens, and the call needs about ${needed}`);
  }
}

function wordsOf({ names }: AllowedRegions): string {
  return names.length === 0 ? "may go nowhere" : `must stay in ${names.join(" or ")}`;
}

function leftOut(target: TargetView, reason: LeftOutReason, detail: string): LeftOut {
  return { target: target.id, reason, detail };
}
