import { inspect } from "node:util";
import type { AllowedRegions, Capability, Endpoint, Hints, JsonObject, RoutingRequest } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { needsOf } from "./needs.ts";
import { inputCharsOf, promptOf, turnsOf } from "./prompt.ts";

/** What a {@link LazyRoutingRequest} is made of. */
export interface RequestFacts {
  readonly requestId: string;
  readonly endpoint: Endpoint;
  readonly body: JsonObject;
  readonly hints: Hints;
  readonly stream: boolean;
  readonly allowedRegions?: AllowedRegions | undefined;
  /** @defaultValue false */
  readonly isBatch?: boolean;
}

/** A request as classifiers and strategies read it. What is worked out from the body is worked out once, when first read. */
export class LazyRoutingRequest implements RoutingRequest {
  readonly requestId: string;
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly body: JsonObject;
  readonly hints: Hints;
  readonly stream: boolean;
  readonly allowedRegions: AllowedRegions | undefined;
  readonly isBatch: boolean;
  #prompt: string | undefined;
  #inputChars: number | undefined;
  #turns: number | undefined;
  #needs: ReadonlySet<Capability> | undefined;

  constructor(facts: RequestFacts) {
    this.requestId = facts.requestId;
    this.endpoint = facts.endpoint;
    this.body = facts.body;
    this.hints = facts.hints;
    this.stream = facts.stream;
    this.allowedRegions = facts.allowedRegions;
    this.isBatch = facts.isBatch === true;
    const model = isRecord(facts.body) ? facts.body["model"] : undefined;
    this.model = typeof model === "string" ? model : "";
  }

  // A listener that logs what it is told must not log prompts.
  toJSON(): object {
    const { requestId, endpoint, model, stream, isBatch } = this;
    return { requestId, endpoint, model, stream, isBatch };
  }

  [inspect.custom](): object {
    return this.toJSON();
  }

  get prompt(): string {
    return (this.#prompt ??= promptOf(this.endpoint, this.body));
  }

  get inputChars(): number {
    return (this.#inputChars ??= inputCharsOf(this.endpoint, this.body));
  }

  get turns(): number {
    return (this.#turns ??= turnsOf(this.endpoint, this.body));
  }

  get needs(): ReadonlySet<Capability> {
    return (this.#needs ??= needsOf(this.endpoint, this.body));
  }
}
