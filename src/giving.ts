import type { AttemptFailure, Refusal } from "./attempt/failure.ts";
import type { StreamAnswer } from "./attempt/answer.ts";
import type { Lifeline } from "./attempt/lifeline.ts";
import type { PursuitLost } from "./attempt/pursuit-lost.ts";
import type { Won } from "./attempt/runs.ts";
import type { Books } from "./books.ts";
import type { RoutedCall, Shared } from "./call.ts";
import { AnswerNotAcceptedError, RouterTimeoutError } from "./errors.ts";
import type { RoutedJob } from "./job.ts";
import { MendedStream, winnerOf, type Broken, type StreamEars } from "./mend/mended-stream.ts";
import { closedError, lossError, streamError } from "./respond/lost.ts";
import { refused } from "./respond/refused.ts";
import { dress, give, type Content } from "./respond/given.ts";
import { routerErrorResponse } from "./respond/router-error-response.ts";
import { routerHeaders, withRouterHeaders } from "./respond/router-headers.ts";
import { nothingToRead, type EndingSource } from "./nothing-to-read.ts";
import { givenOut, hasEnded } from "./respond/stream-body.ts";

/** Gives the caller what came of his call. */
export class Giving {
  readonly #shared: Shared;
  readonly #call: RoutedCall;
  readonly #lifeline: Lifeline;
  readonly #books: Books;
  /** Nobody looks at the response but who asks for it. */
  readonly #handedOver: boolean;

  constructor(input: { shared: Shared; call: RoutedCall; lifeline: Lifeline; books: Books; handedOver: boolean }) {
    this.#handedOver = input.handedOver;
    this.#shared = input.shared;
    this.#call = input.call;
    this.#lifeline = input.lifeline;
    this.#books = input.books;
  }

  answer(won: Won, job: RoutedJob): Response {
    switch (won.answer.kind) {
      case "json":
        return this.#inOnePiece(won, won.answer);
      case "stream":
        if (job.mends) return this.#mended(won, won.answer, job);
        return this.#asStream(won, won.answer.response, won.answer.source);
      case "transparent":
        return this.#asItComes(won, won.answer);
    }
  }

  /** Nobody answered: the provider's own error, or the router's. Throws what the client must see thrown. */
  lost(lost: PursuitLost): Response {
    const { cut } = this.#lifeline;
    if (cut?.by === "caller") throw this.#aborted(cut.reason);
    this.#books.close("failed");
    if (cut?.by === "close") return this.#error(closedError(this.#books.record.attempts));
    const refusal = passedOn(lost);
    if (refusal !== undefined) return this.#refusal(refusal);
    if (!this.#call.owned && lost.last?.kind === "connection" && isOneTarget(lost))
      throw this.#call.secrets.clean(lost.last.cause);
    return this.#error(this.#lossError(lost));
  }

  // The client's own timer and its caller abort the same signal; only the caller's own tells them apart.
  #aborted(reason: unknown): unknown {
    const { signal } = this.#call.incoming;
    const timer = !this.#call.owned && signal?.aborted !== true;
    this.#books.close(timer ? "failed" : "aborted");
    return reason;
  }

  #inOnePiece({ door, pass }: Won, { response, text, json }: Extract<Won["answer"], { kind: "json" }>): Response {
    door.leave(pass, "success");
    const { record } = this.#books;
    this.#books.close("answered");
    const id = json["id"];
    this.#noteAnswer(typeof id === "string" ? id : undefined);
    if (record.endpoint === "responses" && typeof id === "string") this.#remember(id);
    return this.#give(response, { text, json });
  }

  #asItComes(won: Won, { response, source }: Extract<Won["answer"], { kind: "transparent" }>): Response {
    return this.#asStream(won, response, source ?? nothingToRead);
  }

  #asStream(won: Won, response: Response, source: EndingSource): Response {
    // Who listens must not hold the response: it is collected, and the source ended, when the caller drops it.
    const ears = this.#earsFor(response.status);
    const winner = winnerOf(won);
    const given = source === nothingToRead ? undefined : givenOut(source);
    source.listen({
      ended: (end) => {
        hasEnded(source);
        ears.ended(winner, end);
        ears.closed(end.failure);
      },
      explain: (failure, received) => ears.explain({ target: winner.target.id, failure, received }),
    });
    return this.#give(response, { source: given });
  }

  // What breaks goes on at another target, if there is one.
  #mended(won: Won, { response, source }: StreamAnswer, job: RoutedJob): Response {
    const ears = this.#earsFor(response.status);
    const stream = new MendedStream(
      { lifeline: this.#lifeline, books: this.#books, ears },
      { winner: winnerOf(won), source, job },
    );
    const given = givenOut(stream);
    stream.begin();
    return this.#give(response, { source: given });
  }

  #earsFor(status: number): StreamEars {
    const { record } = this.#books;
    return {
      ended: ({ door, pass, ...attempt }, { responseId, ...end }) => {
        if (responseId !== undefined) this.#remember(responseId);
        this.#noteAnswer(end.answer?.id);
        door.leave(pass, end.failure === undefined ? "success" : end.failure.verdictForBreaker);
        this.#books.streamEnded({ ...attempt, key: pass.key, status, ...end });
      },
      closed: (failure) => {
        const aborted = failure?.kind === "aborted";
        this.#books.close(failure === undefined ? "answered" : aborted ? "aborted" : "failed");
      },
      explain: (broken) => {
        const error = this.#streamError(broken);
        this.#shared.registry.note(error, record);
        return error;
      },
    };
  }

  #give(response: Response, content: Content): Response {
    const { record } = this.#books;
    give(response, content, record);
    if (!this.#handedOver) dress(response);
    return this.#shared.registry.tie(response, record);
  }

  #streamError({ target, failure, received, late = failure.isLast }: Broken): Error {
    const { attempts } = this.#books.record;
    if (this.#lifeline.cut?.by === "close") return closedError(attempts, received);
    if (late) {
      const when = failure.isLast ? "while" : "after the stream broke that";
      const message = `The deadline of ${Math.round(this.#limitMs)} ms passed ${when} target "${target}" was streaming.`;
      return new RouterTimeoutError(message, "deadline_exceeded", {
        attempts,
        received,
        cause: this.#causeOf(failure),
      });
    }
    return streamError(target, this.#causeOf(failure), { attempts, received });
  }

  // The deadline, or the limit that the call is made within.
  get #limitMs(): number {
    return Math.min(this.#call.deadlineMs, this.#shared.answerBy - this.#call.startedAt);
  }

  // Who judges an answer by its id has to be known; so has what a helper of the client puts together, which is tied to nothing.
  #noteAnswer(id: string | undefined): void {
    const { config, incoming } = this.#call;
    if (config.rememberAnswers === 0 && incoming.helper === undefined) return;
    this.#shared.memory.answers.note(this.#books.record, id);
  }

  // The call that goes on from this answer names it by its id.
  #remember(responseId: string): void {
    this.#shared.memory.conversations?.answered(responseId, this.#books.record.tier);
  }

  // What failed, without the provider's answer: that may hold a key, and an error is printed whole.
  #causeOf(failure: AttemptFailure): Error {
    const { kind, cause, message } = failure;
    if ((kind === "connection" || kind === "timeout") && cause instanceof Error) return this.#call.secrets.clean(cause);
    return new Error(this.#call.secrets.redact(message));
  }

  #refusal(refusal: Refusal): Response {
    const { record } = this.#books;
    const headers = withRouterHeaders(refusal.response.headers, routerHeaders(record));
    const { redact } = this.#call.secrets;
    return this.#shared.registry.tie(refused(refusal, { headers, final: this.#call.owned, redact }), record);
  }

  #error(error: Error): Response {
    const { record } = this.#books;
    const headers = withRouterHeaders(new Headers(), routerHeaders(record));
    // A client that retries on its own would be given the same answer once more, and pay for it.
    const final = this.#call.owned || error instanceof AnswerNotAcceptedError;
    const response = routerErrorResponse(error, headers, final);
    this.#shared.registry.standsFor(response.headers, error);
    return this.#shared.registry.tie(response, record);
  }

  #lossError(lost: PursuitLost): Error {
    const { record } = this.#books;
    const isRefused = record.attempts.length === 0 && !lost.late;
    const refusal = isRefused ? lost.refusals.findLast(({ error }) => error !== undefined) : undefined;
    if (refusal?.error !== undefined) return refusal.error(record.attempts);
    const now = Date.now();
    const due = Math.min(...this.#call.targets.map((target) => this.#shared.memory.doorOf(target).dueAt));
    return lossError({
      attempts: record.attempts,
      late: lost.late,
      deadlineMs: this.#limitMs,
      tier: record.tier,
      refusedRetries: record.refusedRetries,
      retryAfterMs: due > now ? due - now : undefined,
      answer: lost.failures.findLast(({ failure }) => failure.kind === "not_accepted")?.failure.answer,
      cause: lost.last === undefined ? undefined : this.#causeOf(lost.last),
    });
  }
}

const ownToTheCall: ReadonlySet<string> = new Set(["bad_request", "content_filter", "context_length"]);

// An error that no target can cure, or that all of them agree on, is the provider's to tell.
function passedOn({ last, late, failures }: PursuitLost): Refusal | undefined {
  if (late || last?.refusal === undefined) return undefined;
  const agreed = failures.every(({ failure }) => failure.status === last.status);
  const clientError = last.refusal.response.status < 500;
  return ownToTheCall.has(last.kind) || isOneTarget({ failures }) || (agreed && clientError) ? last.refusal : undefined;
}

function isOneTarget({ failures }: Pick<PursuitLost, "failures">): boolean {
  return failures.every(({ target }) => target === failures[0]?.target);
}
