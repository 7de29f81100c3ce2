import type OpenAI from "openai";
import { readAll } from "./read-all.ts";

export type Body = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
export type StreamBody = OpenAI.Chat.ChatCompletionCreateParamsStreaming;

/** Whatever chat completions can be asked of: a client, a routed client, a client with a guard around it. */
export interface Asker {
  answer(body: Body): Promise<unknown>;
  stream(body: StreamBody): Promise<AsyncIterable<unknown>>;
}

/** Asks a client and nothing else. */
export function askerOf({ chat: { completions } }: Pick<OpenAI, "chat">): Asker {
  return {
    answer: (body) => completions.create(body),
    stream: (body) => completions.create(body),
  };
}

/** Calls an asker with each of the bodies in turn, and reads what streams to its end. */
export function calls(asker: Asker, bodies: readonly (Body | StreamBody)[]): () => Promise<unknown> {
  let next = 0;
  return async () => {
    const body = bodies[next % bodies.length];
    next += 1;
    if (body === undefined) throw new Error("There is no body to send.");
    return body.stream === true ? readAll(await asker.stream(body)) : asker.answer(body);
  };
}
