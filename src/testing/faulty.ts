import type { Fetch } from "../openai/transport.ts";
import { altered } from "./altered-answer.ts";
import { planAnswer } from "./answer.ts";
import { sleepOrLeave } from "./answer-body.ts";
import { fetchAnswer } from "./fetch-answer.ts";
import { chooserOf, type FaultPlan, type InjectedFault } from "./fault-plan.ts";
import { receive, type RawRequest } from "./received-request.ts";
import { drawMs, seededRandom } from "./seeded-random.ts";
import { answerOf, type Answer, type Step } from "./step.ts";

/** A `fetch` some of whose requests fail. */
export interface FaultyFetch extends Fetch {
  /** The latest 1,000 faults that were made, in order. */
  readonly log: readonly InjectedFault[];
}

const maxLogged = 1_000;

/**
 * Wraps a `fetch` so that a share of the requests fails as planned, for staging: give it to your client. A fault that takes
 * the place of an answer sends nothing; one in the middle of an answer (`cutStream`, `stallStream`, `garbageEvent`…) sends the
 * request and changes what comes. Everything else goes through untouched.
 *
 * @example
 * ```ts
 * const staging = faulty(fetch, { seed: 7, rules: [{ when: { model: "gpt-4o", share: 0.1 }, fault: "rateLimited" }] });
 * const client = new OpenAI({ fetch: staging });
 * ```
 * @param plan - rules; or a sequence, one step for each of the first requests, in which 200 lets one through
 * @throws RangeError for a fault that is not known, or numbers that can not be
 */
export function faulty(fetch: Fetch, plan: FaultPlan | readonly Step[]): FaultyFetch {
  const choose = chooserOf(plan);
  const { seed = 1, onFault } = "rules" in plan ? plan : {};
  const log: InjectedFault[] = [];
  let received = 0;
  const note = (injected: InjectedFault): void => {
    log.push(injected);
    if (log.length > maxLogged) log.shift();
    onFault?.(injected);
  };
  const failing: Fetch = async (url, init) => {
    const number = (received += 1);
    const raw = await rawRequest(url, init);
    const request = receive(raw, number);
    const chosen = choose(request, raw.url.host);
    const answer = chosen === undefined ? {} : answerOf(chosen.fault, request);
    if (chosen === undefined || isGood(answer)) return fetch(url, init);
    const { path, model, endpoint } = request;
    const sent = needsAnswer(answer);
    note({ number, fault: nameOf(chosen.fault), rule: chosen.rule, host: raw.url.host, path, model, sent });
    const random = seededRandom(seed + number);
    const signal = init?.signal ?? (url instanceof Request ? url.signal : undefined);
    if (!sent) return fetchAnswer(planAnswer(request, answer, { models: [], random }), signal);
    await sleepOrLeave(drawMs(answer.delayMs, random), signal ?? new AbortController().signal);
    // An aborted signal is for the real one to obey.
    return altered(await fetch(url, init), { answer, endpoint, random, signal });
  };
  return Object.assign(failing, { log });
}

async function rawRequest(given: string | URL | Request, init: RequestInit | undefined): Promise<RawRequest> {
  const { url, method, headers } = headOf(given);
  return {
    method: init?.method ?? method,
    url: new URL(url),
    headers: Object.fromEntries(new Headers(init?.headers ?? headers)),
    rawBody: await textOf(init?.body ?? (given instanceof Request ? given : "")),
  };
}

function headOf(given: string | URL | Request): { url: string; method: string; headers?: Headers } {
  if (given instanceof Request) return { url: given.url, method: given.method, headers: given.headers };
  return { url: typeof given === "string" ? given : given.href, method: "GET" };
}

// A body that can be read but once is left for the provider: such a request names no model.
async function textOf(body: unknown): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return new TextDecoder().decode(body);
  if (body instanceof Request) return body.clone().text();
  return body instanceof Blob ? body.text() : "";
}

function isGood({ status = 200, ...others }: Answer): boolean {
  return status === 200 && Object.keys(others).length === 0;
}

/** Whether the real answer is what is changed: nothing stands in its place, and something of it is to come through. */
function needsAnswer({ status = 200, breaks, ...answer }: Answer): boolean {
  const told = [answer.body, answer.reply, answer.reasoning, answer.toolCalls, answer.finishReason, answer.usage];
  if (status !== 200 || told.some((part) => part !== undefined)) return false;
  return breaks === undefined || breaks.after === "half" || (typeof breaks.after === "number" && breaks.after > 0);
}

function nameOf(fault: Step): InjectedFault["fault"] {
  if (typeof fault === "number") return `${fault}`;
  return typeof fault === "string" ? fault : "custom";
}
