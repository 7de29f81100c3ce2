import type { BodyPiece } from "./answer-plan.ts";
import { lastWait } from "./body-pieces.ts";
import { Shaping, type ShapingOptions, Writes } from "./shaping.ts";
import type { StreamEvent } from "./stream-event.ts";

/** The events of a stream, and what is done to them. */
export interface StreamPlan extends Omit<ShapingOptions, "half"> {
  readonly events: readonly StreamEvent[];
}

/**
 * The pieces in which a stream is sent: its events with the parts, faults, waits and cuts that an answer asks for.
 * @yields each, with the wait before it
 */
export function* streamPieces({ events, ...plan }: StreamPlan): Iterable<BodyPiece> {
  const { breaks, stream = {} } = plan.answer;
  const writes = new Writes(stream);
  const paced = [...shaped(events, plan), ...lastWait(breaks)];
  const { keepAliveMs } = stream;
  for (const piece of filled(paced, keepAliveMs)) yield* writes.take(piece);
  if (breaks?.how === "hang" && keepAliveMs !== undefined) yield* keepAlives(keepAliveMs, writes);
  yield* writes.finish();
}

function shaped(events: readonly StreamEvent[], plan: Omit<ShapingOptions, "half">): BodyPiece[] {
  const half = Math.floor(events.filter(({ part }) => part === "content").length / 2);
  const shaping = new Shaping({ ...plan, half });
  return [...events.flatMap((event) => shaping.take(event)), ...shaping.finish()];
}

const keepAlive = Buffer.from(": keep-alive\n\n");

function* filled(pieces: readonly BodyPiece[], everyMs: number | undefined): Iterable<BodyPiece> {
  if (everyMs === undefined) return yield* pieces;
  for (const { waitMs, bytes } of pieces) {
    let leftMs = waitMs;
    for (; leftMs > everyMs; leftMs -= everyMs) yield { waitMs: everyMs, bytes: keepAlive };
    yield { waitMs: leftMs, bytes };
  }
}

/**
 * Comment lines, for ever.
 * @yields each, after its wait
 */
export function* keepAlives(everyMs: number, writes: Writes): Iterable<BodyPiece> {
  for (;;) yield* writes.take({ waitMs: everyMs, bytes: keepAlive });
}
