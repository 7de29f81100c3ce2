import type { ConfigIssue } from "../errors.ts";
import { issueAt } from "./issues.ts";
import { looksLikeKey } from "./show.ts";

const keyNames = /^(?:(?:x-)?(?:admin)?[_-]?api[_-]?key|authorization|password|secret|token)$/i;

/**
 * Finds keys that are written out, by the name of the property or the look of the value. A file with a key in it ends up
 * in a repository. No message shows the value.
 * @yields every fault, with its path
 */
export function* writtenKeys(value: unknown, path: readonly PropertyKey[] = []): Generator<ConfigIssue> {
  if (typeof value === "string") {
    const isKey = looksLikeKey(value) || keyNames.test(String(path.at(-1)));
    if (isKey)
      yield issueAt(
        path,
        "a key must not be written out here; name the environment variable that holds it in apiKeyEnv",
      );
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield* writtenKeys(inner, [...path, Array.isArray(value) ? Number(name) : name]);
  }
}
