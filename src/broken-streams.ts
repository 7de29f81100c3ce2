/**
 * What happens when a stream breaks after content was given out. `error` ends it in an error that has what was received;
 * `restart` lets the next target begin anew, behind an event that says what to drop; `continue` lets the next target that can
 * go on from the text so far.
 */
export type StreamBreakPolicy = "error" | "restart" | "continue";

/**
 * What an event of a stream says of its mending, in its field `router`: behind a restart all that came before is void, behind
 * a `continue` the text goes on.
 */
export interface StreamMark {
  /** Whether the text begins anew or goes on. */
  readonly mended: "restart" | "continue";
  /** Id of the target whose stream broke. */
  readonly from: string;
  /** Id of the target that gives what follows. */
  readonly to: string;
  /** How many characters (UTF-16) of text the caller had been given, and is to drop; 0 when the text goes on. */
  readonly dropChars: number;
}

/** What a caller had been given of a stream when it broke. */
export interface Received {
  /** The text; of several choices the first's. */
  readonly text: string;
  /** The text of each choice. */
  readonly texts: readonly string[];
  /** Calls of tools that had begun. The arguments of the last one may be cut off. */
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  /** How many events with content had come. */
  readonly chunks: number;
}
