import type { RoutingRequest } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** What tells callers apart: undefined where a request does not say. */
export const callerKeys = {
  /** The hint `user`, else the body's `safety_identifier` or `user`. */
  user({ hints, body }: RoutingRequest): string | undefined {
    return hints.user ?? textOf(body, "safety_identifier") ?? textOf(body, "user");
  },
  /** The hint `conversation`, else the body's. */
  conversation({ hints, body }: RoutingRequest): string | undefined {
    if (hints.conversation !== undefined) return hints.conversation;
    const conversation = isRecord(body) ? body["conversation"] : undefined;
    return isRecord(conversation) ? textOf(conversation, "id") : textOf(body, "conversation");
  },
} as const;

function textOf(record: unknown, key: string): string | undefined {
  const value = isRecord(record) ? record[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
