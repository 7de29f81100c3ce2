/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  /** Makes one call and waits for its end. */
  call(): Promise<unknown>;
}

/**
 * Measures the contenders in turn for `rounds` rounds. The order rotates, and every other cycle is reversed, so that
 * nobody always comes after the same neighbour.
 * @returns by name, a sample for each round
 */
export async function takeTurns<C extends Contender>(
  contenders: readonly C[],
  rounds: number,
  measure: (contender: C) => Promise<number>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of orderOf(contenders, round)) {
      const sample = await measure(contender);
      samples.get(contender.name)?.push(sample);
    }
  }
  return samples;
}

/** The samples of one contender. */
export function samplesOf(samples: ReadonlyMap<string, readonly number[]>, name: string): readonly number[] {
  const own = samples.get(name);
  if (own === undefined) throw new Error(`There is no contender "${name}".`);
  return own;
}

function orderOf<C>(contenders: readonly C[], round: number): readonly C[] {
  const first = round % contenders.length;
  const order = [...contenders.slice(first), ...contenders.slice(0, first)];
  return Math.floor(round / contenders.length) % 2 === 0 ? order : order.toReversed();
}
