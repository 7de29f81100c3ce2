import type { ResolvedTarget } from "../config/resolved.ts";
import type { Fetch } from "../openai/transport.ts";
import { planAnswer } from "../testing/answer.ts";
import { fetchAnswer } from "../testing/fetch-answer.ts";
import { receive, type ReceivedRequest } from "../testing/received-request.ts";
import { answerOf, type Answer } from "../testing/step.ts";
import { simulatedOutageDefaults, speedDefaults, tailFactor } from "./defaults.ts";
import type { SimulatedOutage, TargetSpeed } from "./options.ts";
import { msOf } from "./schema.ts";

/** What providers answer, and when. */
export interface ProviderInput {
  readonly targets: readonly ResolvedTarget[];
  readonly outages: readonly SimulatedOutage[];
  readonly speeds: Readonly<Record<string, TargetSpeed>>;
  /** Since the start, in ms. */
  elapsedMs(): number;
  random(): number;
}

/** All providers of a scenario, in memory: each request is answered as its target is at that moment. */
export class SimulatedProvider {
  readonly #input: ProviderInput;
  readonly #outages: readonly Span[];
  #received = 0;

  constructor(input: ProviderInput) {
    this.#input = input;
    this.#outages = input.outages.map(spanOf);
  }

  /** The transport of a client. */
  fetchOf(client: string): Fetch {
    return async (given, init = {}) => {
      this.#received += 1;
      const url = new URL(given instanceof Request ? given.url : given);
      const raw = { method: "POST", url, headers: {}, rawBody: typeof init.body === "string" ? init.body : "" };
      const request = receive(raw, this.#received);
      const target = this.#targetOf(client, request);
      const answer = this.#answer(request, target);
      return fetchAnswer(
        planAnswer(request, answer, { models: [], random: this.#input.random }),
        init.signal ?? undefined,
      );
    };
  }

  #targetOf(client: string, { model }: ReceivedRequest): ResolvedTarget | undefined {
    return this.#input.targets.find((target) => target.client === client && target.model === model);
  }

  #answer(request: ReceivedRequest, target: ResolvedTarget | undefined): Answer {
    const outage = this.#outageAt(target);
    const slower = outage?.kind === "slow" ? (outage.factor ?? simulatedOutageDefaults.factor) : 1;
    const good = this.#good(request, target, slower);
    if (outage === undefined || outage.kind === "slow") return good;
    const fault = answerOf(outage.kind === "down" ? "refused" : outage.kind, request);
    const after = msOf(outage.retryAfter);
    const backAt = after === undefined ? {} : { "retry-after-ms": String(after) };
    return { ...good, delayMs: good.ttftMs, ...fault, headers: { ...fault.headers, ...backAt } };
  }

  #outageAt(target: ResolvedTarget | undefined): SimulatedOutage | undefined {
    const now = this.#input.elapsedMs();
    return this.#outages.find(({ fromMs, untilMs, outage }) => {
      if (now < fromMs || now >= untilMs || !isAt(outage, target)) return false;
      const { share = simulatedOutageDefaults.share } = outage;
      return share === 1 || this.#input.random() < share;
    })?.outage;
  }

  // An answer in one piece comes when a stream of it would have ended.
  #good(request: ReceivedRequest, target: ResolvedTarget | undefined, slower: number): Answer {
    const speed = this.#input.speeds[target?.id ?? ""] ?? this.#input.speeds["*"] ?? {};
    const { tokensPerSecond = speedDefaults.tokensPerSecond } = speed;
    const tokens = Number(request.body["completion_tokens"]);
    const prompt = Number(request.body["prompt_tokens"]);
    const ttftMs = slower * this.#drawTtft(speed);
    const restMs = (slower * tokens * 1000) / tokensPerSecond;
    const pace: Answer = request.stream
      ? { delayMs: ttftMs / 2, ttftMs, chunks, chunkDelayMs: restMs / (chunks - 1) }
      : { delayMs: ttftMs + restMs, ttftMs };
    return {
      ...pace,
      reply,
      usage: { prompt_tokens: prompt, completion_tokens: tokens, total_tokens: prompt + tokens },
    };
  }

  #drawTtft({ ttftP50Ms = speedDefaults.ttftP50Ms, ttftP99Ms = ttftP50Ms * tailFactor }: TargetSpeed): number {
    const sigma = Math.log(ttftP99Ms / ttftP50Ms) / z99;
    return ttftP50Ms * Math.exp(sigma * normal(this.#input.random));
  }
}

const chunks = 3;
const reply = "An answer that was simulated.";
/** 99 % of a standard normal distribution lie below. */
const z99 = 2.326_347_874;

/** A number of the standard normal distribution (Box–Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

interface Span {
  readonly outage: SimulatedOutage;
  readonly fromMs: number;
  readonly untilMs: number;
}

function spanOf(outage: SimulatedOutage): Span {
  const fromMs = msOf(outage.from) ?? 0;
  return { outage, fromMs, untilMs: fromMs + (msOf(outage.for) ?? 0) };
}

function isAt({ target: id, client, region }: SimulatedOutage, target: ResolvedTarget | undefined): boolean {
  if (id !== undefined && id !== target?.id) return false;
  if (client !== undefined && client !== target?.client) return false;
  return region === undefined || region === target?.region;
}
