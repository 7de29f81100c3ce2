import type { RoutedCall } from "../call.ts";
import type { ResolvedTarget, ResolvedTier } from "../config/resolved.ts";
import type { Received, StreamBreakPolicy } from "../broken-streams.ts";
import type { RoutingRequest } from "../glossary.ts";
import { choicesOf } from "../openai/target-body.ts";
import type { ExplainedStreamBreak } from "../plan/explained-stream-break.ts";

const header = "x-router-on-stream-break";

/** What happens when the stream of a call breaks. Where a policy can not be kept to, the stream ends in an error. */
export function streamBreakIn(call: RoutedCall, tier: ResolvedTier | undefined): StreamBreakPolicy {
  if (!call.guarded) return "error";
  const policy = policyFor(call.request, tier ?? call.config);
  return policy === "restart" ? restartIn(call) : policy;
}

function policyFor(request: RoutingRequest, { onStreamBreak }: Pick<ResolvedTier, "onStreamBreak">): StreamBreakPolicy {
  const policy = request.hints.onStreamBreak ?? onStreamBreak;
  if (!request.stream || choicesOf(request.endpoint, request.body) > 1) return "error";
  return policy === "continue" && request.endpoint === "responses" ? "error" : policy;
}

/** What would mend a stream of the call, were it made by the client's `create`; undefined where nothing does. */
export function streamBreakOutlook(
  request: RoutingRequest,
  scope: Pick<ResolvedTier, "onStreamBreak">,
  [, ...behind]: readonly ResolvedTarget[],
): ExplainedStreamBreak | undefined {
  const policy = policyFor(request, scope);
  if (policy === "error") return undefined;
  const targets = behind.filter(({ continues }) => policy === "restart" || continues !== undefined);
  return { policy, targets: targets.map(({ id }) => id) };
}

// Whoever adds the chunks up himself and has never heard of restarts would put two answers together: the helpers of the client,
// and libraries that call by `fetch`. Of these, who sends the header knows.
function restartIn({ incoming }: RoutedCall): StreamBreakPolicy {
  if (incoming.helper !== undefined) return "error";
  return incoming.client === undefined && incoming.hintHeaders?.has(header) !== true ? "error" : "restart";
}

/** Whether a target may take over, from a caller who was given so much. */
export function mayMend(policy: StreamBreakPolicy, target: ResolvedTarget, { text, toolCalls }: Received): boolean {
  if (policy !== "continue") return policy === "restart";
  return target.continues !== undefined && toolCalls.length === 0 && text.trim() !== "";
}
