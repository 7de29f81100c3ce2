import type { RoutedCall } from "../call.ts";
import type { ResolvedTarget, ResolvedTier } from "../config/resolved.ts";
import type { Received, StreamBreakPolicy } from "../broken-streams.ts";
import { choicesOf } from "../openai/target-body.ts";

const header = "x-router-on-stream-break";

/** What happens when the stream of a call breaks. Where a policy can not be kept to, the stream ends in an error. */
export function streamBreakIn(call: RoutedCall, tier: ResolvedTier | undefined): StreamBreakPolicy {
  const { request, config, guarded } = call;
  const policy = request.hints.onStreamBreak ?? (tier ?? config).onStreamBreak;
  if (policy === "error" || !request.stream || !guarded) return "error";
  if (choicesOf(request.endpoint, request.body) > 1) return "error";
  return policy === "restart" ? restartIn(call) : request.endpoint === "responses" ? "error" : policy;
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
