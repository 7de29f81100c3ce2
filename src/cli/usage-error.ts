/** The command line itself is at fault: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
