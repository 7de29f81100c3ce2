import type { FailureKind } from "../glossary.ts";
import { faults } from "./faults.ts";
import type { ReceivedRequest } from "./received-request.ts";
import type { Answer } from "./step.ts";

/** Name of a fault: `reset`, `rateLimited`, `cutStream`… */
export type FaultName = keyof typeof faults;

/** What is known of a fault. */
export interface FaultEntry {
  /** What a caller meets, in words. */
  readonly description: string;
  /** What the router calls it; undefined for oddities that are no failure: the answer is good. */
  readonly failure: FailureKind | undefined;
  /** It is about streams. An answer in one piece is good, or breaks at its half where the fault breaks the stream. */
  readonly streamsOnly: boolean;
  /** The fault with its defaults. */
  readonly answer: Answer | ((request: ReceivedRequest) => Answer);
}

/** Every fault by its name: one vocabulary for the provider simulator, `faulty` and `expectResilient`. */
export const faultList: Readonly<Record<FaultName, FaultEntry>> = {
  refused: whole("Nobody listens at the address", "connection", faults.refused),
  dnsFailed: whole("The name of the host is not known", "connection", faults.dnsFailed),
  tlsFailed: whole("The certificate has expired", "connection", faults.tlsFailed),
  reset: whole("The connection is reset before any answer", "connection", faults.reset),
  close: whole("The connection is closed before any answer", "connection", faults.close),
  resetAfterHeaders: whole("The connection is reset after the headers", "connection", faults.resetAfterHeaders),
  resetMidBody: whole("The connection is reset in the middle of the body", "connection", faults.resetMidBody),
  hang: whole("Nothing ever comes", "timeout", faults.hang),
  hangAfterHeaders: whole("The headers come, then nothing", "timeout", faults.hangAfterHeaders),
  hangMidBody: whole("Half of the body comes, then nothing", "timeout", faults.hangMidBody),

  requestTimeout: whole("408", "server_error", faults.requestTimeout),
  conflict: whole("409", "server_error", faults.conflict),
  tooEarly: whole("425", "server_error", faults.tooEarly),
  serverError: whole("500", "server_error", faults.serverError),
  badGateway: whole("502", "server_error", faults.badGateway),
  unavailable: whole("503", "server_error", faults.unavailable),
  gatewayTimeout: whole("504", "server_error", faults.gatewayTimeout),
  overloaded: whole("529", "server_error", faults.overloaded),

  emptyBody: whole("200 with nothing in it", "invalid_response", faults.emptyBody),
  html: whole("200 with a web page", "invalid_response", faults.html),
  notJson: whole("200 with text that is not JSON", "invalid_response", faults.notJson),
  errorIn200: whole("200 with an error object", "invalid_response", faults.errorIn200),
  cutBody: whole("200 whose body breaks off in the middle", "connection", faults.cutBody()),

  rateLimited: whole("429", "rate_limited", faults.rateLimited()),
  insufficientQuota: whole("429 `insufficient_quota`", "quota_exhausted", faults.insufficientQuota),
  paymentRequired: whole("402", "quota_exhausted", faults.paymentRequired),
  unauthorized: whole("401", "credentials_refused", faults.unauthorized),
  forbidden: whole("403", "credentials_refused", faults.forbidden),
  keyEcho: whole("401 that repeats the key in its body and a header", "credentials_refused", faults.keyEcho),
  modelNotFound: whole("404 for the model", "model_not_found", faults.modelNotFound),
  contextLengthExceeded: whole("400 for too long a prompt", "context_length", faults.contextLengthExceeded),
  requestTooLarge: whole("413", "context_length", faults.requestTooLarge),
  contentFilter: whole("400 by a content filter", "content_filter", faults.contentFilter),
  badRequest: whole("400 for a parameter that is wrong", "bad_request", faults.badRequest),

  emptyStream: whole("A stream with nothing in it", "invalid_response", faults.emptyStream),
  loneDone: whole("A stream of `[DONE]` and nothing else", "invalid_response", faults.loneDone),
  roleOnly: ofStreams("A stream that opens and ends without content", "invalid_response", faults.roleOnly),
  errorEventFirst: ofStreams("An error event before any content", "invalid_response", faults.errorEventFirst),
  keepAlivesOnly: ofStreams("Keep-alives, and nothing else ever", "timeout", faults.keepAlivesOnly()),
  cutStream: ofStreams("A stream is cut after its first words", "stream_interrupted", faults.cutStream()),
  endStream: ofStreams("A stream ends early, without a word why", "stream_interrupted", faults.endStream()),
  stallStream: ofStreams("A stream stalls after its first words", "stream_interrupted", faults.stallStream()),
  errorEvent: ofStreams("An error event after the first words", "stream_interrupted", faults.errorEvent()),
  garbageEvent: ofStreams("A line that is not JSON after the first words", "stream_interrupted", faults.garbageEvent()),
  missingFinish: ofStreams("A stream without `finish_reason`", "stream_interrupted", faults.missingFinish),
  missingDone: ofStreams("A complete stream without `[DONE]`", undefined, faults.missingDone),
  crlf: ofStreams("A good stream whose lines end in CRLF", undefined, faults.crlf),
  splitWrites: ofStreams("A good stream byte by byte: characters are cut", undefined, faults.splitWrites()),
  oneWrite: ofStreams("A good stream in one piece", undefined, faults.oneWrite),
  trickle: ofStreams("A good stream of one token a second", undefined, faults.trickle()),
};

/** The names of all faults. */
export const faultNames = Object.keys(faultList) as readonly FaultName[];

function whole(description: string, failure: FailureKind, answer: FaultEntry["answer"]): FaultEntry {
  return { description, failure, streamsOnly: false, answer };
}

function ofStreams(description: string, failure: FailureKind | undefined, answer: Answer): FaultEntry {
  return { description, failure, streamsOnly: true, answer };
}
