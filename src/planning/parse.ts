import type * as z from "zod";
import { issuesOf } from "../config/issues.ts";
import { ConfigError, type ConfigIssue } from "../errors.ts";

/**
 * Holds a value against a schema; what the schema can not see, such as names that refer to others, against `faultsOf`.
 * @throws ConfigError with every fault, each with its path
 */
export function parse<Output>(
  schema: z.ZodType<Output>,
  given: unknown,
  faultsOf: (value: Output) => Iterable<ConfigIssue> = () => [],
): Output {
  const parsed = schema.safeParse(given);
  const issues = parsed.success ? [...faultsOf(parsed.data)] : issuesOf(parsed.error);
  if (!parsed.success || issues.length > 0) throw new ConfigError(issues);
  return parsed.data;
}
