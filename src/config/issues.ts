import type * as z from "zod";
import type { ConfigIssue } from "../errors.ts";
import { showPath } from "./show.ts";

/** A fault at a path. */
export function issueAt(path: readonly PropertyKey[], message: string): ConfigIssue {
  return { path: showPath(path), message };
}

/** The faults that a schema found, each with its path; of an option with several forms, those of the form that was meant. */
export function issuesOf(error: z.ZodError): ConfigIssue[] {
  return error.issues.flatMap((issue) => flatten(issue, []));
}

function flatten(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): ConfigIssue[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => issueAt([...path, key], messages[index] ?? issue.message));
  }
  const meant = issue.code === "invalid_union" ? issue.errors.filter((form) => !form.some(isOfAnotherForm)) : [];
  return meant.length === 1 ? meant.flat().flatMap((inner) => flatten(inner, path)) : [issueAt(path, issue.message)];
}

/** A fault of the value as a whole means that it is of another form; a fault inside it, that this form was meant. */
function isOfAnotherForm(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && issue.code !== "unrecognized_keys";
}
