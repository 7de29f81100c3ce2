/** All that a transport has to do to answer one request. */
export interface AnswerPlan {
  /** Wait before anything is sent, in ms. */
  readonly delayMs: number;
  /** Status and headers; undefined when the answer breaks off before them. */
  readonly head: AnswerHead | undefined;
  /** The body, bit by bit; endless for a stream that is kept alive and never goes on. */
  readonly pieces: Iterable<BodyPiece>;
  /** What happens after the last piece. */
  readonly ending: "end" | "close" | "reset" | "hang";
  /** The code of the error that a `fetch` inside the process rejects with when the connection breaks. */
  readonly code: string | undefined;
}

/** Status and headers of an answer; names in lower case. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Bytes that are sent with one write, after a wait. */
export interface BodyPiece {
  /** Wait before the bytes, in ms. */
  readonly waitMs: number;
  /** May be empty: then there is only the wait. */
  readonly bytes: Uint8Array;
}
