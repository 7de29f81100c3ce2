import type { Behaviour, Duration } from "./behaviour.ts";
import { checkStep, type Step } from "./step.ts";

/** How one model of the provider simulator behaves. */
export interface ModelBehaviour extends Behaviour {
  /** From the request to the headers, in ms. @defaultValue the simulator's `latencyMs` */
  latencyMs?: Duration | undefined;
  /** How the first requests for this model are answered; they take no step of the simulator's own script. @defaultValue none */
  script?: readonly Step[] | undefined;
}

/** What a key may be used for. Patterns are model ids in which `*` stands for anything. */
export interface KeyRule {
  /** Only these models. @defaultValue "*" */
  allows?: string | undefined;
  /** Not these models. @defaultValue none */
  refuses?: string | undefined;
}

/** How the provider simulator behaves, whatever the transport. */
export interface SimulatorOptions {
  /** How the first requests are answered, one step each in the order they come in; then all are answered normally. @defaultValue none */
  script?: readonly Step[] | undefined;
  /** Model id → its behaviour. Models that are not named here are answered too. @defaultValue none */
  models?: Readonly<Record<string, ModelBehaviour>> | undefined;
  /** Keys that are accepted, and what for; other keys get a 401, other models a 403. @defaultValue any key, or none, for any model */
  keys?: readonly string[] | Readonly<Record<string, KeyRule>> | undefined;
  /** Requests each key may send in any 60 s; those beyond it get a 429 with `retry-after`. @defaultValue Infinity */
  requestsPerMinute?: number | undefined;
  /** From a request to the headers of its answer, in ms. @defaultValue 0 */
  latencyMs?: Duration | undefined;
  /** Where all randomness comes from: the same seed and requests give the same answers. @defaultValue 1 */
  seed?: number | undefined;
}

/** Options of a provider simulator that is a server. */
export interface ProviderOptions extends SimulatorOptions {
  /** Port on 127.0.0.1; 0 takes a free one. @defaultValue 0 */
  port?: number | undefined;
}

const optionNames = [
  "script",
  "models",
  "keys",
  "requestsPerMinute",
  "latencyMs",
  "seed",
  "port",
] satisfies (keyof ProviderOptions)[];

/** What `startProvider` was given: options, or a script. */
export function providerOptions(given: readonly [ProviderOptions] | readonly Step[]): ProviderOptions {
  const [first] = given;
  const isOptions = given.length === 1 && typeof first === "object" && optionNames.some((name) => name in first);
  const options = isOptions ? (first as ProviderOptions) : { script: given as readonly Step[] };
  for (const step of options.script ?? []) checkStep(step);
  return options;
}
