/** What travels of requests from the handler to the page. Times are in ms since the epoch unless their names say otherwise. */

/** A request in the list. */
export interface ShownRequest {
  readonly id: string;
  readonly at: number;
  readonly endpoint: string;
  readonly stream: boolean;
  readonly outcome: "pending" | "answered" | "failed" | "aborted";
  readonly tier: string;
  readonly target: string | undefined;
  readonly decidedBy: string;
  readonly reason: string;
  readonly task: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly fellBack: boolean;
  readonly hedged: boolean;
  /** What the last attempt failed with, of a request that was not answered. */
  readonly failure: string | undefined;
  readonly durationMs: number | undefined;
  readonly ttftMs: number | undefined;
  readonly costUsd: number | undefined;
}

/** A request that was opened. Times of its timeline are in ms since the call came in. */
export interface ShownDetail extends ShownRequest {
  readonly model: string | undefined;
  readonly region: string | undefined;
  readonly confidence: number;
  readonly savedUsd: number | undefined;
  readonly waitedMs: number | undefined;
  readonly usage: ShownUsage | undefined;
  /** Whatever else is worth knowing, in words: a drill, a downgrade, a break-glass target, regions. */
  readonly facts: readonly string[];
  readonly leftOut: readonly { readonly target: string; readonly why: string }[];
  readonly timeline: readonly ShownAttempt[];
  readonly moments: readonly ShownMoment[];
  /** What the user said last; only when `showContent` says so. */
  readonly prompt: string | undefined;
}

/** Tokens of an answer. */
export interface ShownUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  readonly estimated: boolean;
}

/** A call to a target within a request. */
export interface ShownAttempt {
  readonly target: string;
  readonly hedge: boolean;
  /** Label of the key that was used, where its client has several. */
  readonly key: string | undefined;
  readonly status: number | undefined;
  readonly startMs: number;
  readonly durationMs: number;
  /** Undefined for the one that answered. */
  readonly failure: string | undefined;
  readonly detail: string | undefined;
  readonly costUsd: number | undefined;
  readonly tokens: number | undefined;
  /** What was changed in the request so that the target takes it, in words. */
  readonly fitted: readonly string[];
}

/** Something that happened between the attempts of a request. */
export interface ShownMoment {
  readonly atMs: number;
  readonly text: string;
}
