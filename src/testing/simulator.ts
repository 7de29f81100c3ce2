import { planAnswer } from "./answer.ts";
import type { AnswerPlan } from "./answer-plan.ts";
import { gate, type Gate } from "./gate.ts";
import type { ModelBehaviour, SimulatorOptions } from "./provider-options.ts";
import { receive, type RawRequest, type ReceivedRequest } from "./received-request.ts";
import { seededRandom } from "./seeded-random.ts";
import { answerOf, checkStep, type Step } from "./step.ts";

/** Decides how each request is answered. Knows no transport. */
export class Simulator {
  readonly requests: ReceivedRequest[] = [];
  readonly #options: SimulatorOptions;
  readonly #faults = new Map<string | undefined, Step>();
  readonly #models = new Map<string, ModelBehaviour>();
  readonly #modelScripts = new Map<string, Step[]>();
  #script: Step[] = [];
  #refusal: Gate = () => undefined;
  #random = Math.random;
  #received = 0;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.reset();
  }

  /** Back to how it was made: options as given, no request received, no fault. */
  reset(): void {
    this.requests.length = 0;
    this.#faults.clear();
    this.#models.clear();
    this.#modelScripts.clear();
    this.#script = [...(this.#options.script ?? [])];
    this.#refusal = gate(this.#options);
    this.#random = seededRandom(this.#options.seed ?? 1);
    for (const [model, behaviour] of Object.entries(this.#options.models ?? {})) this.setModel(model, behaviour);
  }

  setModel(model: string, behaviour: ModelBehaviour): void {
    for (const step of behaviour.script ?? []) checkStep(step);
    this.#models.set(model, behaviour);
    this.#modelScripts.set(model, [...(behaviour.script ?? [])]);
  }

  enqueue(steps: readonly Step[]): void {
    for (const step of steps) checkStep(step);
    this.#script.push(...steps);
  }

  fail(model: string | undefined, fault: Step): void {
    checkStep(fault);
    this.#faults.set(model, fault);
  }

  heal(model: string | undefined): void {
    if (model === undefined) this.#faults.clear();
    else this.#faults.delete(model);
  }

  /** Takes a request in. */
  receive(raw: RawRequest): ReceivedRequest {
    this.#received += 1;
    const request = receive(raw, this.#received);
    this.requests.push(request);
    return request;
  }

  /** Decides how it is answered. */
  answer(request: ReceivedRequest): AnswerPlan {
    const behaviour = this.#models.get(request.model);
    const normally = { delayMs: behaviour?.latencyMs ?? this.#options.latencyMs, ...behaviour };
    const step = this.#fault(request) ?? this.#refusal(request) ?? this.#nextStep(request);
    const context = { models: [...this.#models.keys()], random: this.#random };
    return planAnswer(request, { ...normally, ...answerOf(step, request) }, context);
  }

  // A provider that is down is down for every key and every URL.
  #fault({ model }: ReceivedRequest): Step | undefined {
    return this.#faults.get(model) ?? this.#faults.get(undefined);
  }

  #nextStep({ model, endpoint }: ReceivedRequest): Step {
    if (endpoint === "models") return 200;
    return this.#modelScripts.get(model)?.shift() ?? this.#script.shift() ?? 200;
  }
}
