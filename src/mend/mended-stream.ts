import { AttemptFailure } from "../attempt/failure.ts";
import { ContinuedSource } from "../attempt/continued-source.ts";
import { Interrupt } from "../attempt/interrupt.ts";
import type { Lifeline } from "../attempt/lifeline.ts";
import { PursuitLost } from "../attempt/pursuit-lost.ts";
import type { Winner, Won } from "../attempt/runs.ts";
import { pursue } from "../attempt/pursue.ts";
import type { StreamEnd, StreamSource } from "../attempt/stream-source.ts";
import type { Books } from "../books.ts";
import type { Received, StreamMark } from "../broken-streams.ts";
import type { RoutedJob } from "../job.ts";
import { sentText } from "../openai/continued-body.ts";
import { dataIn } from "../openai/sse.ts";
import { headOf, restartEvent, type Head } from "../openai/stream-mark.ts";
import { sumOf } from "../record/route-record.ts";
import { hasEnded, type ByteResult, type ByteSource, type Ending } from "../respond/stream-body.ts";

/** Who hears how a stream goes. */
export interface StreamEars {
  /** The stream of a target ended. */
  ended(winner: Winner, end: StreamEnd): void;
  /** The call ended. */
  closed(failure: AttemptFailure | undefined): void;
  /** Turns the failure that ends the call into what the caller is to see. */
  explain(broken: Broken): unknown;
}

/** A stream that can not go on. */
export interface Broken {
  /** Id of the target. */
  readonly target: string;
  readonly failure: AttemptFailure;
  readonly received: Received;
  /** The deadline passed while another target was sought. */
  readonly late?: boolean;
}

export interface MendedStreamInput {
  readonly lifeline: Lifeline;
  readonly books: Books;
  readonly ears: StreamEars;
}

/** One target's part of the answer. */
interface Part {
  // Without the response: that is collected, and the stream ended, when the caller drops it.
  readonly winner: Winner;
  readonly job: RoutedJob;
  readonly source: StreamSource | ContinuedSource;
}

/** A part that broke, and who may take over. */
interface Break extends Broken {
  readonly rest: RoutedJob;
}

/** A stream that goes on at another target when it breaks. */
export class MendedStream implements ByteSource {
  readonly wholeEvents = true;
  readonly #input: MendedStreamInput;
  #part: Part;
  #head: Head | undefined;
  #mark: Uint8Array | undefined;
  #break: Break | undefined;
  #isSeeking = false;
  #cancelled: { readonly reason: unknown } | undefined;
  #end: { readonly error: unknown } | undefined;

  constructor(input: MendedStreamInput, part: Part) {
    this.#input = input;
    this.#part = part;
  }

  /** Begins to listen how it goes. */
  begin(): void {
    const part = this.#part;
    part.source.listen({
      ended: (end) => this.#ended(part, end),
      explain: (failure, received) => {
        const broken = { target: part.winner.target.id, failure, received };
        return this.#break === undefined ? this.#input.ears.explain(broken) : failure;
      },
    });
  }

  async read(): Promise<ByteResult> {
    const mark = this.#mark;
    this.#mark = undefined;
    if (mark !== undefined) return { done: false, value: mark };
    if (this.#end !== undefined) throw this.#end.error;
    try {
      const result = await this.#part.source.read();
      this.#head ??= headIn(result.value);
      return result;
    } catch (error) {
      if (this.#break === undefined) throw this.#failed(error);
    }
    await this.#mend(this.#break);
    return this.read();
  }

  get ending(): Ending | undefined {
    if (this.#end !== undefined) return this.#end;
    const isGoingOn = this.#mark !== undefined || this.#break !== undefined;
    return isGoingOn ? undefined : this.#part.source.ending;
  }

  cancel(reason: unknown): void {
    this.#cancelled = { reason };
    if (this.#isSeeking) this.#input.lifeline.end("caller", reason);
    else if (this.#break === undefined) this.#part.source.cancel(reason);
    else this.#giveUp(new AttemptFailure("aborted", "the caller cancelled the stream"), reason);
  }

  #ended(part: Part, end: StreamEnd): void {
    const { ears, lifeline } = this.#input;
    ears.ended(part.winner, end);
    const { failure } = end;
    this.#break = failure === undefined ? undefined : this.#breakOf(part, failure);
    if (this.#break === undefined) return this.#closed(failure);
    // Nobody may come to read on: the call can be ended all the same.
    const waiting = new Interrupt();
    waiting.onInterrupt(() => this.#interrupted(waiting));
    lifeline.hold(waiting);
  }

  #breakOf(part: Part, failure: AttemptFailure): Break | undefined {
    const { lifeline } = this.#input;
    if (failure.kind !== "stream_interrupted" || lifeline.cut !== undefined || failure.isLast) return undefined;
    const { target, pass } = part.winner;
    const { received } = part.source;
    const rest = part.job.after({ target, key: pass.key, failure, at: Date.now() }, received);
    return rest && { target: target.id, failure, received, rest };
  }

  async #mend(broken: Break): Promise<void> {
    this.#isSeeking = true;
    try {
      const won = await pursue(broken.rest);
      this.#isSeeking = false;
      this.#goOn(broken, won);
    } catch (error) {
      this.#isSeeking = false;
      throw this.#lost(broken, error);
    }
  }

  #goOn(broken: Break, won: Won): void {
    const { answer } = won;
    if (answer.kind !== "stream") throw new Error("A stream was asked for.");
    const { rest, failure, received } = broken;
    const { policy } = rest;
    const mended = policy === "continue" ? policy : "restart";
    const dropChars = mended === "restart" ? received.text.length : 0;
    const mark: StreamMark = { mended, from: broken.target, to: won.target.id, dropChars };
    this.#input.books.mended(mark, failure, received);
    this.#break = undefined;
    if (mended === "restart") this.#mark = restartEvent(rest.endpoint, this.#headOrNone, mark);
    const source = mended === "restart" ? answer.source : this.#continued(answer.source, { received, won, mark });
    this.#part = { winner: winnerOf(won), job: rest, source };
    this.begin();
    if (this.#cancelled !== undefined) source.cancel(this.#cancelled.reason);
  }

  get #headOrNone(): Head {
    return this.#head ?? headOf({});
  }

  #continued(source: StreamSource, { received, won, mark }: Joint): ContinuedSource {
    const sent = sentText(won.target.continues ?? "prefix", received.text);
    const { attempts } = this.#input.books.record;
    const parts = attempts
      .filter(({ failure }) => failure === "stream_interrupted")
      .flatMap(({ usage }) => usage ?? []);
    return new ContinuedSource(source, {
      sent,
      space: received.text.slice(sent.length),
      before: received,
      head: this.#headOrNone,
      usage: parts.length === 0 ? noTokens : parts.reduce(sumOf),
      mark,
    });
  }

  // Nobody took over.
  #lost(broken: Break, error: unknown): unknown {
    this.#break = undefined;
    const { lifeline, ears } = this.#input;
    if (!(error instanceof PursuitLost)) {
      this.#closed(broken.failure);
      return this.#failed(error);
    }
    if (lifeline.cut?.by === "caller") {
      this.#closed(new AttemptFailure("aborted", "the caller aborted"));
      return this.#failed(lifeline.cut.reason);
    }
    this.#closed(broken.failure);
    return this.#failed(ears.explain({ ...broken, late: error.late }));
  }

  #interrupted({ by, reason }: Interrupt): void {
    const broken = this.#break;
    if (broken === undefined || this.#isSeeking) return;
    if (by === "caller") this.#giveUp(new AttemptFailure("aborted", "the caller aborted"), reason);
    else this.#giveUp(broken.failure, this.#input.ears.explain(broken));
  }

  #giveUp(failure: AttemptFailure, error: unknown): void {
    this.#break = undefined;
    this.#end = { error };
    this.#closed(failure);
  }

  #closed(failure: AttemptFailure | undefined): void {
    hasEnded(this);
    this.#input.ears.closed(failure);
  }

  #failed(error: unknown): unknown {
    this.#end ??= { error };
    return error;
  }
}

/** Without the answer. */
export function winnerOf({ target, isHedge, startedAt, door, pass, hold }: Won): Winner {
  return { target, isHedge, startedAt, door, pass, hold };
}

interface Joint {
  readonly received: Received;
  readonly won: Winner;
  readonly mark: StreamMark;
}

const noTokens = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };

function headIn(bytes: Uint8Array | undefined): Head | undefined {
  const [first] = bytes === undefined ? [] : dataIn(Buffer.from(bytes).toString());
  return first === undefined ? undefined : headOf(first);
}
