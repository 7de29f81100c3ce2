import { isRecord } from "../lib/is-record.ts";

/** What a provider says it does not take. */
export interface Unsupported {
  readonly params: readonly string[];
  /** True when only the value that was given is refused, and others may be taken. */
  readonly isValue: boolean;
}

const codes: ReadonlySet<unknown> = new Set(["unsupported_parameter", "unknown_parameter", "unsupported_value"]);

// The forms in which providers have been seen to say it: OpenAI and Azure (three forms), Groq.
const forms: readonly RegExp[] = [
  /^Unrecognized request arguments? supplied: ([\w, ]+)/,
  /^(?:Unsupported|Unknown) parameter: '(\w+)'/,
  /^Unsupported value: '(\w+)'/,
  /^property '(\w+)' is unsupported/,
];

// Servers that check bodies with pydantic, Mistral's and vLLM among them: as JSON, or as Python prints it.
const extraForbidden = /extra_forbidden\W+loc\W+body\W+(\w+)\W+msg/g;

/**
 * The body parameters that an answer with status 400 or 422 names as not supported; undefined when it names none. What it says of
 * a part of a parameter, such as `messages[0].name`, is not meant.
 */
export function unsupportedIn(status: number, text: string): Unsupported | undefined {
  if (status !== 400 && status !== 422) return undefined;
  const words = text.slice(0, 4_096);
  const error = errorOf(words);
  const message = typeof error["message"] === "string" ? error["message"] : "";
  const isValue = error["code"] === "unsupported_value" || message.startsWith("Unsupported value");
  const params = [...new Set(namedBy(error, message, words))].filter((param) => /^\w+$/.test(param));
  return params.length === 0 ? undefined : { params, isValue: isValue && !/only the default/i.test(message) };
}

function namedBy(error: Readonly<Record<string, unknown>>, message: string, words: string): readonly string[] {
  if (codes.has(error["code"]) && typeof error["param"] === "string") return [error["param"]];
  for (const form of forms) {
    const [, names] = form.exec(message) ?? [];
    if (names !== undefined) return names.split(",").map((name) => name.trim());
  }
  return [...words.matchAll(extraForbidden)].map(([, name = ""]) => name);
}

function errorOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    const error = isRecord(json) ? (json["error"] ?? json) : undefined;
    return isRecord(error) ? error : {};
  } catch {
    return {};
  }
}
