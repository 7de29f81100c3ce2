import { completionJson, errorJson, streamEvents } from "./answers.ts";

/** What an `openai` client reaches the network with. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A `fetch` without a network: a fresh `Response` for each call, with a stream of `chunks` for who asks for one. */
export function stubFetch(chunks: number): Fetch {
  const plain = streamEvents(chunks, false);
  const withUsage = streamEvents(chunks, true);
  return async (_url, init) => {
    // What is asked for stands behind the messages: nobody has to search 400 kB.
    const wishes = textOf(init).slice(-120);
    if (!/"stream":true/.test(wishes)) return new Response(completionJson, { headers: jsonHeaders });
    const events = /"include_usage":true/.test(wishes) ? withUsage : plain;
    return new Response(streamOf(events), { headers: eventHeaders });
  };
}

/** The same, but each `period`-th call to `model` is answered with a 500. */
export function unsteady(fetch: Fetch, model: string, period: number): Fetch {
  let count = 0;
  return async (url, init) => {
    if (!textOf(init).startsWith(`{"model":"${model}"`)) return fetch(url, init);
    count += 1;
    return count % period === 0 ? new Response(errorJson, { status: 500, headers: jsonHeaders }) : fetch(url, init);
  };
}

const commonHeaders = {
  date: "Thu, 09 Oct 2025 08:53:20 GMT",
  "x-request-id": "req_4f1c0a6d2b9e4c7f8a5d3e1b7c9f0a2d",
  "openai-processing-ms": "412",
  "x-ratelimit-remaining-requests": "9999",
  "x-ratelimit-remaining-tokens": "29998988",
};
const jsonHeaders = { ...commonHeaders, "content-type": "application/json" };
const eventHeaders = { ...commonHeaders, "content-type": "text/event-stream; charset=utf-8" };

function textOf(init: RequestInit | undefined): string {
  if (typeof init?.body !== "string") throw new TypeError("The request has no text for a body.");
  return init.body;
}

function streamOf(events: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const event = events[next];
      next += 1;
      if (event === undefined) controller.close();
      else controller.enqueue(event);
    },
  });
}
