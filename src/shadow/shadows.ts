import type { Shared } from "../call.ts";
import type { ResolvedShadow } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { RoutingRequest } from "../glossary.ts";
import { isChecked } from "../openai/checked-answer.ts";
import { LazyRoutingRequest } from "../openai/request.ts";
import { sideEffectOf } from "../openai/side-effects.ts";
import { ShadowRun } from "./shadow-run.ts";

/** A call that was drawn, until it has ended. */
interface Drawn {
  readonly request: RoutingRequest;
  /** The body as it was when the call was sent: the caller may write on it once he has his answer. */
  body: string | undefined;
  /** The answer that was given, as JSON. */
  answer: string | undefined;
}

// A call that never ends must not be kept for ever.
const maxDrawn = 1_000;

/**
 * Sends a share of the calls to another target too. It only listens: nothing of it is in the way of a call, and while it is
 * off there is nobody who listens.
 */
export class Shadows {
  readonly #shared: Shared;
  readonly #drawn = new Map<string, Drawn>();
  #run: ShadowRun | undefined;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** What came of the shadows since they were last configured otherwise; undefined while they are off. */
  get run(): ShadowRun | undefined {
    return this.#run;
  }

  /** Goes over to other settings. */
  adopt(shadow: ResolvedShadow | undefined): void {
    if (isSame(shadow, this.#run?.shadow)) return;
    this.close();
    this.#run = undefined;
    if (shadow === undefined) return;
    this.#run = new ShadowRun(this.#shared, shadow);
    const { events } = this.#shared;
    events.on("request:start", this.#onStart);
    events.on("attempt:start", this.#onSent);
    if (shadow.compare !== undefined) events.on("attempt:end", this.#onAnswer);
    events.on("request:end", this.#onEnd);
  }

  /** Gives up the shadows in flight, and sends no more. */
  close(): void {
    const { events } = this.#shared;
    events.off("request:start", this.#onStart);
    events.off("attempt:start", this.#onSent);
    events.off("attempt:end", this.#onAnswer);
    events.off("request:end", this.#onEnd);
    this.#run?.close();
    this.#drawn.clear();
  }

  readonly #onStart = ({ requestId, request }: RouterEvents["request:start"]): void => {
    const run = this.#run;
    if (run === undefined || !isChecked(request.endpoint) || Math.random() >= run.shadow.share) return;
    const params = run.target?.params;
    const effect = sideEffectOf(request.endpoint, params === undefined ? request.body : { ...params, ...request.body });
    if (effect !== undefined) return run.results.skip("side_effects");
    this.#drawn.set(requestId, { request, body: undefined, answer: undefined });
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > maxDrawn && oldest !== undefined) this.#drawn.delete(oldest);
  };

  // While the provider works on it: a long body takes a millisecond, which no call is to wait for.
  readonly #onSent = ({ requestId }: RouterEvents["attempt:start"]): void => {
    const drawn = this.#drawn.get(requestId);
    if (drawn?.body === undefined && drawn !== undefined) setImmediate(() => copied(drawn));
  };

  readonly #onAnswer = ({ requestId, attempt, answer }: RouterEvents["attempt:end"]): void => {
    const drawn = this.#drawn.get(requestId);
    const body = drawn === undefined || attempt.failure !== undefined ? undefined : answer?.body();
    if (drawn !== undefined && body !== undefined) drawn.answer = JSON.stringify(body);
  };

  readonly #onEnd = ({ requestId, record }: RouterEvents["request:end"]): void => {
    const drawn = this.#drawn.get(requestId);
    if (drawn === undefined) return;
    this.#drawn.delete(requestId);
    const run = this.#run;
    const isFor = run?.shadow.tier === undefined || run.shadow.tier === record.tier;
    if (run === undefined || record.outcome !== "answered" || !isFor) return;
    const body = copied(drawn);
    if (body === "") return;
    const answer = record.mended === undefined ? drawn.answer : undefined;
    // The caller is given his answer first.
    setImmediate(() => run.start({ record, answer, request: shadowOf(drawn.request, body) }));
  };
}

/** Empty for what can not be written as JSON; then its client could not send it either. */
function copied(drawn: Drawn): string {
  try {
    return (drawn.body ??= JSON.stringify(drawn.request.body));
  } catch {
    return (drawn.body = "");
  }
}

/** The same request, to be answered in one piece. */
function shadowOf(given: RoutingRequest, body: string): RoutingRequest {
  const { stream: _, stream_options: __, ...rest } = JSON.parse(body) as Record<string, unknown>;
  const { requestId, endpoint, hints, allowedRegions } = given;
  return new LazyRoutingRequest({ requestId, endpoint, body: rest, hints, stream: false, allowedRegions });
}

function isSame(one: ResolvedShadow | undefined, other: ResolvedShadow | undefined): boolean {
  return one?.compare === other?.compare && JSON.stringify(one) === JSON.stringify(other);
}
