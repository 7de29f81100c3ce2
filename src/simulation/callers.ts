import { OpenAIError, type OpenAI } from "openai";
import { isRouterError } from "../errors.ts";
import type { ModelRouter } from "../router.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import type { FilledTraffic } from "./filled-traffic.ts";
import type { Range } from "./options.ts";
import type { Report } from "./report.ts";

export const hourMs = 3_600_000;

/** Makes the calls of a scenario, each when its time has come. */
export class Callers {
  readonly #router: ModelRouter;
  readonly #traffic: FilledTraffic;
  readonly #report: Report;
  readonly #random: () => number;
  readonly #startedAt = Date.now();
  #inFlight = 0;
  #allMade = false;

  constructor(router: ModelRouter, { traffic, report }: { readonly traffic: FilledTraffic; readonly report: Report }) {
    this.#router = router;
    this.#traffic = traffic;
    // Chance of its own: two configurations are asked the same, at the same times.
    this.#random = seededRandom(traffic.seed);
    this.#report = report;
  }

  get areDone(): boolean {
    return this.#allMade && this.#inFlight === 0;
  }

  begin(): void {
    this.#next(0);
  }

  // The gaps between calls of many callers are spread exponentially. Where the rate changes, a gap begins anew: it has no memory.
  #next(fromMs: number): void {
    const { hours, callsPerSecond } = this.#traffic;
    const rates = [callsPerSecond].flat();
    const partMs = (hours * hourMs) / rates.length;
    let atMs = fromMs;
    for (let part = Math.floor(fromMs / partMs); part < rates.length; part += 1) {
      const gapMs = (-Math.log(1 - this.#random()) * 1000) / (rates[part] ?? 0);
      if (atMs + gapMs < (part + 1) * partMs) return this.#at(atMs + gapMs);
      atMs = (part + 1) * partMs;
    }
    this.#allMade = true;
  }

  #at(atMs: number): void {
    const call = (): void => {
      this.#inFlight += 1;
      void this.#one().finally(() => {
        this.#inFlight -= 1;
      });
      this.#next(atMs);
    };
    setTimeout(call, Math.max(0, this.#startedAt + atMs - Date.now()));
  }

  async #one(): Promise<void> {
    const { model, streamShare } = this.#traffic;
    const tokens = { prompt_tokens: this.#draw("promptTokens"), completion_tokens: this.#draw("completionTokens") };
    const messages = [{ role: "user" as const, content: promptOf(tokens.prompt_tokens) }];
    const body = { model, messages, max_tokens: tokens.completion_tokens, ...tokens };
    const task = this.#task();
    const { completions } = (task === undefined ? this.#router : this.#router.with({ task })).chat;
    try {
      if (this.#random() >= streamShare) await completions.create(body);
      else await readAll(await completions.create({ ...body, stream: true }));
    } catch (error) {
      this.#report.caught(nameOf(error));
    }
  }

  #draw(what: "promptTokens" | "completionTokens"): number {
    const range: Range = this.#traffic[what];
    const [least, most] = typeof range === "number" ? [range, range] : range;
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  #task(): string | undefined {
    let left = this.#random();
    for (const [task, share] of Object.entries(this.#traffic.tasks)) {
      left -= share;
      if (left < 0) return task;
    }
    return undefined;
  }
}

async function readAll(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<void> {
  const chunks = stream[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true) continue;
}

const filler = "word ".repeat(20_000);
const charsPerToken = 4;

function promptOf(tokens: number): string {
  return filler.slice(0, tokens * charsPerToken);
}

function nameOf(error: unknown): string {
  if (isRouterError(error)) return error.code;
  return error instanceof OpenAIError ? error.constructor.name : String(error);
}
