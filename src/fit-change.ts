/** What was changed in a request so that a target takes it. */
export interface FitChange {
  /** A body parameter, or in chat messages a path such as `messages[].reasoning_content`. */
  readonly param: string;
  /** Left out, sent under another name, or with another value. */
  readonly how: "dropped" | "renamed" | "mapped";
  /** Its new name or value; ids of tool calls differ. */
  readonly to?: string | undefined;
  /** Who says that the target does not take it: its own `fit`, a page of its provider and the day it was read, or its own refusal. */
  readonly why: string;
}
