import type { FitChange } from "../fit-change.ts";
import type { JsonObject } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { noChanges, type Fitted, type MessageRules } from "./rules.ts";
import { ToolCallIds } from "./tool-call-ids.ts";

/** Makes chat messages acceptable. A body in which nothing has to change is handed back as it is. */
export function fitMessages(body: JsonObject, rules: MessageRules): Fitted {
  const { messages } = body;
  if (!Array.isArray(messages)) return { body, changes: noChanges };
  return new MessageFitting(rules).fit(body, messages);
}

class MessageFitting {
  readonly #rules: MessageRules;
  readonly #ids: ToolCallIds | undefined;
  /** By what was changed: told once, in however many messages it was. */
  readonly #changes = new Map<string, FitChange>();

  constructor(rules: MessageRules) {
    this.#rules = rules;
    this.#ids = rules.toolCallIds === undefined ? undefined : new ToolCallIds(rules.toolCallIds);
  }

  fit(body: JsonObject, messages: readonly unknown[]): Fitted {
    const fitted = messages.map((message) => (isRecord(message) ? this.#fitMessage(message) : message));
    if (this.#changes.size === 0) return { body, changes: noChanges };
    return { body: { ...body, messages: fitted }, changes: [...this.#changes.values()] };
  }

  #fitMessage(given: JsonObject): JsonObject {
    let message = this.#fitRole(this.#without(given, "messages[]"));
    message = this.#fitContent(message);
    return this.#ids === undefined ? message : this.#fitIds(message, this.#ids);
  }

  #without(given: JsonObject, path: string): JsonObject {
    let left = given;
    for (const [field, why] of this.#rules.drop) {
      if (given[field] === undefined) continue;
      const { [field]: _, ...others } = left;
      left = others;
      this.#note({ param: `${path}.${field}`, how: "dropped", why });
    }
    return left;
  }

  #fitRole(message: JsonObject): JsonObject {
    const { role } = message;
    const other = typeof role === "string" ? this.#rules.roles.get(role) : undefined;
    if (other === undefined) return message;
    this.#note({ param: `messages[].role=${String(role)}`, how: "mapped", ...other });
    return { ...message, role: other.to };
  }

  #fitContent(message: JsonObject): JsonObject {
    const { content } = message;
    if (!Array.isArray(content)) return message;
    const kept = message["role"] === "assistant" ? content.filter((part) => !this.#isDropped(part)) : content;
    const fitted = kept.map((part: unknown) => (isRecord(part) ? this.#without(part, "messages[].content[]") : part));
    const isSame = fitted.length === content.length && fitted.every((part, index) => part === content[index]);
    if (isSame) return message;
    return { ...message, content: fitted.length === 0 ? "" : fitted };
  }

  #isDropped(part: unknown): boolean {
    const type = isRecord(part) ? part["type"] : undefined;
    const why = typeof type === "string" ? this.#rules.dropParts.get(type) : undefined;
    if (why !== undefined) this.#note({ param: `messages[].content[].type=${String(type)}`, how: "dropped", why });
    return why !== undefined;
  }

  #fitIds(given: JsonObject, ids: ToolCallIds): JsonObject {
    const answered = this.#fitId(given, "tool_call_id", ids);
    const { tool_calls: calls } = answered;
    if (!Array.isArray(calls)) return answered;
    const fitted = calls.map((call: unknown) => (isRecord(call) ? this.#fitId(call, "id", ids) : call));
    return fitted.every((call, index) => call === calls[index]) ? answered : { ...answered, tool_calls: fitted };
  }

  #fitId(given: JsonObject, field: string, ids: ToolCallIds): JsonObject {
    const id = given[field];
    if (typeof id !== "string") return given;
    const to = ids.for(id);
    if (to === id) return given;
    this.#note({ param: "messages[].tool_calls[].id", how: "mapped", why: this.#rules.toolCallIds?.why ?? "" });
    return { ...given, [field]: to };
  }

  #note(change: FitChange): void {
    if (!this.#changes.has(change.param)) this.#changes.set(change.param, change);
  }
}
