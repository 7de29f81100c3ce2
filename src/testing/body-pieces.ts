import type { BodyPiece } from "./answer-plan.ts";
import type { Break } from "./step.ts";

const nothing = new Uint8Array();

/** A body in one piece, up to where it breaks off. */
export function bodyPieces(body: Uint8Array, breaks: Break | undefined): BodyPiece[] {
  return [{ waitMs: 0, bytes: body.subarray(0, sentBytes(body, breaks)) }, ...lastWait(breaks)];
}

/** How many bytes of a body are sent before it breaks off. */
export function sentBytes(body: Uint8Array, breaks: Break | undefined): number {
  if (breaks === undefined) return body.length;
  return breaks.after === "headers" || breaks.after === "request" ? 0 : Math.floor(body.length / 2);
}

/** The wait before a connection breaks: a reader that has not taken what was sent would lose it. */
export function lastWait(breaks: Break | undefined): BodyPiece[] {
  if (breaks === undefined || breaks.how === "end" || breaks.how === "hang") return [];
  return [{ waitMs: breaks.waitMs ?? 20, bytes: nothing }];
}
