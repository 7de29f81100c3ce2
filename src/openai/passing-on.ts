import type { PassedOn } from "./call-options.ts";
import type { Secrets } from "./secrets.ts";

// A header of one call may be meant for one provider only. Its name tells most credentials; its value, the known keys.
const confidential =
  /auth|key|token|secret|cookie|signature|credential|password|session|organi[sz]ation|project|account|^host$/i;

/** What of a call's own options goes to another client's target: no credentials, no connection settings. */
export function passedToOther(passedOn: PassedOn, secrets: Secrets): Record<string, string | null> {
  const headers: Record<string, string | null> = {};
  for (const [name, value] of passedOn.headers) {
    if (value === null || confidential.test(name) || secrets.redact(value) !== value) continue;
    headers[name] = value;
  }
  return headers;
}

/** What goes to another target of the same client: everything. */
export function passedToOwn(passedOn: PassedOn): Record<string, string | null> {
  return Object.fromEntries(passedOn.headers);
}

// At fetch level a library's default headers and the call's own have become one. Only what says nothing of credentials
// and is known to belong to the call goes on.
const ofTheCall = /^(?:traceparent|tracestate|baggage|x-request-id|x-client-request-id)$/i;

/** What of a request that came in at fetch level goes on to a target. */
export function passedFromFetch(headers: Headers): Map<string, string | null> {
  return new Map([...headers].filter(([name]) => ofTheCall.test(name)));
}
