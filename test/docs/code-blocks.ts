import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
// Two runs at the same time must not take each other's files away.
const folder = path.join(root, `.tmp/code-blocks-${process.pid}`);

/** A page for readers. */
export interface Page {
  /** Its path in the repository. */
  readonly name: string;
  readonly text: string;
}

/** A TypeScript block of a page. */
export interface CodeBlock {
  /** The page and the line of the fence: `docs/1-getting-started.md:17`. */
  readonly name: string;
  readonly code: string;
  /** Where {@link writeBlocks} puts it. */
  readonly file: string;
}

/** README.md and all of docs/. */
export async function readPages(): Promise<readonly Page[]> {
  const found = await readdir(path.join(root, "docs"), { recursive: true });
  const names = ["README.md", ...found.filter((name) => name.endsWith(".md")).map((name) => path.join("docs", name))];
  return Promise.all(
    names.toSorted().map(async (name) => ({ name, text: await readFile(path.join(root, name), "utf8") })),
  );
}

/** The TypeScript blocks of a page. */
export function blocksOf({ name, text }: Page): readonly CodeBlock[] {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ index, 1: code = "" }) => {
    const line = text.slice(0, index).split("\n").length;
    const file = path.join(folder, `${name.replaceAll("/", "__")}__${line}.ts`);
    // As many lines in front as the page has, so that errors name the lines of the page.
    return { name: `${name}:${line}`, code: `${"\n".repeat(line)}${code}`, file };
  });
}

// What short blocks talk about without saying where it comes from.
const surroundings = `
import type { ModelRouter as Router } from "modelrouter";
import type Client from "openai";
declare global {
  const client: Client;
  const router: Router;
  const messages: { role: "user"; content: string }[];
}
`;

const tsconfig = {
  extends: "../../tsconfig.json",
  compilerOptions: {
    // A block without imports is a module, too: its names are its own.
    moduleDetection: "force",
    paths: {
      modelrouter: ["../../src/index.ts"],
      "modelrouter/testing": ["../../src/testing/index.ts"],
      "modelrouter/dashboard": ["../../src/dashboard/index.ts"],
      "modelrouter/simulation": ["../../src/simulation/index.ts"],
      "modelrouter/planning": ["../../src/planning/index.ts"],
      "modelrouter/exporters/prometheus": ["../../src/exporters/prometheus.ts"],
      "modelrouter/exporters/otel": ["../../src/exporters/otel.ts"],
      "modelrouter/stores/redis": ["../../src/stores/redis.ts"],
    },
  },
  include: ["*.ts"],
};

/** Writes blocks to files of their own beside a tsconfig.json; gives its path. */
export async function writeBlocks(blocks: readonly CodeBlock[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  await Promise.all(blocks.map(async ({ file, code }) => writeFile(file, code)));
  await writeFile(path.join(folder, "surroundings.d.ts"), surroundings);
  const project = path.join(folder, "tsconfig.json");
  await writeFile(project, JSON.stringify(tsconfig));
  return project;
}

/** Takes what {@link writeBlocks} wrote away again. */
export async function removeBlocks(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
