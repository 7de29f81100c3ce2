import type { ModelRouter, RouteRecord } from "modelrouter";

/** Keeps what a router tells while it works, and says the important things as they happen. */
export class Watch {
  readonly records: RouteRecord[] = [];
  readonly notes: { readonly atMs: number; readonly who: string; readonly what: string }[] = [];
  openings = 0;
  retries = 0;
  readonly #startedAt = performance.now();
  readonly #say: (what: string) => void;

  constructor(router: ModelRouter, say: (what: string) => void) {
    this.#say = say;
    router
      .on("request:end", ({ record }) => this.records.push(record))
      .on("retry:start", () => (this.retries += 1))
      .on("breaker:open", ({ target }) => {
        this.openings += 1;
        this.note("router", `breaker of ${shortName(target)} opens`);
      })
      .on("breaker:close", ({ target }) => this.note("router", `breaker of ${shortName(target)} closes`));
  }

  note(who: "service" | "router", what: string): void {
    this.notes.push({ atMs: performance.now() - this.#startedAt, who, what });
    this.#say(what);
  }
}

/** A model id without the path before it. */
export function shortName(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1);
}
