import type { VirtualTime } from "../../src/simulation/virtual-time.ts";
import { planAnswer } from "../../src/testing/answer.ts";
import { aborted, bodyOf, sleepOrLeave } from "../../src/testing/answer-body.ts";
import type { AnswerPlan, BodyPiece } from "../../src/testing/answer-plan.ts";
import { connectionError } from "../../src/testing/connection-error.ts";
import { receive, type ReceivedRequest } from "../../src/testing/received-request.ts";
import { answerOf, type Answer } from "../../src/testing/step.ts";
import { countTokens } from "../../src/testing/text.ts";
import { Draw } from "./draw.ts";
import type { Host, Outage, Schedule } from "./schedule.ts";

/** One request as it came to a provider. */
export interface Hit {
  readonly number: number;
  readonly atMs: number;
  /** Of which call it is. */
  readonly call: string;
  readonly host: string;
  readonly key: string;
  readonly model: string;
  /** What a good answer says. */
  readonly reply: string;
  /** What went wrong with it. */
  readonly fault: string | undefined;
  /** Nothing is sent any more: all was, or nobody wants it. */
  over: boolean;
}

const never = new AbortController().signal;

/** The providers of a schedule, in memory: they answer and fail in virtual time, and write down who asked what. */
export class World {
  readonly hits: Hit[] = [];
  readonly #schedule: Schedule;
  readonly #time: VirtualTime;
  readonly #draw: Draw;
  /** Everything is well again, and fast. */
  healthy = false;

  constructor(schedule: Schedule, time: VirtualTime) {
    this.#schedule = schedule;
    this.#time = time;
    this.#draw = new Draw(schedule.seed + 1_000_003);
  }

  readonly fetch = async (given: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(given instanceof Request ? given.url : given);
    const headers = Object.fromEntries(new Headers(init.headers));
    const number = this.hits.length + 1;
    const request = receive({ method: "POST", url, headers, rawBody: init.body as string }, number);
    const outage = this.healthy ? undefined : this.#outageFor(request, url.host);
    const reply = this.#replyTo(request);
    const answer = this.#answer(request, { reply, outage });
    const hit: Hit = {
      number,
      atMs: this.#time.elapsedMs,
      call: String(request.body["user"]),
      host: url.host,
      key: request.key,
      model: request.model,
      reply,
      fault: outage?.kind,
      over: false,
    };
    this.hits.push(hit);
    const plan = planAnswer(request, answer, { models: [], random: this.#draw.next });
    return respond(plan, hit, init.signal ?? never);
  };

  #replyTo({ number, body }: ReceivedRequest): string {
    const begun = begunIn(body["messages"]);
    // It is asked to go on from what another one had said.
    if (begun !== undefined) return this.#repliesTo(begun).slice(begun.length);
    const words = Math.min(Number(body["words"]), Math.floor(Number(body["max_tokens"]) / 4));
    return `#${number}${Array.from({ length: words }, (_, word) => ` ${word}`).join("")}`;
  }

  #repliesTo(begun: string): string {
    const number = Number(/^#(\d+)/.exec(begun)?.[1]);
    return this.hits[number - 1]?.reply ?? `Nobody said ${begun}`;
  }

  #answer(request: ReceivedRequest, { reply, outage }: { reply: string; outage: Outage | undefined }): Answer {
    const { latencyMs, chunkMs } = this.healthy ? healthySpeed : (this.#schedule.speeds[request.model] ?? healthySpeed);
    const factor = outage?.kind === "slow" ? outage.factor : 1;
    const spread = 0.5 + this.#draw.next();
    const good: Answer = {
      reply,
      delayMs: Math.round(latencyMs * factor * spread),
      chunkDelayMs: chunkMs * factor,
      chunks: 1 + Math.floor(this.#draw.next() * 6),
      usage: usageOf(request, reply),
    };
    if (outage === undefined || outage.kind === "slow") return good;
    const fault = answerOf(outage.kind, request);
    const backAt = outage.retryAfterMs === undefined ? {} : { "retry-after-ms": String(outage.retryAfterMs) };
    const refused = (fault.status ?? 200) >= 400;
    return { ...good, ...fault, ...(refused && { headers: { ...fault.headers, ...backAt } }) };
  }

  #outageFor({ key, model }: ReceivedRequest, host: string): Outage | undefined {
    const { client } = this.hostNamed(host) ?? { client: "" };
    return this.#schedule.outages.find(
      (outage) =>
        (outage.at === undefined || [key, model, client].includes(outage.at)) &&
        isOn(outage, this.#time.elapsedMs) &&
        this.#draw.chance(outage.share),
    );
  }

  hostNamed(name: string): Host | undefined {
    return this.#schedule.hosts.find((host) => host.name === name);
  }
}

function begunIn(messages: unknown): string | undefined {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  const { role, content } = (last ?? {}) as { role?: string; content?: string };
  return role === "assistant" ? content : undefined;
}

const healthySpeed = { latencyMs: 1, chunkMs: 0 };

function isOn({ fromMs, untilMs, flapMs }: Outage, nowMs: number): boolean {
  if (nowMs < fromMs || nowMs >= untilMs) return false;
  return flapMs === undefined || Math.floor((nowMs - fromMs) / flapMs) % 2 === 0;
}

function usageOf(request: ReceivedRequest, reply: string): { readonly [part: string]: number } {
  const prompt = countTokens(JSON.stringify(request.body["messages"]));
  const completion = countTokens(reply);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

async function respond(plan: AnswerPlan, hit: Hit, signal: AbortSignal): Promise<Response> {
  const { delayMs, head, pieces, ending } = plan;
  try {
    signal.throwIfAborted();
    await sleepOrLeave(delayMs, signal);
    if (head === undefined && ending === "hang") await aborted(signal);
    signal.throwIfAborted();
    if (head === undefined) throw connectionError("before the headers", plan);
  } catch (error) {
    hit.over = true;
    throw error;
  }
  const end = (): void => {
    hit.over = true;
  };
  const broken = connectionError("in the body", plan);
  const sent = watched(pieces, () => ending !== "hang" && end());
  return new Response(bodyOf({ pieces: sent, ending, broken, signal, cancelled: end }), head);
}

async function* watched(pieces: AnswerPlan["pieces"], ended: () => void): AsyncIterable<BodyPiece> {
  yield* pieces;
  ended();
}
