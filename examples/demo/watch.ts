import type { ModelRouter, RouteRecord } from "modelrouter";

/** Keeps what a router tells while it works, and says the important things as they happen. */
export class Watch {
  readonly records: RouteRecord[] = [];
  readonly notes: { readonly atMs: number; readonly text: string }[] = [];
  openings = 0;
  retries = 0;
  readonly #startedAt = performance.now();
  readonly #say: (text: string) => void;

  constructor(router: ModelRouter, say: (text: string) => void) {
    this.#say = say;
    router
      .on("request:end", ({ record }) => this.records.push(record))
      .on("retry:start", () => (this.retries += 1))
      .on("breaker:open", ({ target }) => {
        this.openings += 1;
        this.note(`router:  breaker of ${target} opens`);
      })
      .on("breaker:close", ({ target }) => this.note(`router:  breaker of ${target} closes`));
  }

  note(text: string): void {
    this.notes.push({ atMs: performance.now() - this.#startedAt, text });
    this.#say(text);
  }
}
