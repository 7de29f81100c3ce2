import type { JsonObject } from "./glossary.ts";

/** What a target has answered. Printed, or as JSON, it shows nothing of the content. */
export interface GivenAnswer {
  /** The provider's id of the answer, where it gave one. */
  readonly id: string | undefined;
  /** The model that has answered, as the provider names it: of an alias the version behind it. */
  readonly model: string | undefined;
  /** Why each of the choices ended, as the provider says: `stop`, `length`; of a Responses answer its `status`, or why it is incomplete. */
  readonly finishReasons: readonly string[];
  /**
   * The answer as it was given out, in one piece; of a stream, what its events come to, put together when this is called. The
   * object is the caller's own: read it before the listener returns, and change nothing. Undefined when the answer was
   * passed on without being looked into.
   */
  body(): JsonObject | undefined;
}
