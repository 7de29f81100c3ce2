/** What `modelrouter <name>` does. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What `modelrouter <name> --help` prints. */
  readonly help: string;
  /**
   * Gives what is to be printed for the arguments after the name.
   * @throws UsageError when the arguments are at fault
   */
  run(args: readonly string[]): Promise<string>;
}
