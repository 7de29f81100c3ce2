import { access } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { readPages } from "./code-blocks.ts";

const root = path.join(import.meta.dirname, "../..");
const links = (await readPages()).flatMap(({ name, text }) =>
  [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)\s]*)?\)/g)].map(([, to = ""]) => ({ name, to })),
);

test("the pages have links", () => {
  expect(links.length).toBeGreaterThan(20);
});

test("every link between pages leads to a file", async () => {
  const reached = await Promise.all(
    links.map(async ({ name, to }) => {
      const file = path.join(root, path.dirname(name), to);
      return access(file).then(
        () => undefined,
        () => `${name} → ${to}`,
      );
    }),
  );
  expect(reached.filter((broken) => broken !== undefined)).toEqual([]);
});
