import type { ModelBehaviour } from "./provider-options.ts";
import type { ReceivedRequest } from "./received-request.ts";
import type { Step } from "./step.ts";

/** A provider simulator that listens on 127.0.0.1. */
export interface Provider extends AsyncDisposable {
  /** Base URL for `new OpenAI({ baseURL })`: `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** The server without a path, for `new AzureOpenAI({ endpoint })`. */
  readonly origin: string;
  /** The port it listens at, on 127.0.0.1. */
  readonly port: number;
  /** Every request that came in, in order; those that were refused too. */
  readonly requests: readonly ReceivedRequest[];
  /** How many requests came in, of all or for one model id. */
  hits(model?: string): number;
  /** Connections that are open, with those that callers keep for their next request. */
  openSockets(): number;
  /** Requests whose answers are under way; a hanging one until its caller goes. */
  inFlight(): number;
  /** Resolves once so many requests have come in since the start or the last `reset`. */
  received(count: number): Promise<void>;
  /** Resolves once no answer is under way. */
  idle(): Promise<void>;
  /** Adds steps to the end of the script. Throws a RangeError for a status that HTTP does not have. */
  enqueue(...script: Step[]): void;
  /** Sets how a model behaves from now on, in place of what was set before. */
  setModel(model: string, behaviour: ModelBehaviour): void;
  /** Answers every request for a model (or all, where it is `undefined`) with a fault, until {@link heal}. Comes before scripts, keys and limits. */
  fail(model: string | undefined, fault: Step): void;
  /** Takes the fault of a model away; without a model, every fault. */
  heal(model?: string): void;
  /** Refuses connections from now on and closes those that are open. */
  refuse(): Promise<void>;
  /** Takes connections again, at the same port. */
  accept(): Promise<void>;
  /** Forgets requests, faults and what was enqueued or set since the start, and begins the script again. */
  reset(): void;
  /** Ends every connection and the server, at once. */
  close(): Promise<void>;
}
