import OpenAI from "openai";
import OpenAI6 from "openai6";

/** The versions of the `openai` package that users have. */
export const clientClasses = [
  { version: "openai 7", Client: OpenAI },
  { version: "openai 6", Client: OpenAI6 as unknown as typeof OpenAI },
];

/** A client that tries once, so that a test sees each answer by itself. */
export function clientOf(provider: { readonly url: string }, apiKey = "sk-test"): OpenAI {
  return new OpenAI({ baseURL: provider.url, apiKey, maxRetries: 0 });
}

export const messages = [{ role: "user" as const, content: "What is a router?" }];
