import type { FitChange } from "../fit-change.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";

/** What a target does not take, and what it takes in its place. */
export interface FitRules {
  readonly params: readonly ParamRule[];
  /** Undefined when messages go as they are. */
  readonly messages: MessageRules | undefined;
}

/** A body parameter that a target does not take. */
export interface ParamRule {
  readonly param: string;
  /** The name under which the target takes it; undefined when it takes it under none. */
  readonly as?: string | undefined;
  /** Only this value of it, in JSON. @defaultValue every value */
  readonly value?: string | undefined;
  /** Only at this endpoint. @defaultValue at every one */
  readonly endpoint?: Endpoint | undefined;
  /** Who says so. */
  readonly why: string;
}

/** What a target does not take in chat messages. */
export interface MessageRules {
  /** Fields of messages and of their parts → who says so. */
  readonly drop: ReadonlyMap<string, string>;
  /** Types of parts of what the assistant said → who says so. */
  readonly dropParts: ReadonlyMap<string, string>;
  /** Roles → the role that is taken for it. */
  readonly roles: ReadonlyMap<string, { readonly to: string; readonly why: string }>;
  readonly toolCallIds: ToolCallIdRule | undefined;
}

/** What ids of tool calls must be like. */
export interface ToolCallIdRule {
  /** So many letters and digits, and nothing else. */
  readonly length?: number | undefined;
  /** So many characters at most, whichever. */
  readonly maxLength?: number | undefined;
  readonly why: string;
}

/** A body, and what was changed in it. */
export interface Fitted {
  readonly body: JsonObject;
  readonly changes: readonly FitChange[];
}

export const noChanges: readonly never[] = [];
