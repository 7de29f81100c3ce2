/** How `router.report()` is to be made. */
export interface ReportOptions {
  /** How sure intervals and verdicts are, above 0 and below 1. @defaultValue 0.95 */
  confidence?: number | undefined;
  /**
   * The smallest difference in accuracy that matters, 0–1: where none is found, it takes enough feedback to have found one of
   * this size, with a chance of 80 %, to say so.
   * @defaultValue 0.1
   */
  minDifference?: number | undefined;
  /** How many judged answers a target needs before anything is said of it. @defaultValue 20 */
  minFeedback?: number | undefined;
}
