import type { Endpoint, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";

/** What one event of a stream means to the router. */
export interface StreamSign {
  /** Carries something the caller waits for. */
  readonly content: boolean;
  /** Says that the answer is complete. */
  readonly finished: boolean;
  /** Which of several answers it is about. */
  readonly choices: readonly number[];
  /** Which of them it completes. */
  readonly finishedChoices: readonly number[];
  /** The provider's error, where the event is one. */
  readonly error: unknown;
  /** The provider's `usage` object. */
  readonly usage: JsonObject | undefined;
  /** Id of the answer that a Responses stream completes. */
  readonly responseId: string | undefined;
  /** What it says of the answer as a whole. */
  readonly answer: { readonly id: string | undefined; readonly model: string | undefined } | undefined;
  /** Why the choices end that it completes. */
  readonly finishReasons: readonly string[];
  /** Has usage and nothing else: the chunk that `stream_options.include_usage` adds. */
  readonly usageOnly: boolean;
}

const nothing: StreamSign = {
  content: false,
  finished: false,
  choices: [],
  finishedChoices: [],
  error: undefined,
  usage: undefined,
  responseId: undefined,
  answer: undefined,
  finishReasons: [],
  usageOnly: false,
};

/** Reads the data of one event. Throws a SyntaxError when it is not JSON. */
export function signOf(endpoint: Endpoint, eventName: string | undefined, data: string): StreamSign {
  const json: unknown = JSON.parse(data);
  if (!isRecord(json)) return nothing;
  if (eventName === "error" || isError(json)) return { ...nothing, error: json["error"] ?? json };
  return endpoint === "responses" ? signOfResponsesEvent(json) : signOfChunk(json);
}

function isError(json: JsonObject): boolean {
  return json["type"] === "error" || Boolean(json["error"]);
}

function signOfChunk(json: JsonObject): StreamSign {
  const choices = Array.isArray(json["choices"]) ? json["choices"].filter(isRecord) : [];
  const usage = isRecord(json["usage"]) ? json["usage"] : undefined;
  const ended = choices.filter((choice) => typeof choice["finish_reason"] === "string");
  const finished = ended.length > 0;
  return {
    content: finished || choices.some(hasContent),
    finished,
    choices: choices.map(indexOf),
    finishedChoices: ended.map(indexOf),
    error: undefined,
    usage,
    responseId: undefined,
    answer: answerIn(json),
    finishReasons: ended.map((choice) => String(choice["finish_reason"])),
    usageOnly: usage !== undefined && choices.length === 0,
  };
}

function indexOf(choice: JsonObject): number {
  return typeof choice["index"] === "number" ? choice["index"] : 0;
}

function hasContent(choice: JsonObject): boolean {
  if (isFull(choice["text"])) return true;
  const delta = choice["delta"];
  return isRecord(delta) && Object.keys(delta).some((key) => key !== "role" && isFull(delta[key]));
}

function isFull(value: unknown): boolean {
  if (typeof value === "string" || Array.isArray(value)) return value.length > 0;
  return isRecord(value);
}

const finalTypes = new Set(["response.completed", "response.incomplete"]);

function signOfResponsesEvent(json: JsonObject): StreamSign {
  const type = String(json["type"]);
  const response = isRecord(json["response"]) ? json["response"] : {};
  if (type === "response.failed") return { ...nothing, error: response["error"] ?? json };
  if (finalTypes.has(type)) return signOfFinal(response);
  const content = type === "response.output_item.done" || (type.endsWith(".delta") && isFull(json["delta"]));
  return { ...nothing, content, choices: [0], answer: answerIn(response) };
}

function signOfFinal(response: JsonObject): StreamSign {
  const { id, usage, status, incomplete_details: details } = response;
  const why = (isRecord(details) ? details["reason"] : undefined) ?? status;
  return {
    content: true,
    finished: true,
    choices: [0],
    finishedChoices: [0],
    error: undefined,
    usage: isRecord(usage) ? usage : undefined,
    responseId: typeof id === "string" ? id : undefined,
    answer: answerIn(response),
    finishReasons: typeof why === "string" ? [why] : [],
    usageOnly: false,
  };
}

function answerIn({ id, model }: JsonObject): StreamSign["answer"] {
  return {
    id: typeof id === "string" && id !== "" ? id : undefined,
    model: typeof model === "string" && model !== "" ? model : undefined,
  };
}

/** One event as it stands in the text of a stream. */
export interface EventText {
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind the blank line that ends it. */
  readonly end: number;
  readonly name: string | undefined;
  /** Its `data` lines joined; undefined for comments and keep-alives. */
  readonly data: string | undefined;
}

const blankLine = /\r\n\r\n|\n\n|\r\r|\n\r\n|\r\n\n/g;

/** Cuts text into its complete events; what follows the last one is left. */
export function eventsIn(text: string): EventText[] {
  const events: EventText[] = [];
  let start = 0;
  for (const match of text.matchAll(blankLine)) {
    const end = match.index + match[0].length;
    if (end <= start) continue;
    events.push({ start, end, ...fieldsOf(text.slice(start, match.index)) });
    start = end;
  }
  return events;
}

/** Reads the fields of one event (WHATWG HTML, server-sent events: the field names that matter here). */
function fieldsOf(event: string): { name: string | undefined; data: string | undefined } {
  let name: string | undefined;
  const data: string[] = [];
  for (const line of event.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    const field = colon === -1 ? line : line.slice(0, colon);
    if (field === "data") data.push(value);
    else if (field === "event") name = value;
  }
  return { name, data: data.length === 0 ? undefined : data.join("\n") };
}

/** The JSON objects that the events of a whole stream bring. */
export function dataIn(text: string): JsonObject[] {
  return eventsIn(`${text}\n\n`)
    .filter(({ data }) => data !== undefined && data !== "[DONE]")
    .map(({ data }): unknown => JSON.parse(data ?? ""))
    .filter(isRecord);
}
