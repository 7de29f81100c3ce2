import { faults, type Answer } from "../../src/testing/index.ts";
import type { Price } from "../../src/index.ts";

/** What each model costs, in USD per 1,000,000 tokens. */
export const prices: Readonly<Record<string, Exclude<Price, number>>> = {
  small: { promptUsd: 0.25, completionUsd: 1 },
  large: { promptUsd: 2.5, completionUsd: 10 },
  limited: { promptUsd: 0.5, completionUsd: 2 },
};

/** What an answer with so many tokens costs, in USD. */
export function costUsd(model: string, promptTokens: number, completionTokens: number): number {
  const { promptUsd = NaN, completionUsd = NaN } = prices[model] ?? {};
  return (promptTokens * promptUsd + completionTokens * completionUsd) / 1_000_000;
}

// A key or model that is refused rests for a minute by default: said to be back soon, it does not take all traffic along.
const backSoon = { "retry-after-ms": "20" };
const refusal = (status: number): Answer => ({ status, headers: backSoon });

type Weighted = readonly [weight: number, fault: Answer];

// Requests that hang take a clock's length each: few of them, or little else would be in flight.
const common: readonly Weighted[] = [
  [8, { status: 500 }],
  [3, { status: 502 }],
  [6, { status: 503 }],
  [2, { status: 504 }],
  [1, { status: 408 }],
  [1, { status: 409 }],
  [1, { status: 529 }],
  [4, faults.rateLimited()],
  [4, faults.rateLimited({ retryAfterMs: 20 })],
  [1, refusal(401)],
  [1, refusal(402)],
  [1, refusal(403)],
  [1, refusal(404)],
  [2, faults.contentFilter],
  [2, faults.contextLengthExceeded],
  [1, faults.requestTooLarge],
  [2, faults.badRequest],
  [1, { status: 422 }],
  [5, faults.reset],
  [5, faults.close],
  [2, faults.resetAfterHeaders],
  [2, faults.resetMidBody],
  [1, faults.hang],
  [1, faults.hangAfterHeaders],
  [3, faults.emptyBody],
  [3, faults.html],
  [3, faults.notJson],
  [3, faults.errorIn200],
];

const ofJson: readonly Weighted[] = [
  [4, faults.cutBody()],
  [2, faults.cutBody({ chunked: true })],
  [1, faults.hangMidBody],
];

const ofStreams: readonly Weighted[] = [
  [3, faults.emptyStream],
  [3, faults.loneDone],
  [3, faults.roleOnly],
  [4, faults.cutStream({ afterChunks: 2 })],
  [2, faults.cutStream({ afterChunks: 1, how: "close" })],
  [4, faults.endStream({ afterChunks: 2 })],
  [1, faults.stallStream({ afterChunks: 2 })],
  [3, faults.errorEvent({ afterChunks: 0 })],
  [3, faults.errorEvent({ afterChunks: 2 })],
  [3, faults.garbageEvent({ afterChunks: 1 })],
  [1, faults.keepAlivesOnly({ everyMs: 100 })],
  [3, faults.missingFinish],
];

/** The faults of the failure table, by how often they are met. */
export const faultsOf = {
  json: [...common, ...ofJson],
  stream: [...common, ...ofStreams],
} satisfies Record<string, readonly Weighted[]>;

/** Odd, and an answer all the same. */
export const oddStreams: readonly Answer[] = [
  faults.crlf,
  faults.splitWrites({ bytes: 40 }),
  faults.oneWrite,
  faults.missingDone,
];

/** Picks by weight. */
export function pick(from: readonly Weighted[], random: number): Answer {
  const all = from.reduce((sum, [weight]) => sum + weight, 0);
  let left = random * all;
  for (const [weight, fault] of from) {
    left -= weight;
    if (left < 0) return fault;
  }
  return from[0]?.[1] ?? {};
}
