import type { Endpoint, FailureKind, JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { retryAfterMsOf } from "../lib/retry-after.ts";
import { kindOfRefusal } from "../openai/refusals.ts";
import { readBody } from "./body.ts";
import { Clocks, ClockExpired, type ClockSettings } from "./clocks.ts";
import { AttemptFailure } from "./failure.ts";
import { Interrupt } from "./interrupt.ts";
import type { Lifeline } from "./lifeline.ts";
import { StreamSource } from "./stream-source.ts";
import { TransparentSource, type TransparentSourceInput } from "./transparent-source.ts";

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

/** What one attempt is made of. */
export interface AttemptInput {
  readonly endpoint: Endpoint;
  readonly clocks: ClockSettings;
  readonly lifeline: Lifeline;
  readonly dropUsage: boolean;
  readonly choices: number;
  /** Nothing could mend a bad answer: it is passed on as it is. */
  readonly transparent: boolean;
  send(signal: AbortSignal): Promise<Response>;
  redact(text: string): string;
}

/** Makes one call to one target. Throws an {@link AttemptFailure}, with the connection cut, when there is no answer. */
export async function attempt(input: AttemptInput): Promise<Answer> {
  const interrupt = new Interrupt();
  const clocks = new Clocks(input.clocks, (reason) => interrupt.interrupt("clock", reason));
  input.lifeline.hold(interrupt);
  try {
    const response = await interrupt.guard(sendNow(input, interrupt));
    clocks.headersCame();
    if (!response.ok) throw await refusalOf(response, { clocks, interrupt, redact: input.redact });
    if (input.transparent) return passOn(response, { ...input, clocks, interrupt, stream: input.clocks.stream });
    if (input.clocks.stream) return await openStream(response, { ...input, clocks, interrupt });
    const answer = await readJson(response, { clocks, interrupt });
    clocks.stop();
    return answer;
  } catch (error) {
    clocks.stop();
    const failure = failureOf(error, interrupt);
    interrupt.interrupt("failure", failure);
    throw failure;
  }
}

interface Reading {
  readonly clocks: Clocks;
  readonly interrupt: Interrupt;
}

function sendNow(input: AttemptInput, interrupt: Interrupt): Promise<Response> {
  return interrupt.happened ? Promise.reject(interrupt.reason) : input.send(interrupt.signal);
}

async function refusalOf(response: Response, reading: Reading & Pick<AttemptInput, "redact">): Promise<AttemptFailure> {
  const text = await readBody(response, reading);
  const kind = kindOfRefusal(response.status, text);
  return new AttemptFailure(kind, `status ${response.status}${providersWords(reading.redact(text))}`, {
    refusal: { response, text },
    retryAfterMs: retryAfterMsOf(response.headers),
  });
}

const maxWords = 200;

function providersWords(text: string): string {
  try {
    const json: unknown = JSON.parse(text);
    const error = isRecord(json) ? json["error"] : undefined;
    const message = isRecord(error) ? error["message"] : undefined;
    return typeof message === "string" ? `: ${message.slice(0, maxWords)}` : "";
  } catch {
    return "";
  }
}

function passOn(response: Response, input: TransparentSourceInput): TransparentAnswer {
  const { body } = response;
  if (body === null) {
    input.clocks.stop();
    return { kind: "transparent", response, source: undefined };
  }
  return { kind: "transparent", response, source: new TransparentSource(body, input) };
}

async function openStream(response: Response, input: Omit<AttemptInput, "clocks"> & Reading): Promise<StreamAnswer> {
  if (response.body === null) throw new AttemptFailure("invalid_response", "the stream has no body");
  const source = new StreamSource(response.body, input);
  await source.open();
  return { kind: "stream", response, source };
}

async function readJson(response: Response, reading: Reading): Promise<JsonAnswer> {
  const text = await readBody(response, reading);
  const json = parsed(text, response.status);
  const error = json["error"];
  if (error !== undefined && error !== null && json["choices"] === undefined) {
    throw new AttemptFailure("invalid_response", `status ${response.status} with an error object`, {
      status: response.status,
      usage: isRecord(json["usage"]) ? json["usage"] : undefined,
    });
  }
  return { kind: "json", response, text, json };
}

function parsed(text: string, status: number): JsonObject {
  if (text.trim() === "") throw new AttemptFailure("invalid_response", `status ${status} with an empty body`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AttemptFailure("invalid_response", `status ${status} with a body that is not JSON`, { cause: error });
  }
  if (!isRecord(json)) throw new AttemptFailure("invalid_response", `status ${status} with a body that is no object`);
  return json;
}

function failureOf(error: unknown, interrupt: Interrupt): AttemptFailure {
  if (interrupt.by === "caller")
    return new AttemptFailure("aborted", "the caller aborted", { cause: interrupt.reason });
  if (interrupt.by === "close")
    return new AttemptFailure("aborted", "the router was closed", { cause: interrupt.reason });
  if (error instanceof AttemptFailure) return error;
  const kind: FailureKind = error instanceof ClockExpired ? "timeout" : "connection";
  return new AttemptFailure(kind, wordsOf(error), { cause: error });
}

// `fetch failed` alone helps nobody: the reason is in the cause.
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const inner = cause instanceof Error ? cause.message || codeOf(cause) : undefined;
  return inner === undefined || inner === "" ? error.message : `${error.message} (${inner})`;
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
