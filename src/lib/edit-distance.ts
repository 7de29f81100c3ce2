/**
 * How many characters must be added, dropped, changed or swapped with their neighbour to make one text of the other
 * (optimal string alignment). `Infinity` when that is more than the limit, which it then stops counting at.
 */
export function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return Infinity;
  let older: readonly number[] = [];
  let old = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = nextRow({ from, to, row, old, older });
    if (Math.min(...current) > limit) return Infinity;
    older = old;
    old = current;
  }
  const distance = old[to.length] ?? Infinity;
  return distance <= limit ? distance : Infinity;
}

interface Step {
  readonly from: string;
  readonly to: string;
  readonly row: number;
  readonly old: readonly number[];
  readonly older: readonly number[];
}

function nextRow({ from, to, row, old, older }: Step): number[] {
  const current = [row];
  for (let column = 1; column <= to.length; column++) {
    const changed = from[row - 1] === to[column - 1] ? 0 : 1;
    const swapped = from[row - 2] === to[column - 1] && from[row - 1] === to[column - 2];
    current.push(
      Math.min(
        (old[column] ?? Infinity) + 1,
        (current[column - 1] ?? Infinity) + 1,
        (old[column - 1] ?? Infinity) + changed,
        swapped ? (older[column - 2] ?? Infinity) + 1 : Infinity,
      ),
    );
  }
  return current;
}
