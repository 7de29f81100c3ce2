import type OpenAI from "openai";
import CircuitBreaker from "opossum";
import pRetry from "p-retry";
import { askerOf, type Asker } from "./asker.ts";

/**
 * What a team writes itself: opossum around p-retry around the client, and a generator around a stream, so that one that
 * breaks is noticed. No classifier, no fallback and no record: the yardstick for what a guard costs on this machine.
 */
export function byHand(client: OpenAI): Asker {
  const { answer, stream } = askerOf(client.withOptions({ maxRetries: 0 }));
  const options: CircuitBreaker.Options = { timeout: 60_000 };
  const answers = new CircuitBreaker(
    (body: Parameters<typeof answer>[0]) => pRetry(() => answer(body), retries),
    options,
  );
  const streams = new CircuitBreaker(
    (body: Parameters<typeof stream>[0]) => pRetry(() => stream(body), retries),
    options,
  );
  let broken = 0;
  async function* watched(chunks: AsyncIterable<unknown>): AsyncGenerator<unknown, void, void> {
    try {
      for await (const chunk of chunks) yield chunk;
    } catch (error) {
      broken += 1;
      throw error;
    }
  }
  return {
    answer: (body) => answers.fire(body),
    stream: async (body) => watched(await streams.fire(body)),
  };
}

const retries = { retries: 2 };
