import { embed, type EmbeddingModel, type UnitVector } from "./embed.ts";

/** An example prompt's tier and embedding. */
export interface ExampleVector {
  readonly tier: string;
  readonly vector: UnitVector;
}

/** Examples by tier, and how they are embedded. */
export interface ExampleVectorsOptions extends EmbeddingModel {
  readonly examples: Readonly<Record<string, readonly string[]>>;
  /** Examples in one request. */
  readonly batch: number;
  /** In ms. */
  readonly loadTimeoutMs: number;
}

/** The embeddings of example prompts: made when first wanted, once for all who wait, and again after a failure. */
export class ExampleVectors {
  readonly #options: ExampleVectorsOptions;
  readonly #stop = new AbortController();
  #loading: Promise<readonly ExampleVector[]> | undefined;

  constructor(options: ExampleVectorsOptions) {
    this.#options = options;
  }

  /** No caller's signal ends the loading: who waits next still wants it. */
  load(): Promise<readonly ExampleVector[]> {
    this.#loading ??= this.#embedAll().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Ends a loading under way. */
  stop(): void {
    this.#stop.abort();
  }

  async #embedAll(): Promise<readonly ExampleVector[]> {
    const { examples, batch, loadTimeoutMs } = this.#options;
    const texts = Object.entries(examples).flatMap(([tier, prompts]) => prompts.map((prompt) => ({ tier, prompt })));
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(loadTimeoutMs)]);
    const batches = await Promise.all(
      inBatches(texts, batch).map(async (some) => {
        const prompts = some.map(({ prompt }) => prompt);
        const vectors = await embed(this.#options, prompts, signal);
        return vectors.map((vector, at) => ({ tier: some[at]?.tier ?? "", vector }));
      }),
    );
    return batches.flat();
  }
}

function inBatches<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
