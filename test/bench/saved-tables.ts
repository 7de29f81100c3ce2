import { readFile, writeFile } from "node:fs/promises";
import { machine } from "./machine.ts";
import { markdownOfPart, type Part } from "./part.ts";

const page = new URL("../../docs/benchmarks.md", import.meta.url);

/** Puts the tables of these parts into the docs, between their marks; those of other parts stay. */
export async function saveTables(results: Readonly<Record<string, Part>>): Promise<void> {
  let text = await readFile(page, "utf8");
  for (const [name, part] of Object.entries(results)) text = replaced(text, name, markdownOfPart(part));
  await writeFile(page, replaced(text, "machine", machine));
}

function replaced(text: string, name: string, content: string): string {
  const start = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for "${name}": ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}
