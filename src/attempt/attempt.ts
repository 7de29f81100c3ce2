import type { JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { retryAfterMsOf } from "../lib/retry-after.ts";
import { KeyNotGiven } from "../openai/key-source.ts";
import { RedirectRefused } from "../openai/redirects.ts";
import { kindOfRefusal } from "../openai/refusals.ts";
import { assembled } from "../openai/assembled.ts";
import { isChecked } from "../openai/checked-answer.ts";
import type { Answer, JsonAnswer, StreamAnswer, TransparentAnswer } from "./answer.ts";
import { readBody } from "./body.ts";
import { checkAnswer } from "./check-answer.ts";
import { Clocks, ClockExpired, type ClockSettings } from "./clocks.ts";
import { AttemptFailure } from "./failure.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Job, Way } from "./job.ts";
import { StreamSource } from "./stream-source.ts";
import { TransparentSource } from "./transparent-source.ts";

/** What an attempt has to keep. */
export interface AttemptSettings extends ClockSettings {
  /** So many tokens a stream must bring in `paceMs`, before any of it is given out. */
  readonly paceTokens?: number | undefined;
}

/** What ends an attempt: whoever interrupts it, and its clocks. */
export interface AttemptLimits {
  readonly interrupt: Interrupt;
  readonly settings: AttemptSettings;
}

/** Makes one call to one target. Throws an {@link AttemptFailure}, with the connection cut, when there is no answer. */
export async function attempt(job: Job, way: Way, { interrupt, settings }: AttemptLimits): Promise<Answer> {
  const clocks = new Clocks(settings, (reason) => interrupt.interrupt("clock", reason));
  const reading = { clocks, interrupt, paceTokens: settings.paceTokens };
  try {
    const response = await interrupt.guard(sendNow(job, way, interrupt));
    clocks.headersCame();
    if (!response.ok) throw await refusalOf(response, reading, job);
    if (!job.guarded) return passOn(response, reading, job);
    if (job.checks !== undefined) return await readAccepted(response, reading, job);
    if (job.stream) return await openStream(response, reading, job);
    const answer = await readJson(response, reading);
    clocks.stop();
    return answer;
  } catch (error) {
    clocks.stop();
    const failure = failureOf(error, { interrupt, clocks });
    interrupt.interrupt("failure", failure);
    throw failure;
  }
}

// Within seconds a server closes a connection that nobody uses, and a connection must be made.
const longStallMs = 1_000;

interface Reading {
  readonly paceTokens?: number | undefined;
  readonly clocks: Clocks;
  readonly interrupt: Interrupt;
}

function sendNow(job: Job, way: Way, interrupt: Interrupt): Promise<Response> {
  return interrupt.happened ? Promise.reject(interrupt.reason) : job.send(way, interrupt.signal);
}

async function refusalOf(response: Response, reading: Reading, job: Job): Promise<AttemptFailure> {
  const text = await readBody(response, reading);
  const kind = kindOfRefusal(response.status, text);
  return new AttemptFailure(kind, `status ${response.status}${providersWords(text, job)}`, {
    refusal: { response, text },
    retryAfterMs: retryAfterMsOf(response.headers),
  });
}

const maxWords = 200;

function providersWords(text: string, job: Job): string {
  try {
    const json: unknown = JSON.parse(text);
    const error = isRecord(json) ? json["error"] : undefined;
    const message = isRecord(error) ? error["message"] : undefined;
    return typeof message === "string" ? `: ${job.redact(message).slice(0, maxWords)}` : "";
  } catch {
    return "";
  }
}

// Nothing could mend a bad answer: it is passed on as it is.
function passOn(response: Response, { clocks, interrupt }: Reading, { endpoint, stream }: Job): TransparentAnswer {
  const { body } = response;
  if (body === null) {
    clocks.stop();
    return { kind: "transparent", response, source: undefined };
  }
  return {
    kind: "transparent",
    response,
    source: new TransparentSource(body, { endpoint, stream, clocks, interrupt }),
  };
}

// A stream that is to be checked is held until it is complete.
async function readAccepted(response: Response, reading: Reading, job: Job): Promise<StreamAnswer | JsonAnswer> {
  const answer = job.stream ? streamOf(response, reading, job) : await readJson(response, reading);
  const { endpoint, answerBy, checks = [] } = job;
  if (!isChecked(endpoint)) throw new Error("Embeddings are not checked.");
  const body = answer.kind === "json" ? answer.json : assembled(endpoint, await answer.source.readWhole());
  reading.clocks.stop();
  await checkAnswer({ interrupt: reading.interrupt, answerBy }, checks, { endpoint, status: response.status, body });
  return answer;
}

async function openStream(response: Response, reading: Reading, job: Job): Promise<StreamAnswer> {
  const answer = streamOf(response, reading, job);
  const { paceTokens } = reading;
  await answer.source.open({ isHeld: paceTokens !== undefined });
  if (paceTokens !== undefined) await answer.source.keepPace(paceTokens);
  return answer;
}

function streamOf(response: Response, { clocks, interrupt }: Reading, job: Job): StreamAnswer {
  if (interrupt.happened) throw interrupt.reason;
  if (response.body === null) throw new AttemptFailure("invalid_response", "the stream has no body");
  return { kind: "stream", response, source: new StreamSource(response.body, job, { clocks, interrupt }) };
}

async function readJson(response: Response, reading: Reading): Promise<JsonAnswer> {
  const text = await readBody(response, reading);
  const json = parsed(text, response.status);
  if (Boolean(json["error"]) && json["choices"] === undefined) {
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

function failureOf(error: unknown, { interrupt, clocks }: Reading): AttemptFailure {
  // A held stream that was cut knows what it took.
  const { usage, contentTokens } = error instanceof AttemptFailure ? error : nothingTaken;
  if (interrupt.by === "rival")
    return new AttemptFailure("outrun", wordsOf(interrupt.reason), { usage, contentTokens });
  if (interrupt.by === "caller")
    return new AttemptFailure("aborted", "the caller aborted", { cause: interrupt.reason, usage, contentTokens });
  if (interrupt.by === "close")
    return new AttemptFailure("aborted", "the router was closed", { cause: interrupt.reason, usage, contentTokens });
  if (error instanceof AttemptFailure) return error;
  if (error instanceof Error && error.cause instanceof KeyNotGiven)
    return new AttemptFailure("credentials_refused", error.cause.message, { cause: error });
  if (error instanceof RedirectRefused)
    return new AttemptFailure("invalid_response", error.message, { status: error.status });
  if (error instanceof ClockExpired) return new AttemptFailure("timeout", error.message, { cause: error });
  const isOurs = clocks.stoodStill(longStallMs);
  return new AttemptFailure("connection", wordsOf(error), { cause: error, isOurs });
}

const nothingTaken: Pick<AttemptFailure, "usage" | "contentTokens"> = { usage: undefined, contentTokens: undefined };

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
