import type { JsonObject } from "../glossary.ts";
import { errorBody, type ProviderError } from "./error-body.ts";
import type { ReceivedRequest } from "./received-request.ts";
import type { Answer, Break, StreamShape } from "./step.ts";

type How = Break["how"];

/** A place in a stream, for faults that happen in the middle of one. */
export interface AfterChunks {
  /** How many content chunks were sent before. @defaultValue 2 */
  afterChunks?: number;
}

/** How often something comes. */
export interface EveryOptions {
  /** In ms. At least 1. */
  everyMs?: number;
}

/** How a caller that sends too much is told when to come back. Give one; none leaves it open. */
export interface RateLimitedOptions {
  /** Sent as `retry-after`, in seconds. */
  retryAfterS?: number;
  /** Sent as `retry-after-ms`. */
  retryAfterMs?: number;
  /** Sent as `retry-after`, as an HTTP date. */
  retryAfterDate?: Date;
}

/** How a body is cut. */
export interface CutBodyOptions {
  /** Frames the body in chunks instead of announcing its length. @defaultValue false */
  chunked?: boolean;
  /** How it breaks off. @defaultValue "close" */
  how?: How;
}

const html = "<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
const eventStream = "text/event-stream; charset=utf-8";

/**
 * The failures of providers, for scripts, `enqueue`, `fail` and the plans of `faulty`:
 * `startProvider(faults.reset, 200)`, `provider.fail("gpt-4o", faults.rateLimited({ retryAfterS: 2 }))`.
 * Each is an ordinary `Step`; spread one to change it: `{ ...faults.html, delayMs: 50 }`. Where its defaults will do, a
 * name alone says the same: `provider.fail("gpt-4o", "rateLimited")`. `faultList` describes all of them.
 */
export const faults = {
  /** Nobody listens at the address. A server can only reset the connection. */
  refused: breaking("reset", "request", "ECONNREFUSED"),
  /** The name of the host is not known. A server can only reset the connection. */
  dnsFailed: breaking("reset", "request", "ENOTFOUND"),
  /** The certificate does not hold. A server can only reset the connection. */
  tlsFailed: breaking("reset", "request", "CERT_HAS_EXPIRED"),
  /** The connection is reset before any answer. */
  reset: breaking("reset", "request"),
  /** The connection is closed before any answer. */
  close: breaking("close", "request"),
  /** The connection is reset after the headers. */
  resetAfterHeaders: breaking("reset", "headers"),
  /** The connection is reset in the middle of the body. */
  resetMidBody: breaking("reset", "half"),
  /** Nothing ever comes. */
  hang: breaking("hang", "request"),
  /** The headers come, then nothing. */
  hangAfterHeaders: breaking("hang", "headers"),
  /** Half of the body comes, then nothing. */
  hangMidBody: breaking("hang", "half"),

  /** 200 with nothing in it. */
  emptyBody: sending("", "application/json"),
  /** 200 with a web page. */
  html: sending(html, "text/html; charset=utf-8"),
  /** 200 with `content-type: application/json` and text that is not JSON. */
  notJson: sending("upstream connect error", "application/json"),
  /** 200 with an error object. */
  errorIn200: sending(errorBody(500), "application/json"),
  /** 200 whose body breaks off in the middle. */
  cutBody: ({ chunked = false, how = "close" }: CutBodyOptions = {}): Answer => ({
    ...breaking(how, "half"),
    ...(chunked && { headers: { "transfer-encoding": "chunked" } }),
  }),

  /** 408: the request took too long to come in. */
  requestTimeout: failing(408),
  /** 409: the request conflicts with another. */
  conflict: failing(409),
  /** 425: the request came too early. */
  tooEarly: failing(425),
  /** 500: an error of the provider's. */
  serverError: failing(500),
  /** 502: a gateway got no answer that it understands. */
  badGateway: failing(502),
  /** 503: overloaded, or under repair. */
  unavailable: failing(503),
  /** 504: a gateway got no answer in time. */
  gatewayTimeout: failing(504),
  /** 529: overloaded, as Anthropic says it. */
  overloaded: failing(529),

  /** 429 that says when to come back, or does not. */
  rateLimited: (options: RateLimitedOptions = {}): Answer => ({ status: 429, headers: retryAfter(options) }),
  /** 429 `insufficient_quota`: the credits of the key are used up. */
  insufficientQuota: failing(429, {
    type: "insufficient_quota",
    code: "insufficient_quota",
    message: "You exceeded your current quota, please check your plan and billing details.",
  }),
  /** 402: nothing left to pay with. */
  paymentRequired: failing(402),
  /** 401: the key is wrong. */
  unauthorized: failing(401),
  /** 403: the key may not do that. */
  forbidden: failing(403),
  /** 404 `model_not_found`. */
  modelNotFound: failing(404),
  /** 400 `context_length_exceeded`. */
  contextLengthExceeded: failing(400, {
    code: "context_length_exceeded",
    param: "messages",
    message: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  }),
  /** 413: the request is too large. */
  requestTooLarge: failing(413),
  /** 400 `content_filter`. */
  contentFilter: failing(400, {
    code: "content_filter",
    param: "prompt",
    message: "The response was filtered due to the prompt triggering the content management policy.",
  }),
  /** 400 for a parameter that is wrong. */
  badRequest: failing(400, { param: "temperature", message: "Invalid value for 'temperature'." }),
  /** 401 that repeats the caller's key in its body and in a header. */
  keyEcho,

  /** A stream with nothing in it. */
  emptyStream: sending("", eventStream),
  /** A stream of `[DONE]` and nothing else. */
  loneDone: sending("data: [DONE]\n\n", eventStream),
  /** A stream that opens (role chunk, `response.created`) and ends properly without content. */
  roleOnly: breaking("end", 0),
  /** Comment lines every so many ms, and never anything else. */
  keepAlivesOnly: ({ everyMs = 10 }: EveryOptions = {}): Answer => ({
    ...breaking("hang", 0),
    stream: { omit: ["opening"], keepAliveMs: everyMs },
  }),
  /** A stream whose connection breaks. `how` is "reset" unless given. */
  cutStream: ({ afterChunks = 2, how = "reset" }: AfterChunks & { how?: "reset" | "close" } = {}): Answer =>
    breaking(how, afterChunks),
  /** A stream that ends properly without a word why: no `finish_reason`, no `[DONE]`. */
  endStream: ({ afterChunks = 2 }: AfterChunks = {}): Answer => breaking("end", afterChunks),
  /** A stream that stays open, and nothing more comes. */
  stallStream: ({ afterChunks = 2 }: AfterChunks = {}): Answer => breaking("hang", afterChunks),
  /** A stream that tells of an error and ends. `afterChunks: 0` tells it first. */
  errorEvent,
  /** A stream that tells of an error in the place of any content, and ends. */
  errorEventFirst: errorEvent({ afterChunks: 0 }),
  /** A stream with an event that is not JSON among the others. */
  garbageEvent: ({ afterChunks = 2 }: AfterChunks = {}): Answer =>
    shaped({ insert: { after: afterChunks, text: "data: {oops\n\n" } }),
  /** A complete stream without `[DONE]`. */
  missingDone: shaped({ omit: ["done"] }),
  /** A complete stream without `finish_reason`, with `[DONE]`. */
  missingFinish: shaped({ omit: ["finish"] }),
  /** A good stream whose lines end in CRLF. */
  crlf: shaped({ lineEnd: "\r\n" }),
  /** A good stream that comes byte by byte (or so many bytes at a time): events and characters are cut anywhere. */
  splitWrites: ({ bytes = 1 }: { bytes?: number } = {}): Answer => shaped({ writeBytes: bytes }),
  /** A good stream that comes in one write. */
  oneWrite: shaped({ writeBytes: Number.POSITIVE_INFINITY }),
  /** A good stream that brings a content chunk every so many ms; one a second unless given. */
  trickle: ({ everyMs = 1_000 }: EveryOptions = {}): Answer => ({ chunkDelayMs: everyMs }),
};

function keyEcho({ key }: ReceivedRequest): Answer {
  return {
    ...failing(401, { message: `Incorrect API key provided: ${key}.` }),
    headers: { "x-received-authorization": `Bearer ${key}` },
  };
}

function errorEvent({ afterChunks = 2, ...facts }: AfterChunks & Partial<ProviderError> = {}): Answer {
  return {
    ...breaking("end", afterChunks),
    stream: { insert: { after: afterChunks, error: errorFacts(facts) } },
  };
}

function sending(body: string | JsonObject, contentType: string): Answer {
  return { body, headers: { "content-type": contentType } };
}

function breaking(how: How, after: Break["after"], code?: string): Answer {
  return { breaks: { how, after, ...(code !== undefined && { code }) } };
}

function shaped(stream: StreamShape): Answer {
  return { stream };
}

function failing(status: number, facts?: Partial<ProviderError>): Answer {
  return { status, body: errorBody(status, facts) };
}

function errorFacts(facts: Partial<ProviderError>): JsonObject {
  return {
    message: "The server had an error while processing your request.",
    type: "server_error",
    param: null,
    code: null,
    ...facts,
  };
}

function retryAfter({ retryAfterS, retryAfterMs, retryAfterDate }: RateLimitedOptions): Record<string, string> {
  return {
    ...(retryAfterS !== undefined && { "retry-after": String(retryAfterS) }),
    ...(retryAfterDate !== undefined && { "retry-after": retryAfterDate.toUTCString() }),
    ...(retryAfterMs !== undefined && { "retry-after-ms": String(retryAfterMs) }),
  };
}
