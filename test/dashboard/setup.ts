import { dashboard, type Dashboard, type DashboardOptions } from "../../src/dashboard/index.ts";
import type { ShownDetail } from "../../src/dashboard/shown-request.ts";
import type { LiveMessage } from "../../src/dashboard/shown.ts";
import type { ModelRouter } from "../../src/index.ts";

/** A dashboard that everybody may see. */
export function openBoard(router: ModelRouter, options: Partial<DashboardOptions> = {}): Dashboard {
  return dashboard(router, { authorise: () => true, ...options });
}

/** Asks a dashboard that is mounted at `/router`. */
export function get(board: Dashboard, name = "", init?: RequestInit): Promise<Response> {
  return board(new Request(`http://localhost/router/${name}`, init));
}

/** The messages of a live stream, one by one. */
export class LiveReader implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(response: Response) {
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next message; undefined when the stream has ended. */
  async next(): Promise<LiveMessage | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n\n");
      if (end === -1) {
        const { value, done } = await this.#reader.read();
        if (done) return undefined;
        this.#rest += value;
        continue;
      }
      const event = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 2);
      const data = event.split("\n").find((line) => line.startsWith("data: "));
      if (data !== undefined) return JSON.parse(data.slice("data: ".length)) as LiveMessage;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}

/** What a page is told first. */
export async function firstOf(board: Dashboard): Promise<LiveMessage> {
  await using live = new LiveReader(await get(board, "live"));
  const message = await live.next();
  if (message === undefined) throw new Error("The stream ended at once.");
  return message;
}

/** A request as it is shown when it is opened. */
export async function openedOf(board: Dashboard, requestId: string): Promise<ShownDetail> {
  const response = await get(board, `request?id=${requestId}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as ShownDetail;
}
