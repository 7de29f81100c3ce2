import type { JsonObject } from "../glossary.ts";
import type { ReceivedRequest } from "./received-request.ts";

/** A length of time in ms, or a range from which the simulator's seed draws one. */
export type Duration = number | readonly [minMs: number, maxMs: number];

/** A function call that a simulated model asks for. */
export interface SimulatedToolCall {
  /** Name of the function. */
  name: string;
  /** The arguments, or their JSON text where it is to be sent as it is (cut, not JSON…). */
  arguments: JsonObject | string;
}

/** What a simulated model says, and how fast. */
export interface Behaviour {
  /**
   * The text of the answer. For `response_format: json_schema` give JSON text.
   * @defaultValue a sentence that names the model; for JSON formats `{"model": …}`
   */
  reply?: string | ((request: ReceivedRequest) => string) | undefined;
  /** Reasoning that comes before the text, as `reasoning_content` or a `reasoning` item. @defaultValue none */
  reasoning?: string | undefined;
  /** Functions that are called instead of a text, until a request ends in a function's result. @defaultValue none */
  toolCalls?: readonly SimulatedToolCall[] | undefined;
  /** Why the answer ends. @defaultValue "tool_calls" for function calls, else "stop" */
  finishReason?: string | undefined;
  /**
   * The `usage` object as it is sent, in the endpoint's own words; `false` leaves it out.
   * @defaultValue counted from the texts, see {@link countTokens}
   */
  usage?: JsonObject | false | undefined;
  /** At most how many content chunks the text of a stream is cut into. @defaultValue one a word */
  chunks?: number | undefined;
  /**
   * From the request to the first content chunk of a stream, in ms; headers come before.
   * @defaultValue as soon as the headers are out
   */
  ttftMs?: Duration | undefined;
  /** Between two content chunks of a stream, in ms. @defaultValue 0 */
  chunkDelayMs?: Duration | undefined;
}
