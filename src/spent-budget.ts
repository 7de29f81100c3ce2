/** What a spent budget has to say of itself. */
export interface SpentBudget {
  /** Its name. */
  readonly budget: string;
  /** Tag → value, where each value of a tag has the limit for itself. */
  readonly tags: Readonly<Record<string, string>>;
  /** The most that may be spent in one window, in USD. */
  readonly limitUsd: number;
  /** What was spent in this window, without what calls in flight hold. */
  readonly spentUsd: number;
  /** When it can pay again, in ms since the epoch. */
  readonly resetsAt: number;
}
