import { type Bound, tableOfBounds } from "./bound.ts";
import { markdownOf, type Table } from "./table.ts";

/** What one part of the benchmarks found. */
export interface Part {
  readonly tables: readonly Table[];
  readonly bounds: readonly Bound[];
}

/** The tables of a part, its bounds last, in Markdown. */
export function markdownOfPart({ tables, bounds }: Part): string {
  return [...tables, tableOfBounds(bounds)].map(markdownOf).join("\n\n");
}
