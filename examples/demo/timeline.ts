/** What happened when, for the report, and for those who watch. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #onNote: (text: string) => void;
  readonly notes: { readonly atMs: number; readonly text: string }[] = [];

  constructor(onNote: (text: string) => void) {
    this.#onNote = onNote;
  }

  note(text: string): void {
    this.notes.push({ atMs: performance.now() - this.#startedAt, text });
    this.#onNote(text);
  }
}
