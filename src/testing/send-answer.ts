import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import type { AnswerPlan } from "./answer-plan.ts";

/**
 * Sends a planned answer over HTTP. Resolves when all is sent, or nothing more will be; rejects when the signal is
 * aborted: then the connection is gone.
 */
export async function sendAnswer(response: ServerResponse, plan: AnswerPlan, signal: AbortSignal): Promise<void> {
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  if (plan.delayMs > 0) await wait(plan.delayMs);
  if (plan.head !== undefined) response.writeHead(plan.head.status, plan.head.headers);
  let first = true;
  for (const { waitMs, bytes } of plan.pieces) {
    if (waitMs > 0) {
      // Node keeps headers back until there is a body.
      response.flushHeaders();
      await wait(waitMs);
    } else if (!first) {
      // What is written in one turn of the event loop, a reader gets in one piece.
      await turn(undefined, { signal });
    }
    first = false;
    if (bytes.length > 0 && !response.write(bytes)) await once(response, "drain", { signal });
  }
  finish(response, plan);
}

function finish(response: ServerResponse, { ending, head }: AnswerPlan): void {
  switch (ending) {
    case "end":
      response.end();
      return;
    case "close":
      response.socket?.destroy();
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "hang":
      if (head !== undefined) response.flushHeaders();
  }
}
