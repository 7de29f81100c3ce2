import type OpenAI from "openai";
import { isRecord } from "../lib/is-record.ts";
import type { BatchBody, BatchFunction } from "./options.ts";

/** What an item is called through. */
interface Callable {
  readonly chat: OpenAI["chat"];
  ask(prompt: string): Promise<{ readonly text: string }>;
}

/**
 * Calls what an item says.
 * @throws TypeError for an item that says nothing of the kind
 */
export async function callItem(item: unknown, view: Callable, signal: AbortSignal): Promise<unknown> {
  if (typeof item === "function") return (item as BatchFunction<Callable>)(view, signal);
  if (typeof item === "string") return (await view.ask(item)).text;
  if (!isRecord(item))
    throw new TypeError("An item of a batch is a prompt, a body of a chat completion, or a function.");
  if (item["stream"] === true) {
    throw new TypeError("A batch gives answers in one piece: leave `stream` out, or read the stream in a function.");
  }
  return view.chat.completions.create(item as unknown as BatchBody);
}
