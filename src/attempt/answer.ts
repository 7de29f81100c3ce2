import type { JsonObject } from "../glossary.ts";
import type { StreamSource } from "./stream-source.ts";
import type { TransparentSource } from "./transparent-source.ts";

/** An answer in one piece, read to its end and found whole. */
export interface JsonAnswer {
  readonly kind: "json";
  readonly response: Response;
  readonly text: string;
  readonly json: JsonObject;
}

/** An answer that streams, read up to its first content. */
export interface StreamAnswer {
  readonly kind: "stream";
  readonly response: Response;
  readonly source: StreamSource;
}

/** An answer that is passed on as it comes. */
export interface TransparentAnswer {
  readonly kind: "transparent";
  readonly response: Response;
  /** Undefined when there is no body. */
  readonly source: TransparentSource | undefined;
}

export type Answer = JsonAnswer | StreamAnswer | TransparentAnswer;
