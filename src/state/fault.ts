import type { FailureKind, RouteRecord } from "../glossary.ts";

const curedByCaller: ReadonlySet<FailureKind> = new Set<FailureKind>([
  "bad_request",
  "content_filter",
  "context_length",
  "aborted",
]);

/** Whether a call failed, and not by its caller's own doing. */
export function isFault({ outcome, attempts }: RouteRecord): boolean {
  const failure = attempts.at(-1)?.failure;
  return outcome === "failed" && (failure === undefined || !curedByCaller.has(failure));
}
