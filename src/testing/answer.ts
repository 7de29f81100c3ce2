import type { JsonObject } from "../glossary.ts";
import type { AnswerPlan } from "./answer-plan.ts";
import { bodyPieces, sentBytes } from "./body-pieces.ts";
import { bodyOf, eventsOf } from "./endpoint-answer.ts";
import { errorBody } from "./error-body.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { drawMs } from "./seeded-random.ts";
import type { Answer } from "./step.ts";
import type { StreamEvent } from "./stream-event.ts";
import { streamPieces } from "./stream-pieces.ts";

/** What an answer depends on beside the request. */
export interface AnswerContext {
  /** Ids that `GET /models` lists. */
  readonly models: readonly string[];
  readonly random: () => number;
}

/** Plans the answer to a request: the one place where a model's behaviour and a step's faults become bytes. */
export function planAnswer(request: ReceivedRequest, answer: Answer, context: AnswerContext): AnswerPlan {
  const delayMs = drawMs(answer.delayMs, context.random);
  const { how: ending, after, code } = answer.breaks ?? { how: "end" as const };
  if (after === "request") {
    return { delayMs, head: undefined, pieces: [], ending: ending === "end" ? "close" : ending, code };
  }
  const given = answer.body ?? refusal(answer);
  const events = given === undefined ? eventsOf(request, answer) : undefined;
  if (events !== undefined)
    return { delayMs, ...streamed(request, answer, { events, delayMs, context }), ending, code };
  return { delayMs, ...whole(request, answer, textOf(given ?? bodyOf(request, answer, context.models))), ending, code };
}

function refusal({ status = 200 }: Answer): JsonObject | undefined {
  return status < 300 ? undefined : errorBody(status);
}

type Sent = Pick<AnswerPlan, "head" | "pieces">;

function whole(request: ReceivedRequest, answer: Answer, text: string): Sent {
  const { status = 200, breaks, headers } = answer;
  const body = Buffer.from(text);
  const length = breaks?.how === "end" ? sentBytes(body, breaks) : body.length;
  const framing = headers?.["transfer-encoding"] === undefined ? { "content-length": String(length) } : {};
  const usual = { "content-type": contentTypeOf(text), ...framing, ...requestId(request) };
  return { head: { status, headers: { ...usual, ...headers } }, pieces: bodyPieces(body, breaks) };
}

interface Streaming {
  readonly events: readonly StreamEvent[];
  readonly delayMs: number;
  readonly context: AnswerContext;
}

function streamed(request: ReceivedRequest, answer: Answer, { events, delayMs, context }: Streaming): Sent {
  const pace = {
    firstMs: () => Math.max(0, drawMs(answer.ttftMs, context.random) - delayMs),
    nextMs: () => drawMs(answer.chunkDelayMs, context.random),
  };
  const errorEvent = errorEventOf(request.endpoint);
  const usual = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    // Said, not left to Node: msw would else frame a stream by the end of its connection, and a cut would be no cut.
    "transfer-encoding": "chunked",
    ...requestId(request),
  };
  return {
    head: { status: answer.status ?? 200, headers: { ...usual, ...answer.headers } },
    pieces: streamPieces({ events, answer, pace, errorEvent }),
  };
}

function textOf(body: string | JsonObject): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function contentTypeOf(text: string): string {
  return text.startsWith("<") ? "text/html; charset=utf-8" : "application/json";
}

function requestId({ number }: ReceivedRequest): { "x-request-id": string } {
  return { "x-request-id": `req_${String(number).padStart(6, "0")}` };
}

/** How an endpoint tells of an error in the middle of a stream. */
export function errorEventOf(endpoint: ReceivedRequest["endpoint"]): (error: object) => string {
  return endpoint === "responses" ? responsesError : chunkError;
}

function chunkError(error: object): string {
  return `data: ${JSON.stringify({ error })}\n\n`;
}

function responsesError(error: object): string {
  return `event: error\ndata: ${JSON.stringify({ type: "error", sequence_number: 0, ...error, error })}\n\n`;
}
