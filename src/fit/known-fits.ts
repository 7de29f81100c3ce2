import { deepseekFits } from "./deepseek.ts";
import { groqFits } from "./groq.ts";
import type { KnownFit } from "./known-fit.ts";
import { mistralFits } from "./mistral.ts";
import { openaiFits } from "./openai.ts";

/** What is known of providers; each entry with its source and the day it was read. */
export const knownFits: readonly KnownFit[] = [...openaiFits, ...mistralFits, ...groqFits, ...deepseekFits];

/** What is known of a model at a host. */
export function knownFitsOf(model: string, host: string | undefined): readonly KnownFit[] {
  if (host === undefined) return [];
  return knownFits.filter((known) => known.host.test(host) && known.models?.test(model) !== false);
}
