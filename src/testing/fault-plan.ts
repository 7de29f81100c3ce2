import { wildcard } from "../lib/wildcard.ts";
import { faultList, type FaultName } from "./fault-list.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { seededRandom } from "./seeded-random.ts";
import { checkStep, type Step } from "./step.ts";

/** Which requests a fault is for. What is left out lets every request through; all that is given must fit. */
export interface FaultCondition {
  /** Host, with its port if it has one; `*` stands for anything: `*.openai.azure.com`. */
  host?: string | undefined;
  /** Model id of the body, or Azure's deployment; `*` stands for anything: `Pro/*`. */
  model?: string | undefined;
  /** Path of the URL; `*` stands for anything. Of a pattern without `*`, its end: `/chat/completions`. */
  path?: string | undefined;
  /** Only streams, or only what is none. */
  stream?: boolean | undefined;
  /** Share of these requests that fail, 0–1, drawn by the seed of the plan. @defaultValue 1 */
  share?: number | undefined;
  /** So many of these requests are let through first. @defaultValue 0 */
  after?: number | undefined;
  /** So many fail; then the fault is over. @defaultValue Infinity */
  times?: number | undefined;
}

/** A fault, and the requests it is for. */
export interface FaultRule {
  /** @defaultValue all requests */
  when?: FaultCondition | undefined;
  /**
   * The name of a fault, or anything a provider's script may have: `faults.rateLimited({ retryAfterS: 2 })`, `503`, an
   * `Answer`, a function of the request. By the name of one that shows in streams only, the rule is for streams.
   */
  fault: Step;
}

/** What fails. */
export interface FaultPlan {
  /** Where all chance comes from: the same seed and order of requests give the same faults. @defaultValue 1 */
  seed?: number | undefined;
  /** The first rule that fits a request, and whose share it falls in, decides. */
  rules: readonly FaultRule[];
  /** Called at each fault. */
  onFault?: ((injected: InjectedFault) => void) | undefined;
}

/** A fault that was made. Shows nothing that a request carries but where it went and for which model. */
export interface InjectedFault {
  /** Counts all requests, those that were let through too, from 1. */
  readonly number: number;
  /** Name of the fault; `custom` for one that has none. */
  readonly fault: FaultName | "custom" | `${number}`;
  /** Place of the rule in the plan, from 0; of a sequence, of the step. */
  readonly rule: number;
  /** Host of the request. */
  readonly host: string;
  /** Path of the request, without the query. */
  readonly path: string;
  /** Empty when the request names none. */
  readonly model: string;
  /** Whether the provider was called: by faults of a stream that has begun, which need one. */
  readonly sent: boolean;
}

/** Which fault a request meets, if any. */
export interface Chosen {
  readonly rule: number;
  readonly fault: Step;
}

type Choose = (request: ReceivedRequest, host: string) => Chosen | undefined;
type Test = (request: ReceivedRequest, host: string) => boolean;

/**
 * Reads a plan, or a sequence of steps for the first requests.
 * @throws RangeError for a fault that is not known, or numbers that can not be
 */
export function chooserOf(plan: FaultPlan | readonly Step[]): Choose {
  return "rules" in plan ? byRules(plan) : inTurn(plan);
}

function inTurn(steps: readonly Step[]): Choose {
  for (const step of steps) checkStep(step);
  let next = 0;
  return () => {
    const rule = next;
    next += 1;
    const fault = steps[rule];
    return fault === undefined ? undefined : { rule, fault };
  };
}

function byRules({ seed = 1, rules }: FaultPlan): Choose {
  const strikes = rules.map(({ when = {}, fault }, index) => {
    checkStep(fault);
    checkCondition(when, index);
    const { stream = isOfStreams(fault) ? true : undefined } = when;
    // A generator for each: a rule that is added does not move the chance of the others.
    return strikeOf({ ...when, stream }, seededRandom(seed + index));
  });
  return (request, host) => {
    const rule = strikes.findIndex((strikesAt) => strikesAt(request, host));
    const found = rules[rule];
    return found === undefined ? undefined : { rule, fault: found.fault };
  };
}

function isOfStreams(fault: Step): boolean {
  return typeof fault === "string" && faultList[fault].streamsOnly;
}

function strikeOf(when: FaultCondition, random: () => number): Test {
  const { share = 1, after = 0, times = Number.POSITIVE_INFINITY } = when;
  const fits = fitOf(when);
  let seen = 0;
  let struck = 0;
  return (request, host) => {
    if (!fits(request, host)) return false;
    seen += 1;
    // Drawn for every request that fits: what the rule let through before does not move its chance either.
    const drawn = random() < share;
    if (seen <= after || struck >= times || !drawn) return false;
    struck += 1;
    return true;
  };
}

function fitOf({ host = "*", model = "*", path = "*", stream }: FaultCondition): Test {
  const [isHost, isModel, isPath] = [wildcard(host), wildcard(model), wildcard(path.includes("*") ? path : `*${path}`)];
  return (request, at) =>
    isHost(at) && isModel(request.model) && isPath(request.path) && (stream === undefined || stream === request.stream);
}

function checkCondition({ share = 1, after = 0, times = 1 }: FaultCondition, index: number): void {
  if (!(share >= 0 && share <= 1))
    throw new RangeError(`rules[${index}].when.share must be from 0 to 1, not ${share}.`);
  if (!(after >= 0)) throw new RangeError(`rules[${index}].when.after must be at least 0, not ${after}.`);
  if (!(times >= 0)) throw new RangeError(`rules[${index}].when.times must be at least 0, not ${times}.`);
}
