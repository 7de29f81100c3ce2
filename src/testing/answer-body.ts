import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { AnswerPlan, BodyPiece } from "./answer-plan.ts";

/** The body of an answer that is given inside the process. */
export interface AnswerBody {
  readonly pieces: Iterable<BodyPiece> | AsyncIterable<BodyPiece>;
  readonly ending: AnswerPlan["ending"];
  /** What reading fails with where the connection breaks. */
  readonly broken: Error;
  /** Aborted by the reader. */
  readonly signal?: AbortSignal | undefined;
  /** Called when nobody reads any more. */
  readonly cancelled?: ((reason: unknown) => void) | undefined;
}

/** A body as a stream: its pieces with their waits, and what comes after the last of them. */
export function bodyOf({ pieces, ending, broken, signal, cancelled }: AnswerBody): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const left = iteratorOf(pieces);
  const leave = (reason: unknown): void => {
    gone.abort();
    cancelled?.(reason);
  };
  return new ReadableStream({
    start(controller) {
      const abort = (): void => {
        if (gone.signal.aborted) return;
        controller.error(signal?.reason);
        leave(signal?.reason);
      };
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true, signal: gone.signal });
    },
    async pull(controller): Promise<void> {
      for (let next = await left.next(); next.done !== true && !gone.signal.aborted; next = await left.next()) {
        const { waitMs, bytes } = next.value;
        await sleepOrLeave(waitMs, gone.signal);
        if (bytes.length === 0) continue;
        if (!gone.signal.aborted) controller.enqueue(bytes);
        return;
      }
      if (ending === "hang") await aborted(gone.signal);
      if (gone.signal.aborted) return;
      gone.abort();
      if (ending === "end") controller.close();
      else controller.error(broken);
    },
    cancel: leave,
  });
}

function iteratorOf(pieces: AnswerBody["pieces"]): AsyncIterator<BodyPiece> | Iterator<BodyPiece> {
  return Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
}

/** Sleeps, or not to the end when the caller goes: that is no error here. */
export async function sleepOrLeave(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Resolves when a signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
