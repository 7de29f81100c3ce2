import type OpenAI from "openai";
import type { StreamMark } from "../broken-streams.ts";
import type { FailureKind, RouteRecord } from "../glossary.ts";
import type { RouterView } from "../view.ts";
import { faultList, type FaultName } from "./fault-list.ts";
import { clocksOf, factorFor, shortened, type ShortClocks, type TargetClocks } from "./outage-clocks.ts";
import { RehearsalUpstream, type SentRequest } from "./rehearsal-upstream.ts";
import { copyOf, type Rehearsed } from "./rehearsed-router.ts";
import { demandOf, type OutageScope } from "./resilience-wall.ts";
import type { Answer, Step } from "./step.ts";

/** One call in one outage. */
export interface Scenario {
  readonly tier: string;
  /** What that is: one target may be all that a client serves. */
  readonly scopes: readonly OutageScope[];
  /** What is out, in words. */
  readonly what: string;
  /** Ids of the targets that are out. */
  readonly out: ReadonlySet<string>;
  readonly fault: FaultName;
  readonly stream: boolean;
}

/** What came of it. */
export interface Outcome {
  /**
   * The text that the caller got; of a stream that broke, what came before. Of one that another target went on with, a piece for
   * each: what a target that began anew has made void is left out.
   */
  readonly pieces: readonly string[];
  /** How a stream that broke was mended, if it was. */
  readonly mended: StreamMark["mended"] | undefined;
  readonly error: (Error & { readonly code?: unknown; readonly status?: unknown }) | undefined;
  /** What happened, where the call was planned. */
  readonly record: RouteRecord | undefined;
  readonly requests: readonly SentRequest[];
  /** How long the clocks of the real router would have run, in ms; `Infinity` when there is none that would end the wait. */
  readonly waitMs: number;
}

// Short enough for a whole wall, long enough for a machine that has other work.
const shortestMs = 100;
const longestMs = 600;
// Nothing has to pass but what the machine takes.
const untimedMs = 60_000;

/** How often a call is made whose outcome may be that of a busy machine. */
export const maxLooks = 3;

/**
 * Makes a call in an outage, with short clocks where clocks decide.
 * @param look - 1 for the first time: the clocks are longer each time
 */
export function rehearse(rehearsed: Rehearsed, scenario: Scenario, look: number): Promise<Outcome> {
  const { timed } = demandOf(scenario.fault, scenario.stream);
  return call(rehearsed, scenario, timed ? 4 ** (look - 1) : undefined);
}

/** Whether longer clocks may show something else: a target failed that was not out, or before it could. */
export function isDoubtful(
  { error, record, waitMs }: Outcome,
  { out, fault, stream }: Scenario,
  look: number,
): boolean {
  const { timed, interrupts } = demandOf(fault, stream);
  // What never ended is looked at once more only, as that takes long.
  if (!timed || look === maxLooks || (look > 1 && waitMs === Infinity)) return false;
  if (waitMs === Infinity || (error !== undefined && faultList[fault].failure === undefined)) return true;
  return (
    record?.attempts.some(({ target, failure }) => isOdd(failure, { isOut: out.has(target), interrupts })) === true
  );
}

// A target whose stream breaks after its first words has given them.
function isOdd(
  failure: FailureKind | undefined,
  { isOut, interrupts }: { isOut: boolean; interrupts: boolean },
): boolean {
  return failure !== undefined && (!isOut || (interrupts && failure === "timeout"));
}

interface Clocked {
  readonly factor: number;
  readonly clocks: ReadonlyMap<string, ShortClocks>;
  readonly deadlineMs: number;
  /** When a call goes on longer, there is no clock that ends it. */
  readonly endlessMs: number;
}

async function call(rehearsed: Rehearsed, scenario: Scenario, patience: number | undefined): Promise<Outcome> {
  const clocked = patience === undefined ? undefined : clockedIn(rehearsed, scenario.tier, patience);
  const step = stepOf(scenario.fault, clocked?.factor ?? 1);
  const upstream = new RehearsalUpstream(new Map([...scenario.out].map((id) => [id, step])));
  const router = copyOf(rehearsed, upstream, clocked?.clocks);
  const endlessMs = clocked === undefined ? untimedMs : clocked.endlessMs;
  const signal = AbortSignal.timeout(endlessMs);
  try {
    const answered = await answerOf(router.with(rehearsed.hints), scenario, signal);
    const waitMs = signal.aborted ? Infinity : waitOf(answered.record, clocked);
    return { ...answered, requests: upstream.requests, waitMs };
  } finally {
    await router.close();
  }
}

function clockedIn({ config }: Rehearsed, tier: string, patience: number): Clocked {
  const resolved = config.tiers.get(tier);
  const clocks = new Map<string, TargetClocks>();
  for (const target of resolved?.targets ?? []) {
    const resilience = resolved?.resilience.get(target.id) ?? target.resilience;
    clocks.set(target.id, clocksOf(resilience, config.clients.get(target.client)?.timeout ?? Infinity));
  }
  const all = [...clocks.values()];
  const factor = factorFor(all, shortestMs * patience);
  const short = [...clocks].map(([id, given]) => [id, shortened(given, factor, longestMs * patience)] as const);
  const endlessMs = longestMs * patience * (all.length + 1);
  return { factor, clocks: new Map(short), deadlineMs: all[0]?.deadlineMs ?? Infinity, endlessMs };
}

// One token a second is as slow, by the clocks, as it is in life.
function stepOf(fault: FaultName, factor: number): Step {
  if (fault !== "trickle") return fault;
  const { answer } = faultList.trickle;
  return { ...(answer as Answer), chunkDelayMs: 1_000 * factor };
}

function waitOf(record: RouteRecord | undefined, clocked: Clocked | undefined): number {
  if (record === undefined || clocked === undefined) return 0;
  let waited = 0;
  let targets = clocked.clocks.size;
  for (const { target, detail } of record.attempts) {
    waited += clocked.clocks.get(target)?.realMs(detail, { deadlineMs: clocked.deadlineMs - waited, targets }) ?? 0;
    targets -= 1;
  }
  return waited;
}

type Answered = Pick<Outcome, "pieces" | "mended" | "error" | "record">;

async function answerOf(router: RouterView, { tier, stream }: Scenario, signal: AbortSignal): Promise<Answered> {
  const body = { model: tier, messages: [{ role: "user" as const, content: "What is the capital of France?" }] };
  const heard = new Heard();
  let given: object | undefined;
  try {
    if (stream) {
      const chunks = await router.chat.completions.create({ ...body, stream }, { signal });
      given = chunks;
      for await (const chunk of chunks) heard.hear(chunk);
    } else {
      const completion: OpenAI.ChatCompletion = await router.chat.completions.create(body, { signal });
      given = completion;
      heard.pieces = [completion.choices[0]?.message.content ?? ""];
    }
  } catch (error) {
    const record = recordOf(router, given ?? (error as object));
    return { pieces: heard.pieces, mended: heard.mended, error: error as Error, record };
  }
  return { pieces: heard.pieces, mended: heard.mended, error: undefined, record: recordOf(router, given) };
}

/** What a caller makes of a stream who heeds its marks. */
class Heard {
  pieces: string[] = [""];
  mended: StreamMark["mended"] | undefined;

  hear(chunk: OpenAI.ChatCompletionChunk & { readonly router?: StreamMark }): void {
    this.mended = chunk.router?.mended ?? this.mended;
    if (chunk.router?.mended === "restart") this.pieces = [""];
    if (chunk.router?.mended === "continue") this.pieces.push("");
    this.pieces.push(`${this.pieces.pop() ?? ""}${chunk.choices[0]?.delta.content ?? ""}`);
  }
}

function recordOf(router: RouterView, given: object): RouteRecord | undefined {
  try {
    return router.recordOf(given);
  } catch {
    return undefined;
  }
}
