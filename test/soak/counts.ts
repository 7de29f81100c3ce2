/** What the provider counted. */
export interface ProviderCount {
  /** Requests of each call. */
  readonly requests: Uint8Array;
  /** What the good answers to each call cost by the tokens that they reported. */
  readonly costUsd: Float64Array;
  faults: number;
  promptTokens: number;
  completionTokens: number;
  inFlight: number;
  sockets: number;
  /** Its own mistakes. */
  failures: number;
}

/** What the process with the router counted. */
export interface RunCount {
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly aborted: number;
  /** How often each error was met. */
  readonly errors: Readonly<Record<string, number>>;
  /** Errors that are neither the router's nor the openai package's, in words. */
  readonly untyped: readonly string[];
  /** Answers whose text is not what the model says, in words. */
  readonly garbled: readonly string[];
  /** Attempts of each call, by its record. */
  readonly attempts: Uint8Array;
  /** What each call cost by the tokens that were reported to it. */
  readonly reportedUsd: Float64Array;
  /** 1 for calls of which an attempt was given up while the provider answered: what it was to cost can not be known. */
  readonly givenUp: Uint8Array;
  /** Requests that began and did not end, or ended twice. */
  readonly unbalanced: readonly string[];
  readonly stats: {
    readonly calls: number;
    readonly answered: number;
    readonly failed: number;
    readonly aborted: number;
  };
  /** Sum of what attempts cost, estimates included. */
  readonly costUsd: number;
  readonly costsReportUsd: number;
  /** What is to be in the budget for everything: the cost of each attempt, and of those that told nothing their prompt. */
  readonly dueUsd: number;
  readonly budgets: readonly {
    readonly budget: string;
    readonly limitUsd: number;
    readonly spentUsd: number;
    readonly heldUsd: number;
  }[];
  readonly inFlight: Readonly<Record<string, number>>;
  readonly waits: number;
  /** After each quarter of the calls. */
  readonly heapMb: readonly number[];
  readonly durationMs: number;
  /** Calls that were in flight when the router was closed, by the code of their error. */
  readonly closing: Readonly<Record<string, number>>;
  readonly listeners: Readonly<Record<string, number>>;
  readonly resources: readonly string[];
}
