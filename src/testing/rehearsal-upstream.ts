import { isRecord } from "../lib/is-record.ts";
import type { Fetch } from "../openai/transport.ts";
import { planAnswer } from "./answer.ts";
import { fetchAnswer } from "./fetch-answer.ts";
import { receive, type ReceivedRequest } from "./received-request.ts";
import { answerOf, type Step } from "./step.ts";

/** Tells a rehearsal which target a request is for. It goes nowhere else. */
export const targetHeader = "x-rehearsed-target";

/** A request that a client of a rehearsed router sent. */
export interface SentRequest extends ReceivedRequest {
  /** Name of the client that sent it. */
  readonly client: string;
  /** Id of the target it is for. */
  readonly target: string;
}

/** Plays all providers of a rehearsed router inside the process: those that are out fail, the others answer. */
export class RehearsalUpstream {
  readonly requests: SentRequest[] = [];
  readonly #out: ReadonlyMap<string, Step>;

  /** @param out - target id → how it fails */
  constructor(out: ReadonlyMap<string, Step>) {
    this.#out = out;
  }

  /** The `fetch` for a client. */
  fetchFor(client: string): Fetch {
    return async (url, init) => {
      const request = this.#receive(client, String(url instanceof Request ? url.url : url), init);
      const step = this.#out.get(request.target) ?? 200;
      const reply = goesOn(request) ? restOf(request.target) : replyOf(request.target);
      const answer = { reply, ...answerOf(step, request) };
      return fetchAnswer(planAnswer(request, answer, { models: [], random: () => 0 }), init?.signal ?? undefined);
    };
  }

  #receive(client: string, url: string, init: RequestInit = {}): SentRequest {
    const headers = Object.fromEntries(new Headers(init.headers));
    const rawBody = typeof init.body === "string" ? init.body : "";
    const raw = { method: init.method ?? "GET", url: new URL(url), headers, rawBody };
    const request = receive(raw, this.requests.length + 1);
    const sent = { ...request, client, target: decodeURIComponent(headers[targetHeader] ?? "") };
    this.requests.push(sent);
    return sent;
  }
}

/** What a target says: a text of its own, long enough to be cut. */
export function replyOf(target: string): string {
  return `This is what ${target}${restOf(target)}`;
}

// A target that is to go on from the beginning of another's answer does not begin again.
function restOf(target: string): string {
  return ` says, word by word, when ${target} is asked.`;
}

function goesOn({ body }: SentRequest): boolean {
  const last: unknown = Array.isArray(body["messages"]) ? body["messages"].at(-1) : undefined;
  return isRecord(last) && last["role"] === "assistant";
}
