import type { Endpoint, JsonObject } from "../glossary.ts";
import { afterThisTurn } from "../lib/after-this-turn.ts";
import { isRecord } from "../lib/is-record.ts";
import { outputTokensOf } from "../openai/output-tokens.ts";
import type { Answer } from "./answer.ts";
import { AttemptFailure } from "./failure.ts";
import type { Run } from "./runs.ts";

/**
 * Cuts the connection of an attempt that another one has outrun, and says what it came to. How a body takes its end is not
 * waited for longer than a turn of the event loop: the caller's answer is ready.
 */
export async function outrun({ interrupt, answer }: Run, endpoint: Endpoint): Promise<AttemptFailure> {
  interrupt.interrupt("rival", new Error(words));
  const failure = answer.then(
    (late) => wasted(late, endpoint),
    (error: unknown) => (error instanceof AttemptFailure ? error : new AttemptFailure("outrun", words)),
  );
  const atOnce = new Promise<AttemptFailure>((resolve) => {
    afterThisTurn(() => resolve(new AttemptFailure("outrun", words)));
  });
  return Promise.race([failure, atOnce]);
}

const words = "another attempt of the call was faster";

// It had an answer in that very moment: what it took is known.
function wasted(answer: Answer, endpoint: Endpoint): AttemptFailure {
  return new AttemptFailure("outrun", words, { status: answer.response.status, ...takenBy(answer, endpoint) });
}

interface Taken {
  readonly usage?: JsonObject | undefined;
  readonly contentTokens?: number | undefined;
}

function takenBy(answer: Answer, endpoint: Endpoint): Taken {
  if (answer.kind === "json") {
    const { usage } = answer.json;
    return { usage: isRecord(usage) ? usage : undefined, contentTokens: outputTokensOf(endpoint, answer.json) };
  }
  let taken: Taken = {};
  answer.source?.listen({ ended: (end) => (taken = end), explain: (failure) => failure });
  return { usage: taken.usage, contentTokens: taken.contentTokens };
}
