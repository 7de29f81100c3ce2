import type { StreamMark } from "../broken-streams.ts";
import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** What an event of a stream says of its mending; undefined for the events of a target. */
export function markOf(event: object): StreamMark | undefined {
  const mark = "router" in event ? event.router : undefined;
  return isRecord(mark) && (mark["mended"] === "restart" || mark["mended"] === "continue")
    ? (mark as unknown as StreamMark)
    : undefined;
}

/** What the chunks of a stream have in common. */
export type Head = Readonly<Record<"id" | "object" | "created" | "model", unknown>>;

/** The event that says that a stream begins anew: of an endpoint's own kind, with nothing in it for who does not know it. */
export function restartEvent(endpoint: Endpoint, head: Head, mark: StreamMark): Uint8Array {
  if (endpoint === "responses") {
    return Buffer.from(`event: router.restart\n${dataOf({ type: "router.restart", router: mark })}`);
  }
  const nothing = endpoint === "chat" ? { delta: {} } : { text: "" };
  const choices = [{ index: 0, ...nothing, logprobs: null, finish_reason: null }];
  return Buffer.from(dataOf({ ...head, choices, router: mark }));
}

/** An event that carries JSON. */
export function dataOf(json: JsonObject): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

/** The head of a chunk, as far as it has one. */
export function headOf({ id, object, created, model }: JsonObject): Head {
  return { id, object, created, model };
}
