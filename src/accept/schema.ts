import type { AnswerCheck, Awaitable } from "../glossary.ts";
import { acceptJson } from "./json.ts";
import { named } from "./named.ts";

/**
 * A validator that keeps to Standard Schema (https://standardschema.dev): a schema of zod, valibot, arktype and others.
 * Written down here as far as it is used.
 */
export interface StandardSchema {
  /** What the Standard Schema specification asks of a schema. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): Awaitable<{ readonly issues?: readonly SchemaIssue[] | undefined }>;
  };
}

/** One fault that a schema finds. */
export interface SchemaIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where in the value. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const maxIssues = 3;

/**
 * Accepts answers whose text is JSON that a schema holds for. The answer is given out as it came: what the schema would make
 * of it is for the caller to ask. An answer that calls tools need not be JSON.
 */
export function acceptSchema(schema: StandardSchema): AnswerCheck {
  const isJson = acceptJson();
  return named("schema", async (answer) => {
    const json = await isJson(answer);
    if (json !== true) return json;
    if (answer.text === "") return true;
    const { issues } = await schema["~standard"].validate(answer.json());
    return issues === undefined || issues.length === 0 ? true : inWords(issues);
  });
}

function inWords(issues: readonly SchemaIssue[]): string {
  const more = issues.length > maxIssues ? `; and ${issues.length - maxIssues} more` : "";
  return issues.slice(0, maxIssues).map(described).join("; ") + more;
}

function described({ path = [], message }: SchemaIssue): string {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
}
