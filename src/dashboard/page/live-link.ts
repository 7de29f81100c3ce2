import type { LiveMessage } from "../shown.ts";

/** An answer that is no stream is asked for again after so long. */
const againMs = 3_000;

/** A stream ends now and then, and is back in a second: that is nothing to be told of. */
const noticedMs = 2_500;

export interface LinkListener {
  told(message: LiveMessage): void;
  /** Nothing has come for a while, and the stream is gone. */
  lost(): void;
}

/** The connection to the handler. It comes back by itself until it is closed. */
export class LiveLink {
  readonly #listener: LinkListener;
  #source: EventSource | undefined;
  #again: number | undefined;
  #lost: number | undefined;

  constructor(listener: LinkListener) {
    this.#listener = listener;
  }

  open(): void {
    this.#source?.close();
    const source = new EventSource("live");
    this.#source = source;
    source.addEventListener("message", ({ data }: MessageEvent<string>) => {
      clearTimeout(this.#lost);
      this.#lost = undefined;
      this.#listener.told(JSON.parse(data) as LiveMessage);
    });
    source.addEventListener("error", () => {
      this.#lost ??= setTimeout(() => this.#listener.lost(), noticedMs);
      // It does not come back by itself from an answer that is no stream.
      if (source.readyState === EventSource.CLOSED) this.#again = setTimeout(() => this.open(), againMs);
    });
  }

  close(): void {
    clearTimeout(this.#again);
    clearTimeout(this.#lost);
    this.#lost = undefined;
    this.#source?.close();
  }
}
