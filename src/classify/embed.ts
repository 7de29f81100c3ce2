import type OpenAI from "openai";

/** A vector of length 1. */
export type UnitVector = Float32Array;

/** An embedding model on a client. */
export interface EmbeddingModel {
  readonly client: OpenAI;
  readonly model: string;
}

/**
 * The embeddings of texts, in their order, each of length 1.
 * @throws what the client throws; Error when an embedding is missing
 */
export async function embed(
  { client, model }: EmbeddingModel,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly UnitVector[]> {
  // "float" because not every provider knows base64, which the client would ask for.
  const body = { model, input: [...texts], encoding_format: "float" as const };
  const { data } = await client.embeddings.create(body, { signal, maxRetries: 0 });
  if (!Array.isArray(data) || data.length !== texts.length) {
    throw new Error(`${model} was to embed ${texts.length} texts and gave another number of embeddings.`);
  }
  return data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => unitVectorOf(embedding));
}

/** The cosine of the angle between two vectors of length 1: their dot product. */
export function cosine(a: UnitVector, b: UnitVector): number {
  if (a.length !== b.length)
    throw new Error(`Embeddings of ${a.length} and of ${b.length} numbers can not be compared.`);
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function unitVectorOf(embedding: readonly number[]): UnitVector {
  const length = Math.sqrt(embedding.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(embedding, (value) => (length === 0 ? 0 : value / length));
}
