import { hash } from "node:crypto";
import type { ToolCallIdRule } from "./rules.ts";

// Enough for ids to differ, and short enough for anybody.
const usualLength = 24;

/**
 * Ids of tool calls as a target takes them. The same id always becomes the same, so that a call and its result still belong
 * together, and a provider's prompt cache sees the same text again; different ids of a request stay different.
 */
export class ToolCallIds {
  readonly #rule: ToolCallIdRule;
  readonly #given = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(rule: ToolCallIdRule) {
    this.#rule = rule;
  }

  for(id: string): string {
    const known = this.#given.get(id);
    if (known !== undefined) return known;
    const fitting = this.#fits(id) ? id : this.#madeFrom(id);
    this.#given.set(id, fitting);
    this.#taken.add(fitting);
    return fitting;
  }

  #fits(id: string): boolean {
    const { length, maxLength = Infinity } = this.#rule;
    if (length !== undefined) return id.length === length && /^[a-z0-9]*$/i.test(id);
    return id.length <= maxLength;
  }

  #madeFrom(id: string): string {
    const { length, maxLength = usualLength } = this.#rule;
    for (let salt = 0; ; salt += 1) {
      const made = hash("sha256", `${salt}:${id}`).slice(0, length ?? Math.min(maxLength, usualLength));
      if (!this.#taken.has(made)) return made;
    }
  }
}
