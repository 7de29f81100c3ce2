import { APIUserAbortError, OpenAIError, type OpenAI } from "openai";
import { isRouterError, type ModelRouter, type RouterView, type StreamMark } from "../../src/index.ts";
import type { VirtualTime } from "../../src/simulation/virtual-time.ts";
import type { PlannedCall } from "./schedule.ts";

/** How a call ended for its caller. */
export interface CallEnd {
  readonly call: string;
  readonly planned: PlannedCall;
  readonly startedMs: number;
  readonly endedMs: number;
  /** What was read, also when it ended badly. */
  readonly text: string;
  /** All of it came. `late`: the fallback value of `within()` came. `left`: the caller had enough. */
  readonly how: "whole" | "failed" | "left" | "late" | "aborted";
  /** Code of the router's error, class of the openai package's; undefined for an error of no type. */
  readonly error: string | undefined;
  readonly thrown: unknown;
}

/** The callers of a schedule. */
export class Callers {
  readonly ends: CallEnd[] = [];
  /** How often each call ended. */
  readonly settled = new Map<string, number>();
  #made = 0;
  readonly #router: ModelRouter;
  readonly #time: VirtualTime;

  constructor(router: ModelRouter, time: VirtualTime) {
    this.#router = router;
    this.#time = time;
  }

  get made(): number {
    return this.#made;
  }

  get allEnded(): boolean {
    return this.ends.length >= this.#made;
  }

  make(planned: PlannedCall): void {
    if (planned.batchOf !== undefined) return this.#batch(planned, planned.batchOf);
    const call = String(planned.id);
    this.#begin(call, planned, (heard) => this.#one(call, planned, heard));
  }

  #begin(call: string, planned: PlannedCall, run: (heard: Heard) => Promise<CallEnd["how"]>): void {
    this.#made += 1;
    const heard: Heard = { text: "" };
    const base = { call, planned, startedMs: this.#time.elapsedMs };
    const end = (how: CallEnd["how"], thrown?: unknown): void => {
      this.settled.set(call, (this.settled.get(call) ?? 0) + 1);
      const error = thrown === undefined ? undefined : typeOf(thrown);
      this.ends.push({ ...base, endedMs: this.#time.elapsedMs, text: heard.text, how, error, thrown });
    };
    run(heard).then(end, (thrown: unknown) => {
      end(thrown instanceof APIUserAbortError && planned.abortMs !== undefined ? "aborted" : "failed", thrown);
    });
  }

  async #one(call: string, planned: PlannedCall, heard: Heard): Promise<CallEnd["how"]> {
    const view = this.#router.with(hintsOf(call, planned));
    const { withinMs } = planned;
    if (withinMs === undefined) return this.#ask(view, { call, planned, heard });
    const given = await view.within(withinMs, (timed) => this.#ask(timed, { call, planned, heard }));
    return given ?? "late";
  }

  async #ask(view: RouterView, { call, planned, heard }: Asking): Promise<CallEnd["how"]> {
    const options = signalOf(planned);
    const body = bodyOf(call, planned);
    if (!planned.stream) {
      const completion = await view.chat.completions.create(body, options);
      heard.text = completion.choices[0]?.message.content ?? "";
      return "whole";
    }
    const stream = await view.chat.completions.create({ ...body, stream: true }, options);
    if (await read(stream, heard, planned.leaveAfter)) return "left";
    // The openai package ends the loop of a caller who aborted without a word.
    return options.signal?.aborted === true ? "aborted" : "whole";
  }

  #batch(planned: PlannedCall, count: number): void {
    const one = { ...planned, stream: false, abortMs: undefined, leaveAfter: undefined, withinMs: undefined };
    const names = Array.from({ length: count }, (_, at) => `${planned.id}.${at}`);
    const running = this.#router.batch(names, {
      concurrency: 3,
      call: async (name: string, view: RouterView) => {
        const tagged = view.with(hintsOf(name, one));
        const completion = await tagged.chat.completions.create(bodyOf(name, one));
        return completion.choices[0]?.message.content ?? "";
      },
    });
    const results = Promise.resolve(running);
    for (const [at, name] of names.entries()) {
      this.#begin(name, one, async (heard) => {
        const result = (await results)[at];
        if (result?.status === "rejected") throw result.reason;
        heard.text = result?.value ?? "";
        return "whole";
      });
    }
  }
}

interface Heard {
  text: string;
}

/** Reads a stream to its end, or until its reader has had enough: then it says so. */
async function read(stream: Chunks, heard: Heard, leaveAfter: number | undefined): Promise<boolean> {
  let chunks = 0;
  for await (const chunk of stream) {
    const content = chunk.choices[0]?.delta.content ?? "";
    heard.text = kept(heard.text, chunk) + content;
    if (content !== "") chunks += 1;
    if (chunks === leaveAfter) return true;
  }
  return false;
}

// A stream that begins anew says how much of what was given is void: all of it.
function kept(text: string, chunk: OpenAI.ChatCompletionChunk): string {
  const { router } = chunk as { router?: StreamMark };
  if (router?.mended !== "restart") return text;
  return router.dropChars === text.length ? "" : `to drop ${router.dropChars} of ${text.length}: ${text}`;
}

type Chunks = AsyncIterable<OpenAI.ChatCompletionChunk>;

interface Asking {
  readonly call: string;
  readonly planned: PlannedCall;
  readonly heard: Heard;
}

function hintsOf(call: string, { deadlineMs, priority }: PlannedCall): object {
  return {
    tags: { call },
    ...(deadlineMs !== undefined && { deadlineMs }),
    ...(priority !== undefined && { priority }),
  };
}

function bodyOf(call: string, planned: PlannedCall): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const content = "word ".repeat(planned.words);
  const { model, words, maxTokens } = planned;
  const body = { model, messages: [{ role: "user" as const, content }], user: call, max_tokens: maxTokens, words };
  return body;
}

function signalOf({ abortMs }: PlannedCall): { signal?: AbortSignal } {
  if (abortMs === undefined) return {};
  const controller = new AbortController();
  setTimeout(() => controller.abort(), abortMs);
  return { signal: controller.signal };
}

function typeOf(thrown: unknown): string | undefined {
  if (isRouterError(thrown)) return thrown.code;
  return thrown instanceof OpenAIError ? thrown.constructor.name : undefined;
}
