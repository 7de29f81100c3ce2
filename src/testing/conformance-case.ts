/** One case of a conformance suite, for any test runner: give `name` and `run` to its `test`. */
export interface ConformanceCase {
  /** What holds, as a sentence. */
  readonly name: string;
  /** Resolves when it holds, and rejects with an `AssertionError` that says what does not. */
  run(): Promise<void>;
}
