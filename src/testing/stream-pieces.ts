import type { BodyPiece } from "./answer-plan.ts";
import { lastWait } from "./body-pieces.ts";
import type { Answer, Break, Insertion, StreamShape } from "./step.ts";
import type { StreamEvent } from "./stream-event.ts";

/** How fast a stream comes: the wait before each of its content chunks, in ms. */
export interface Pace {
  firstMs(): number;
  nextMs(): number;
}

/** What is done to the events of a stream. */
export interface StreamPlan {
  readonly events: readonly StreamEvent[];
  readonly answer: Answer;
  readonly pace: Pace;
  /** The endpoint's own way to tell of an error. */
  readonly errorEvent: (error: object) => string;
}

/** The pieces in which a stream is sent: its events with the parts, faults, waits and cuts that an answer asks for. */
export function streamPieces({ events, answer, pace, errorEvent }: StreamPlan): Iterable<BodyPiece> {
  const { breaks, stream: shape = {} } = answer;
  const kept = without(events, shape.omit);
  const broken = brokenOff(kept, breaks);
  const whole = inserted(broken, shape.insert, errorEvent);
  const paced = encoded(whole, shape.lineEnd ?? "\n", pace);
  const alive = keptAlive([...paced, ...lastWait(breaks)], shape.keepAliveMs, breaks?.how === "hang");
  return shape.writeBytes === undefined ? alive : rewritten(alive, shape.writeBytes);
}

function without(events: readonly StreamEvent[], omit: StreamShape["omit"] = []): StreamEvent[] {
  return events.filter(({ part }) => !omit.some((left) => left === part));
}

function brokenOff(events: readonly StreamEvent[], breaks: Break | undefined): readonly StreamEvent[] {
  if (breaks === undefined) return events;
  const { after } = breaks;
  if (after === "request" || after === "headers") return [];
  const contents = events.filter(isContent).length;
  return events.slice(0, placeAfter(events, after === "half" ? Math.floor(contents / 2) : after));
}

function inserted(
  events: readonly StreamEvent[],
  insert: Insertion | undefined,
  errorEvent: StreamPlan["errorEvent"],
): readonly StreamEvent[] {
  if (insert === undefined) return events;
  const text = "text" in insert ? insert.text : errorEvent(insert.error);
  return events.toSpliced(placeAfter(events, insert.after), 0, { part: "other", text });
}

// The place right behind the n-th content event, or behind the last; for 0, behind what opens the stream.
function placeAfter(events: readonly StreamEvent[], contents: number): number {
  let place = 0;
  let seen = 0;
  for (const [index, event] of events.entries()) {
    if (isContent(event)) seen += 1;
    if (seen > contents) break;
    if (isContent(event) || (seen === 0 && event.part === "opening")) place = index + 1;
  }
  return place;
}

function isContent({ part }: StreamEvent): boolean {
  return part === "content";
}

function encoded(events: readonly StreamEvent[], lineEnd: string, pace: Pace): BodyPiece[] {
  const first = events.findIndex(isContent);
  return events.map((event, index) => ({
    waitMs: isContent(event) ? (index === first ? pace.firstMs() : pace.nextMs()) : 0,
    bytes: Buffer.from(event.text.replaceAll("\n", lineEnd)),
  }));
}

const keepAlive = Buffer.from(": keep-alive\n\n");

function* keptAlive(pieces: readonly BodyPiece[], everyMs: number | undefined, hangs: boolean): Iterable<BodyPiece> {
  if (everyMs === undefined) return yield* pieces;
  for (const { waitMs, bytes } of pieces) {
    let leftMs = waitMs;
    for (; leftMs > everyMs; leftMs -= everyMs) yield { waitMs: everyMs, bytes: keepAlive };
    yield { waitMs: leftMs, bytes };
  }
  if (!hangs) return;
  for (;;) yield { waitMs: everyMs, bytes: keepAlive };
}

function* rewritten(pieces: Iterable<BodyPiece>, writeBytes: number): Iterable<BodyPiece> {
  let waitMs = 0;
  let held: Uint8Array = new Uint8Array();
  for (const piece of pieces) {
    waitMs += piece.waitMs;
    held = Buffer.concat([held, piece.bytes]);
    for (; held.length >= writeBytes; held = held.subarray(writeBytes)) {
      yield { waitMs, bytes: held.subarray(0, writeBytes) };
      waitMs = 0;
    }
  }
  yield { waitMs, bytes: held };
}
