import type { JsonObject } from "../glossary.ts";
import type { Behaviour, Duration } from "./behaviour.ts";
import { faultList, type FaultName } from "./fault-list.ts";
import type { ReceivedRequest } from "./received-request.ts";

/**
 * How one request is answered: a status (200 answers normally, any other from 300 sends the error that OpenAI sends
 * with it), the name of a fault, an {@link Answer}, or a function of the request that gives one of these.
 */
export type Step = number | FaultName | Answer | ((request: ReceivedRequest) => number | FaultName | Answer);

/** How one request is answered. What is left out is as the model answers normally, so `{}` is a normal answer. */
export interface Answer extends Behaviour {
  /** HTTP status. @defaultValue 200 */
  status?: number | undefined;
  /**
   * Sent instead of the endpoint's answer, also to those who asked for a stream: text as it is, an object as JSON.
   * @defaultValue the endpoint's answer, or OpenAI's error for a status from 300
   */
  body?: string | JsonObject | undefined;
  /** Headers, added or in place of the usual ones. `transfer-encoding: chunked` leaves `content-length` out. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** From the request to the headers, in ms. @defaultValue the model's `latencyMs` */
  delayMs?: Duration | undefined;
  /** Where the answer breaks off, and how. @defaultValue it does not */
  breaks?: Break | undefined;
  /** How a stream differs from a tidy one; answers in one piece do not care. */
  stream?: StreamShape | undefined;
}

/** Where an answer breaks off, and how. */
export interface Break {
  /**
   * - `reset`: the connection is reset (TCP RST)
   * - `close`: the connection is closed before the answer is complete
   * - `hang`: the connection stays open, and nothing more comes
   * - `end`: the answer ends properly, as though this were all of it
   */
  how: "reset" | "close" | "hang" | "end";
  /**
   * What was sent before:
   * - `request`: nothing, not even headers (`end` then closes the connection)
   * - `headers`: status and headers
   * - `half`: half of the body, of a stream half of its content chunks
   * - a number: so many content chunks of a stream, and what comes before them such as the role; all of them if it has
   *   fewer. An answer in one piece breaks at its half.
   */
  after: "request" | "headers" | "half" | number;
  /** How long after what was sent the connection is reset or closed, in ms: lets the reader get it first. @defaultValue 20 */
  waitMs?: number | undefined;
  /**
   * The code in the cause of the error that a `fetch` in this process rejects with, such as `ENOTFOUND`. A server can only
   * cut the connection.
   * @defaultValue "ECONNRESET" for `reset`, "UND_ERR_SOCKET" for `close`, as Node's `fetch` has them
   */
  code?: string | undefined;
}

/** The parts of a stream that can be left out. Only Chat Completions has all five. */
export type StreamPart = "opening" | "content" | "finish" | "usage" | "done";

/** How a stream differs from a tidy one. */
export interface StreamShape {
  /**
   * Parts that are left out: `opening` (role chunk, `response.created`…), `content`, `finish` (the chunk with
   * `finish_reason`, `response.completed`…), `usage` (the chunk that `include_usage` adds), `done` (`[DONE]`).
   * @defaultValue none
   */
  omit?: readonly StreamPart[] | undefined;
  /** Something that does not belong there. @defaultValue nothing */
  insert?: Insertion | undefined;
  /** What ends a line. @defaultValue "\n" */
  lineEnd?: "\n" | "\r\n" | "\r" | undefined;
  /**
   * Sends so many bytes with each write, wherever that cuts: 1 cuts every event and every character of several bytes,
   * `Infinity` sends the whole stream at once. At least 1.
   * @defaultValue one event with each write
   */
  writeBytes?: number | undefined;
  /** Sends a comment line every so many ms while nothing else comes, also while the stream hangs. At least 1. @defaultValue none */
  keepAliveMs?: number | undefined;
}

/** Something that does not belong into a stream, after so many content chunks. */
export type Insertion =
  | {
      after: number;
      /** Sent as it is. Ends in a blank line if it is to be an event of its own. */
      text: string;
    }
  | {
      after: number;
      /** Sent as the endpoint's error event. The stream goes on unless it also `breaks`. */
      error: JsonObject;
    };

/** The answer that a step gives to a request. Throws a RangeError as {@link checkStep} does. */
export function answerOf(step: Step, request: ReceivedRequest): Answer {
  const given = typeof step === "function" ? step(request) : step;
  checkStep(given);
  if (typeof given === "number") return { status: given };
  return typeof given === "string" ? faultOf(given, request) : given;
}

function faultOf(name: FaultName, request: ReceivedRequest): Answer {
  const { answer } = faultList[name];
  return typeof answer === "function" ? answer(request) : answer;
}

/**
 * Throws a RangeError when a step asks for what can not be: a status that HTTP does not have, a fault that is not known, or
 * writes of no bytes.
 */
export function checkStep(step: Step): void {
  // What a function gives is checked when it has given it.
  if (typeof step === "function") return;
  if (typeof step === "string") return checkName(step);
  const { status = 200, stream = {} } = typeof step === "number" ? { status: step } : step;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RangeError(`A step's status must be a whole number from 200 to 599, not ${status}.`);
  }
  checkAtLeast1("writeBytes", stream.writeBytes);
  checkAtLeast1("keepAliveMs", stream.keepAliveMs);
}

function checkName(name: string): void {
  if (Object.hasOwn(faultList, name)) return;
  throw new RangeError(`There is no fault "${name}". There are ${Object.keys(faultList).join(", ")}.`);
}

function checkAtLeast1(name: string, value = 1): void {
  if (!(value >= 1)) throw new RangeError(`A step's stream.${name} must be at least 1, not ${value}.`);
}
